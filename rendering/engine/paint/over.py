"""Drawing over a picture with transparency (Porter-Duff source over), with Pillow's rounding in a part of its time.

Pillow divides for every px. Most px of a layer lie outside its ink, are opaque, or cover nothing yet: these are set,
many at once, and only the others, mostly edges over other layers, are mixed by Pillow.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from rendering.engine.paint.fragment import Paint
from rendering.engine.raster.array_image import ALPHA_SHIFT, ArrayImage, Pixels, pack_color

_BLOCK_ROWS, _BLOCK_COLUMNS = 32, 256


def composite_over(picture: Image.Image, paint: Paint, mask: Image.Image, position: tuple[int, int]) -> None:
    """Draw a colour or an RGB image over an RGBA picture through a mask (mode L), as `Image.alpha_composite` does."""
    bounds = mask.getbbox()
    if bounds is None:
        return
    left, top, right, bottom = bounds
    x, y = position[0] + left, position[1] + top
    coverage = np.asarray(mask)[top:bottom, left:right]
    colors = _find_colors(paint)
    colors = colors if isinstance(colors, np.uint32) else colors[top:bottom, left:right]
    if isinstance(picture, ArrayImage):
        _composite_blocks(picture.pixels[y : y + bottom - top, x : x + right - left], colors, coverage)
        return
    part = picture.crop((x, y, x + right - left, y + bottom - top))
    beneath = np.frombuffer(part.tobytes(), np.uint32).reshape(coverage.shape).copy()
    _composite_blocks(beneath, colors, coverage)
    picture.paste(ArrayImage.wrap(beneath, "RGBA"), (x, y))


def _find_colors(paint: Paint) -> np.uint32 | Pixels:
    """Return a paint's colour, or those of its pixels; their alpha does not count."""
    if isinstance(paint, tuple):
        return pack_color(paint)
    if isinstance(paint, ArrayImage):
        return paint.pixels
    return np.frombuffer(paint.tobytes("raw", "RGBX"), np.uint32).reshape(paint.height, paint.width)


def _composite_blocks(beneath: Pixels, colors: np.uint32 | Pixels, coverage: NDArray[np.uint8]) -> None:
    """Composite what is covered: some rows at once, so that they stay in the processor's cache."""
    for top in range(0, len(coverage), _BLOCK_ROWS):
        rows = slice(top, top + _BLOCK_ROWS)
        for columns in _find_covered(coverage[rows]):
            here = rows, columns
            _composite_pixels(beneath[here], colors if isinstance(colors, np.uint32) else colors[here], coverage[here])


def _find_covered(coverage: NDArray[np.uint8]) -> Iterator[slice]:
    """Yield runs of blocks of columns of which something is covered: an arc leaves most of its box empty."""
    width, first = coverage.shape[1], -1
    lefts = np.arange(0, width, _BLOCK_COLUMNS)
    highest = np.maximum.reduceat(np.maximum.reduce(coverage, axis=0), lefts)
    for number, value in enumerate([*highest.tolist(), 0]):
        if value and first < 0:
            first = number
        elif not value and first >= 0:
            yield slice(first * _BLOCK_COLUMNS, min(number * _BLOCK_COLUMNS, width))
            first = -1


def _composite_pixels(beneath: Pixels, colors: np.uint32 | Pixels, coverage: NDArray[np.uint8]) -> None:
    source = coverage.astype(np.uint32)
    source <<= np.uint32(ALPHA_SHIFT)
    source |= colors & np.uint32((1 << ALPHA_SHIFT) - 1)
    is_inked = coverage > 0
    # Opaque, or over nothing; then the source without ink is nothing, too.
    is_set = beneath < 1 << ALPHA_SHIFT
    is_set |= coverage == 255
    is_set &= is_inked
    np.copyto(beneath, source, where=is_set)
    is_inked ^= is_set
    mixed = np.flatnonzero(is_inked)
    if len(mixed):
        where = np.divmod(mixed, coverage.shape[1])
        beneath[where] = _mix_pixels(beneath[where], source[where])


def _mix_pixels(beneath: Pixels, source: Pixels) -> Pixels:
    mixed = Image.alpha_composite(ArrayImage.wrap(beneath[None], "RGBA"), ArrayImage.wrap(source[None], "RGBA"))
    return np.frombuffer(mixed.tobytes(), np.uint32)
