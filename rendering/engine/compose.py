"""Layers onto a Pillow canvas."""

import functools
from dataclasses import dataclass

from PIL import Image

from rendering.engine.colors import RGB
from rendering.engine.layout import Layout
from rendering.engine.raster import coverage


@dataclass(frozen=True, slots=True)
class FlatCanvas:
    """A square canvas of one colour over another, `size` px a side.

    `band` holds the coverage of the rows that have ink, from row `top`: an L image, its first column empty. That column
    is the filter byte of each PNG scanline, so that the band's bytes are what a PNG compresses.
    """

    size: int
    background: RGB
    ink: RGB
    band: Image.Image
    top: int

    def palette(self) -> bytes:
        """Return 256 RGB steps from background to ink, rounded as Pillow blends: (b (255 - a) + i a) / 255."""
        steps = bytearray(768)
        for channel in range(3):
            steps[channel::3] = _ramp(self.background[channel], self.ink[channel])
        return bytes(steps)

    def image(self) -> Image.Image:
        """Return the picture as an RGB image."""
        picture = Image.new("RGB", (self.size, self.size), self.background)
        inked = self.band.crop((1, 0, self.size + 1, self.band.height))
        inked.putpalette(self.palette())
        picture.paste(inked.convert("RGB"), (0, self.top))
        return picture


def compose(layout: Layout, size: int) -> FlatCanvas:
    """Draw a layout at `size` px a side."""
    (layer,) = layout.layers
    drawn = coverage(layer, size / layout.side, size)
    if drawn is None:
        return FlatCanvas(size, layout.background, layer.color, Image.new("L", (size + 1, 0)), 0)
    mask, left, top = drawn
    band = Image.new("L", (size + 1, mask.height), 0)
    band.paste(mask, (left + 1, 0))
    return FlatCanvas(size, layout.background, layer.color, band, top)


@functools.lru_cache(maxsize=512)  # as many as ink in black or white can ask for
def _ramp(background: int, ink: int) -> bytes:
    values = (background * (255 - alpha) + ink * alpha + 128 for alpha in range(256))
    return bytes((value >> 8) + value >> 8 for value in values)
