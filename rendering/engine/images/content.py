"""What preflight wants to know of a picture's pixels, found once per picture and process.

It is measured on the working copy, so that it depends neither on the files nor on their sizes.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from rendering.engine.images.checkerboard import measure_checkerboard
from rendering.engine.images.decoded import ImageCache

_KEPT = 512  # pictures, of 5 kB each at most
_COLORS_SIDE = 32  # px of the copy that stands for the colours of a picture
_CLEAR, _OPAQUE = 16, 240  # of 255: alpha of px that count as covered, and as opaque
_SOFT_WIDTH = 5  # px of a soft edge, at least; hard ones have two or three after they were made smaller

Key = tuple[str, str, int, int]


@dataclass(frozen=True, slots=True)
class PictureContent:
    """Facts of a picture: shares of its px, and its colours in small, shape (n, 3), without clear px."""

    is_opaque: bool
    soft_share: float
    checkered_share: float
    colors: NDArray[np.uint8]


_known: OrderedDict[Key, PictureContent] = OrderedDict()
_lock = threading.Lock()


def read_content(asset: str, cache: ImageCache) -> PictureContent:
    """Return the facts of a picture. Raises PictureError for a file that does not match its record."""
    picture = cache[asset]
    key = (picture.asset, picture.sha256, picture.width, picture.height)
    with _lock:
        if found := _known.get(key):
            _known.move_to_end(key)
            return found
    found = measure_content(cache.decode_working(asset))
    with _lock:
        _known[key] = found
        while len(_known) > _KEPT:
            _known.popitem(last=False)
    return found


def measure_content(image: Image.Image) -> PictureContent:
    """Return the facts of an RGB or RGBA image."""
    alpha = np.asarray(image.getchannel("A")) if image.mode == "RGBA" else None
    pixels = np.asarray(image)[..., :3]
    if alpha is not None and not (alpha >= _OPAQUE).all():
        covered = alpha >= _CLEAR
        soft = _measure_soft(alpha, int(covered.sum()))
        return PictureContent(is_opaque=False, soft_share=soft, checkered_share=0.0, colors=_list_colors(image))
    checkered = measure_checkerboard(pixels)
    return PictureContent(is_opaque=True, soft_share=0.0, checkered_share=checkered, colors=_list_colors(image))


def _measure_soft(alpha: NDArray[np.uint8], covered: int) -> float:
    """Return the share of covered px in the middle of a wide soft edge."""
    partial = (alpha >= _CLEAR) & (alpha < _OPAQUE)
    for axis in (0, 1):
        length = partial.shape[axis] - _SOFT_WIDTH + 1
        if length < 1:
            return 0.0
        parts = [partial.take(range(start, start + length), axis) for start in range(_SOFT_WIDTH)]
        partial = np.logical_and.reduce(parts)
    return float(partial.sum()) / max(1, covered)


def _list_colors(image: Image.Image) -> NDArray[np.uint8]:
    size = min(_COLORS_SIDE, image.width), min(_COLORS_SIDE, image.height)
    mode = "RGBa" if image.mode == "RGBA" else "RGB"
    small = image.convert(mode).resize(size, Image.Resampling.BOX, reducing_gap=2.0)
    if mode == "RGB":
        return np.asarray(small).reshape(-1, 3)
    values = np.asarray(small.convert("RGBA")).reshape(-1, 4)
    colors: NDArray[np.uint8] = values[values[:, 3] >= _CLEAR, :3]
    return colors
