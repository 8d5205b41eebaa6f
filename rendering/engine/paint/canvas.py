"""Canvases: images that draw any of their rows on request, so that a large one is never whole in memory."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from PIL import Image

from rendering.engine.color.srgb import RGB
from rendering.engine.images.resample import TILE_ROWS
from rendering.engine.paint import flat_canvas
from rendering.engine.paint.flat_canvas import FlatCanvas

COLOR_BAND_PIXELS = 1 << 20  # px per band; drawing takes about 40 bytes per px


@dataclass(slots=True)
class ColorCanvas:
    """A canvas of any colours, `mode` RGB or RGBA; `paint_rows(top, rows)` draws a band of it."""

    width: int
    height: int
    mode: str
    paint_rows: Callable[[int, int], Image.Image]
    _cached_image: Image.Image | None = field(default=None)

    @property
    def is_large(self) -> bool:
        """Whether it is drawn in bands, again for each file."""
        return self.width * self.height > flat_canvas.BAND_PIXELS

    def iter_bands(self) -> Iterator[Image.Image]:
        """Yield the bands from top to bottom; a canvas that is not large is a single band."""
        if not self.is_large:
            yield self.to_image()
            return
        step = max(1, COLOR_BAND_PIXELS // self.width)
        # Image layers are resampled in tiles of TILE_ROWS; bands that end on a tile's edge do not resample it twice.
        step = step // TILE_ROWS * TILE_ROWS if step > TILE_ROWS else 1 << step.bit_length() - 1
        for top in range(0, self.height, step):
            yield self.paint_rows(top, min(step, self.height - top))

    def to_image(self) -> Image.Image:
        """Return the whole canvas as an image; a large one is drawn again on each call."""
        if self._cached_image is not None:
            return self._cached_image
        if not self.is_large:
            self._cached_image = self.paint_rows(0, self.height)
            return self._cached_image
        image, top = Image.new(self.mode, (self.width, self.height)), 0
        for band in self.iter_bands():
            image.paste(band, (0, top))
            top += band.height
        return image

    def flatten_onto(self, color: RGB) -> "ColorCanvas":
        """Return the canvas over a background of one colour."""
        if self.mode == "RGB":
            return self

        def paint_flattened(top: int, rows: int) -> Image.Image:
            return _flatten_onto(self.paint_rows(top, rows), color)

        return replace(
            self,
            mode="RGB",
            paint_rows=paint_flattened,
            _cached_image=self._cached_image and _flatten_onto(self._cached_image, color),
        )


def _flatten_onto(image: Image.Image, color: RGB) -> Image.Image:
    background = Image.new("RGB", image.size, color)
    background.paste(image, (0, 0), image)
    return background


Canvas: TypeAlias = FlatCanvas | ColorCanvas
