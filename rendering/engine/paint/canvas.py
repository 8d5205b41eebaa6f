"""What files are made of: a picture that can draw any of its rows, so that a large one is never held whole."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from PIL import Image

from rendering.engine.color.srgb import RGB
from rendering.engine.images.resample import TILE_ROWS
from rendering.engine.paint import flat_canvas
from rendering.engine.paint.flat_canvas import FlatCanvas

COLOR_BAND_PIXELS = 1 << 19  # px of a band of many colours: drawing takes some ten times four bytes for each


@dataclass(slots=True)
class ColorCanvas:
    """A canvas of many colours: RGB, or RGBA where it has no ground; `paint` draws so many rows from a first one on."""

    width: int
    height: int
    mode: str
    paint_rows: Callable[[int, int], Image.Image]
    _cached_image: Image.Image | None = field(default=None)

    @property
    def is_large(self) -> bool:
        """Tell whether it is drawn in bands, and again for each file."""
        return self.width * self.height > flat_canvas.BAND_PIXELS

    def iter_bands(self) -> Iterator[Image.Image]:
        """Yield the picture from the top down: in one piece, unless it is large."""
        if not self.is_large:
            yield self.to_image()
            return
        step = max(1, COLOR_BAND_PIXELS // self.width)
        # Pictures are drawn in tiles, which a band that ends with one has no need to draw twice.
        step = step // TILE_ROWS * TILE_ROWS if step > TILE_ROWS else 1 << step.bit_length() - 1
        for top in range(0, self.height, step):
            yield self.paint_rows(top, min(step, self.height - top))

    def to_image(self) -> Image.Image:
        """Return the whole picture; a large one is put together anew each time."""
        if self._cached_image is not None:
            return self._cached_image
        if not self.is_large:
            self._cached_image = self.paint_rows(0, self.height)
            return self._cached_image
        picture, top = Image.new(self.mode, (self.width, self.height)), 0
        for band in self.iter_bands():
            picture.paste(band, (0, top))
            top += band.height
        return picture

    def flatten_onto(self, color: RGB) -> "ColorCanvas":
        """Return the canvas laid on a colour."""
        if self.mode == "RGB":
            return self

        def paint(top: int, rows: int) -> Image.Image:
            return _flatten_onto(self.paint_rows(top, rows), color)

        return replace(
            self,
            mode="RGB",
            paint_rows=paint,
            _cached_image=self._cached_image and _flatten_onto(self._cached_image, color),
        )


def _flatten_onto(picture: Image.Image, color: RGB) -> Image.Image:
    beneath = Image.new("RGB", picture.size, color)
    beneath.paste(picture, (0, 0), picture)
    return beneath


Canvas: TypeAlias = FlatCanvas | ColorCanvas
