"""Canvases of one colour over another, as most designs have: only coverage is stored per pixel."""

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from PIL import Image

from rendering.engine.color.srgb import RGB

BAND_PIXELS = 2_000_000  # px drawn at once; a larger canvas is drawn in bands, anew for each file

ScanlinePainter = Callable[[int, int], bytes]
"""Takes a first row and a number of rows, and returns their coverage, each row preceded by one zero byte. That is the
filter byte of a PNG scanline, so a PNG can compress these bytes as they are."""


@dataclass(slots=True)
class FlatCanvas:
    """A canvas of one colour, `ink`, over a background colour, or over transparency if `background` is None.

    `opacity` is that of the ink. Only `ink_rows` rows from row `ink_top` on have ink; `paint_scanlines` draws them.
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
        """Return the scanlines of all rows with ink; they are drawn once and then cached."""
        if self._cached_scanlines is None:
            self._cached_scanlines = self.paint_scanlines(self.ink_top, self.ink_rows)
        return self._cached_scanlines

    def iter_scanlines(self) -> Iterator[bytes]:
        """Yield the scanlines of all rows with ink, at most BAND_PIXELS px at a time."""
        if self.ink_rows * self.width <= BAND_PIXELS:
            yield self.draw_scanlines()
            return
        step = max(1, BAND_PIXELS // self.width)
        for first in range(self.ink_top, self.ink_top + self.ink_rows, step):
            yield self.paint_scanlines(first, min(step, self.ink_top + self.ink_rows - first))

    def flatten_onto(self, color: RGB) -> "FlatCanvas":
        """Return the canvas over a background of one colour, unless it has one."""
        return self if self.background is not None else replace(self, background=color)

    def build_palette(self) -> bytes:
        """Return 256 RGB colours from background b to ink i: (b (255 - a) + i a) / 255, rounded as in Pillow."""
        steps = bytearray(768)
        for channel in range(3):
            ink = self.ink[channel]
            background = ink if self.background is None else self.background[channel]
            steps[channel::3] = build_ramp(background, build_ramp(background, ink)[round(255 * self.opacity)])
        return bytes(steps)

    def build_alphas(self) -> bytes:
        """Return the 256 alpha values of the palette, for a canvas without a background."""
        return build_ramp(0, round(255 * self.opacity))

    def to_image(self) -> Image.Image:
        """Return the whole canvas as an RGB image, or RGBA without a background."""
        band = Image.frombytes("L", (self.width + 1, self.ink_rows), self.draw_scanlines()).crop(
            (1, 0, self.width + 1, self.ink_rows)
        )
        if self.background is None:
            image = Image.new("RGBA", (self.width, self.height), (*self.ink, 0))
            ink_band = Image.new("RGBA", band.size, self.ink)
            ink_band.putalpha(band.point(list(self.build_alphas())))
        else:
            image = Image.new("RGB", (self.width, self.height), self.background)
            band.putpalette(self.build_palette())
            ink_band = band.convert("RGB")
        image.paste(ink_band, (0, self.ink_top))
        return image


@functools.lru_cache(maxsize=512)  # all ramps to black and to white
def build_ramp(background: int, ink: int) -> bytes:
    """Return 256 values of a channel from background to ink."""
    values = (background * (255 - alpha) + ink * alpha + 128 for alpha in range(256))
    return bytes((value >> 8) + value >> 8 for value in values)
