"""Resampling of a decoded picture to the pixels of a file, by Pillow's filters.

Rows are resampled in fixed tiles, whichever rows a viewport needs: the last bits of Pillow's filter weights depend on
where the resampled part begins, and a band must have exactly the pixels of the whole.
"""

import math
from collections.abc import Iterator
from typing import NamedTuple

from PIL import Image

from rendering.engine.images.decoded import MipLevel

TILE_ROWS = 64  # px rows of a tile
_SNAP_DISTANCE = 1 / 512  # px; an edge so near to a pixel's is moved there: its coverage would round to 0 or 255
LANCZOS_OVERSAMPLING = 1.25  # px of a picture per px drawn from which LANCZOS is as sharp as from many
_MIN_EXTENT = 1 / 64  # px of the picture: the thinnest part that Pillow resizes


class PixelSpan(NamedTuple):
    """`length` px of a row or column from `start` on, and the interval of them that a picture covers, px."""

    start: int
    length: int
    low: float
    high: float

    @property
    def coverage(self) -> float:
        """The covered part of each px, 0 to 1."""
        return (self.high - self.low) / self.length


def split_spans(low: float, high: float, first: int, last: int, step: int = 0) -> Iterator[PixelSpan]:
    """Yield spans of the px from `first` to `last` that a picture from `low` to `high` covers.

    A partly covered px is a span of its own, and no span crosses a multiple of `step` (0: no limit).
    """
    low, high = _snap_edge(low), _snap_edge(high)
    start, last = max(first, math.floor(low)), min(last, math.ceil(high))
    while start < last:
        end = last if low <= start else start + 1
        if high < end:
            end = max(math.floor(high), start + 1)
        if step:
            end = min(end, (start // step + 1) * step)
        yield PixelSpan(start, end - start, max(low, start), min(high, end))
        start = end


def _snap_edge(edge: float) -> float:
    return float(round(edge)) if abs(edge - round(edge)) < _SNAP_DISTANCE else edge


def resize_region(level: MipLevel, size: tuple[int, int], box: tuple[float, float, float, float]) -> Image.Image:
    """Resize a box (left, top, right, bottom; px) of a level to a size: RGB, or premultiplied RGBa."""
    image, (left, top, right, bottom) = level.image, box
    left, right = _clamp_range(left, right, image.width)
    top, bottom = _clamp_range(top, bottom, image.height)
    scale = min((right - left) / size[0], (bottom - top) / size[1])
    by = Image.Resampling.BICUBIC if scale <= 1 else Image.Resampling.LANCZOS
    if image.mode == "RGB":
        return image.resize(size, by, (left, top, right, bottom))
    # Premultiplied, so that the colour of transparent px does not bleed in; only the part that the filter reaches.
    reach = 3 * math.ceil(max((right - left) / size[0], (bottom - top) / size[1], 1)) + 1
    x, y = max(0, math.floor(left) - reach), max(0, math.floor(top) - reach)
    part = image.crop((x, y, min(image.width, math.ceil(right) + reach), min(image.height, math.ceil(bottom) + reach)))
    return part.convert("RGBa").resize(size, by, (left - x, top - y, right - x, bottom - y))


def _clamp_range(low: float, high: float, length: int) -> tuple[float, float]:
    """Return an interval that Pillow can resize: inside the picture, and not too thin."""
    low, high = max(low, 0.0), min(high, float(length))
    if high - low < _MIN_EXTENT:
        low = min(max(low, 0.0), length - _MIN_EXTENT)
        high = low + _MIN_EXTENT
    return low, high
