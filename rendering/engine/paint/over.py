"""Drawing over a picture with transparency (Porter-Duff source over), with Pillow's rounding in a part of its time.

Pillow divides for every px. Most px of a layer lie outside its ink, are opaque, or cover nothing yet: these are set,
many at once, and only the others, mostly edges over other layers, are mixed by Pillow.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from rendering.engine.paint.fragment import Paint
from rendering.engine.raster.array_image import ALPHA_SHIFT, ArrayImage, Pixels


def composite_over(picture: Image.Image, paint: Paint, mask: Image.Image, position: tuple[int, int]) -> None:
    """Draw a colour or an RGB image over an RGBA picture through a mask (mode L), as `Image.alpha_composite` does."""
    bounds = mask.getbbox()
    if bounds is None:
        return
    left, top, right, bottom = bounds
    x, y = position[0] + left, position[1] + top
    if bounds != (0, 0, *mask.size):
        mask = mask.crop(bounds)
        paint = paint.crop(bounds) if isinstance(paint, Image.Image) else paint
    area = (x, y, x + right - left, y + bottom - top)
    if isinstance(picture, ArrayImage):
        _composite_pixels(picture.pixels[area[1] : area[3], area[0] : area[2]], paint, np.asarray(mask))
    else:
        beneath = np.frombuffer(picture.crop(area).tobytes(), np.uint32).reshape(mask.height, mask.width).copy()
        _composite_pixels(beneath, paint, np.asarray(mask))
        picture.paste(ArrayImage.show(beneath, "RGBA"), (x, y))


def _composite_pixels(beneath: Pixels, paint: Paint, coverage: NDArray[np.uint8]) -> None:
    source = _build_source(paint, coverage)
    # Opaque, or over nothing; then the source without ink is nothing, too.
    is_set = (coverage == 255) | (beneath < 1 << ALPHA_SHIFT)
    is_set &= coverage > 0
    mixed = np.flatnonzero((coverage > 0) != is_set)
    np.copyto(beneath, source, where=is_set)
    if len(mixed):
        where = np.divmod(mixed, coverage.shape[1])
        beneath[where] = _mix_pixels(beneath[where], source[where])


def _build_source(paint: Paint, coverage: NDArray[np.uint8]) -> Pixels:
    """Return a paint with the coverage as its alpha."""
    source: Pixels = coverage.astype(np.uint32) << np.uint32(ALPHA_SHIFT)
    if isinstance(paint, tuple):
        red, green, blue = paint
        source |= np.uint32(red | green << 8 | blue << 16)
    else:
        colors = np.frombuffer(paint.tobytes("raw", "RGBX"), np.uint32).reshape(coverage.shape)
        source |= colors & np.uint32((1 << ALPHA_SHIFT) - 1)
    return source


def _mix_pixels(beneath: Pixels, source: Pixels) -> Pixels:
    mixed = Image.alpha_composite(ArrayImage.show(beneath[None], "RGBA"), ArrayImage.show(source[None], "RGBA"))
    return np.frombuffer(mixed.tobytes(), np.uint32)
