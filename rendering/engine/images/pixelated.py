"""Pictures whose pixels stay squares when they are enlarged, as pixel art needs it.

A px drawn shows the pixels beneath it in proportion to their areas: exactly if the picture is upright, else at
16 points.
"""

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from rendering.engine.geometry.affine import Affine
from rendering.engine.geometry.rect import Rect
from rendering.engine.geometry.viewport import Viewport
from rendering.engine.images.decoded import MipLevel
from rendering.engine.images.edges import extend_edges
from rendering.engine.images.resample import TILE_ROWS
from rendering.engine.images.rotated import TILE_COLUMNS, iter_tile_corners

_POINTS = 4  # along each axis, in each px drawn
_WHOLE = 256  # the weight of a whole px


def enlarge_region(level: MipLevel, size: tuple[int, int], box: tuple[float, float, float, float]) -> Image.Image:
    """Enlarge a box (left, top, right, bottom; px) of a level to a size: RGB, or premultiplied RGBa."""
    left, top, right, bottom = box
    x, y = max(0, math.floor(left)), max(0, math.floor(top))
    last_x, last_y = min(level.image.width, math.ceil(right) + 1), min(level.image.height, math.ceil(bottom) + 1)
    part = level.image.crop((x, y, last_x, last_y))
    mode = "RGB" if part.mode == "RGB" else "RGBa"
    pixels = np.asarray(part if part.mode == mode else part.convert(mode)).astype(np.uint16)
    pixels = _enlarge_axis(pixels, 0, size[1], top - y, bottom - y)
    pixels = _enlarge_axis(pixels, 1, size[0], left - x, right - x)
    return Image.frombytes(mode, size, pixels.astype(np.uint8).tobytes())


def _enlarge_axis(pixels: NDArray[np.uint16], axis: int, count: int, low: float, high: float) -> NDArray[np.uint16]:
    """Return `count` px of the interval from `low` to `high` of an axis; each shows at most two pixels."""
    edges = np.linspace(low, high, count + 1)
    first = np.clip(np.floor(edges[:-1]).astype(int), 0, pixels.shape[axis] - 1)
    second = np.minimum(first + 1, pixels.shape[axis] - 1)
    shares = np.clip((edges[1:] - first - 1) / np.maximum(edges[1:] - edges[:-1], 1e-12), 0, 1)
    weights = np.rint(shares * _WHOLE).astype(np.uint16).reshape((-1, 1, 1) if axis == 0 else (1, -1, 1))
    mixed = pixels.take(first, axis) * (_WHOLE - weights) + pixels.take(second, axis) * weights
    rounded: NDArray[np.uint16] = mixed + _WHOLE // 2 >> 8
    return rounded


class RotatedPixels:
    """A picture under an affine map; `crop_rect` is the part that is used, as fractions of its size."""

    def __init__(self, level: MipLevel, affine: Affine, crop_rect: Rect) -> None:
        x, y = math.floor(crop_rect.left * level.width), math.floor(crop_rect.top * level.height)
        right, bottom = math.ceil(crop_rect.right * level.width), math.ceil(crop_rect.bottom * level.height)
        used = level.image.crop((x, y, min(level.image.width, right), min(level.image.height, bottom)))
        # The points of a px on the picture's edge may lie outside of it.
        used = extend_edges(used, (1, 1, 1, 1))
        self._image = used if used.mode == "RGB" else used.convert("RGBa")
        a, b, c, d, e, f = affine
        area = a * e - b * d
        u, v = level.width / area, level.height / area
        # Px of the image for px of the frame: the inverse of the affine map.
        self._inverse = e * u, -b * u, (b * f - c * e) * u - x + 1, -d * v, a * v, (c * d - a * f) * v - y + 1

    def render_viewport(self, viewport: Viewport) -> Image.Image:
        """Return the viewport's pixels, RGB or premultiplied RGBa; those outside the picture are undefined."""
        image = Image.new(self._image.mode, (viewport.width, viewport.height))
        for left, top in iter_tile_corners(viewport):
            image.paste(self._render_tile(left, top), (left - viewport.left, top - viewport.top))
        return image

    def _render_tile(self, left: int, top: int) -> Image.Image:
        a, b, c, d, e, f = self._inverse
        size = TILE_COLUMNS * _POINTS, TILE_ROWS * _POINTS
        points = (
            *(a / _POINTS, b / _POINTS, a * left + b * top + c),
            *(d / _POINTS, e / _POINTS, d * left + e * top + f),
        )
        return self._image.transform(size, Image.Transform.AFFINE, points, Image.Resampling.NEAREST).reduce(_POINTS)
