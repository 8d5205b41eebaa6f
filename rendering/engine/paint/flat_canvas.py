"""Canvases of one colour over another, which most designs are: their pixels are nothing but coverage."""

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from PIL import Image

from rendering.engine.color.srgb import RGB

BAND_PIXELS = 2_000_000  # drawn at once: what is larger is drawn again in bands for each file

ScanlinePainter = Callable[[int, int], bytes]
"""From a first row and a count of rows to their coverage, row by row, each row after one zero byte. That is the filter
byte of a PNG scanline, so that these bytes are what a PNG compresses."""


@dataclass(slots=True)
class FlatCanvas:
    """A canvas of one colour over another or, where `background` is None, over nothing; `opacity` is the colour's.

    Only `rows` rows from row `top` on have ink; `paint` draws them.
    """

    width: int
    height: int
    background: RGB | None
    ink: RGB
    opacity: float
    ink_top: int
    ink_rows: int
    paint_scanlines: ScanlinePainter
    _cached_scanlines: bytes | None = field(default=None)

    def draw_scanlines(self) -> bytes:
        """Return the coverage of all rows that have ink, drawn once and as `paint` gives it."""
        if self._cached_scanlines is None:
            self._cached_scanlines = self.paint_scanlines(self.ink_top, self.ink_rows)
        return self._cached_scanlines

    def iter_scanlines(self) -> Iterator[bytes]:
        """Yield the PNG scanlines of the rows that have ink, never more at once than BAND_PIXELS."""
        if self.ink_rows * self.width <= BAND_PIXELS:
            yield self.draw_scanlines()
            return
        step = max(1, BAND_PIXELS // self.width)
        for first in range(self.ink_top, self.ink_top + self.ink_rows, step):
            yield self.paint_scanlines(first, min(step, self.ink_top + self.ink_rows - first))

    def flatten_onto(self, color: RGB) -> "FlatCanvas":
        """Return the canvas laid on a colour."""
        return self if self.background is not None else replace(self, background=color)

    def build_palette(self) -> bytes:
        """Return 256 RGB steps from background to ink, rounded as Pillow blends: (b (255 - a) + i a) / 255."""
        steps = bytearray(768)
        for channel in range(3):
            ink = self.ink[channel]
            ground = ink if self.background is None else self.background[channel]
            steps[channel::3] = build_ramp(ground, build_ramp(ground, ink)[round(255 * self.opacity)])
        return bytes(steps)

    def build_alphas(self) -> bytes:
        """Return the palette's 256 alphas, of a canvas without a background."""
        return build_ramp(0, round(255 * self.opacity))

    def to_image(self) -> Image.Image:
        """Return the picture as an RGB image, or RGBA where there is no background."""
        band = Image.frombytes("L", (self.width + 1, self.ink_rows), self.draw_scanlines()).crop(
            (1, 0, self.width + 1, self.ink_rows)
        )
        if self.background is None:
            picture = Image.new("RGBA", (self.width, self.height), (*self.ink, 0))
            inked = Image.new("RGBA", band.size, self.ink)
            inked.putalpha(band.point(list(self.build_alphas())))
        else:
            picture = Image.new("RGB", (self.width, self.height), self.background)
            band.putpalette(self.build_palette())
            inked = band.convert("RGB")
        picture.paste(inked, (0, self.ink_top))
        return picture


@functools.lru_cache(maxsize=512)  # as many as ink in black or white can ask for
def build_ramp(background: int, ink: int) -> bytes:
    """Return 256 steps from one value of a channel to another."""
    values = (background * (255 - alpha) + ink * alpha + 128 for alpha in range(256))
    return bytes((value >> 8) + value >> 8 for value in values)
