"""Layers onto a Pillow canvas."""

from dataclasses import dataclass

from PIL import Image

from rendering.engine.colors import RGB
from rendering.engine.layout import Layout
from rendering.engine.raster import coverage


@dataclass(frozen=True, slots=True)
class FlatCanvas:
    """A canvas of one colour over another: an L plane of coverage, its first column empty, and the two colours.

    That column is the filter byte of each PNG scanline, so that the plane's bytes are what PNG compresses.
    """

    plane: Image.Image
    background: RGB
    ink: RGB

    @property
    def size(self) -> tuple[int, int]:
        """Return the picture's width and height in px."""
        return self.plane.width - 1, self.plane.height

    def palette(self) -> bytes:
        """Return 256 RGB steps from background to ink, rounded as Pillow blends: (b (255 - a) + i a) / 255."""
        return bytes(_blend(b, i, a) for a in range(256) for b, i in zip(self.background, self.ink, strict=True))

    def image(self) -> Image.Image:
        """Return the picture as an RGB image."""
        width, height = self.size
        indexed = self.plane.crop((1, 0, width + 1, height))
        indexed.putpalette(self.palette())
        return indexed.convert("RGB")


def compose(layout: Layout, size: int) -> FlatCanvas:
    """Draw a layout at `size` px a side."""
    (layer,) = layout.layers
    plane = Image.new("L", (size + 1, size), 0)
    drawn = coverage(layer, size / layout.side, size)
    if drawn:
        mask, left, top = drawn
        plane.paste(mask, (left + 1, top))
    return FlatCanvas(plane, layout.background, layer.color)


def _blend(background: int, ink: int, alpha: int) -> int:
    value = background * (255 - alpha) + ink * alpha + 128
    return (value >> 8) + value >> 8
