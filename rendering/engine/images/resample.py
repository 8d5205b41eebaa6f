"""A decoded picture into the pixels of an output, by Pillow's filters.

Every row comes from the tile of fixed rows that it lies in, whatever rows are asked for: Pillow's weights depend, in
their last bits, on where a picture's part begins, and bands must hold the very pixels of the whole.
"""

import math
from collections.abc import Iterator
from typing import NamedTuple

from PIL import Image

from rendering.engine.images.decoded import MipLevel

TILE_ROWS = 64  # rows of an upright picture
_SNAP_DISTANCE = 1 / 512  # px; what is so near to the edge of a pixel lies on it: its coverage would be rounded off
LANCZOS_OVERSAMPLING = 1.25  # px to one that LANCZOS needs for what it makes to be as sharp as from many
_MIN_EXTENT = 1 / 64  # px of the picture; Pillow takes nothing thinner


class PixelSpan(NamedTuple):
    """`length` px from `at` on, which show a picture from `low` to `high`: within them, or less where it ends."""

    start: int
    length: int
    low: float
    high: float

    @property
    def coverage(self) -> float:
        """How much of each px is covered."""
        return (self.high - self.low) / self.length


def split_spans(low: float, high: float, first: int, last: int, step: int = 0) -> Iterator[PixelSpan]:
    """Yield the px from `first` to `last` that a picture from `low` to `high` covers.

    Px that it covers in part are spans of their own, and none goes over a multiple of `step`.
    """
    low, high = _snap_edge(low), _snap_edge(high)
    at, end = max(first, math.floor(low)), min(last, math.ceil(high))
    while at < end:
        until = end if low <= at else at + 1
        if high < until:
            until = max(math.floor(high), at + 1)
        if step:
            until = min(until, (at // step + 1) * step)
        yield PixelSpan(at, until - at, max(low, at), min(high, until))
        at = until


def _snap_edge(edge: float) -> float:
    return float(round(edge)) if abs(edge - round(edge)) < _SNAP_DISTANCE else edge


def resize_region(level: MipLevel, size: tuple[int, int], box: tuple[float, float, float, float]) -> Image.Image:
    """Return the part of a picture in a box (px of the level) at a size: RGB, or premultiplied RGBa."""
    image, (left, top, right, bottom) = level.image, box
    left, right = _clamp_range(left, right, image.width)
    top, bottom = _clamp_range(top, bottom, image.height)
    scale = min((right - left) / size[0], (bottom - top) / size[1])
    by = Image.Resampling.BICUBIC if scale <= 1 else Image.Resampling.LANCZOS
    if image.mode == "RGB":
        return image.resize(size, by, (left, top, right, bottom))
    # Premultiplied, lest the colour of what is transparent shows at its edges; and no more of it than this needs.
    reach = 3 * math.ceil(max((right - left) / size[0], (bottom - top) / size[1], 1)) + 1
    x, y = max(0, math.floor(left) - reach), max(0, math.floor(top) - reach)
    part = image.crop((x, y, min(image.width, math.ceil(right) + reach), min(image.height, math.ceil(bottom) + reach)))
    return part.convert("RGBa").resize(size, by, (left - x, top - y, right - x, bottom - y))


def _clamp_range(low: float, high: float, length: int) -> tuple[float, float]:
    """Return a stretch of a picture that Pillow takes: inside, and not too thin."""
    low, high = max(low, 0.0), min(high, float(length))
    if high - low < _MIN_EXTENT:
        low = min(max(low, 0.0), length - _MIN_EXTENT)
        high = low + _MIN_EXTENT
    return low, high
