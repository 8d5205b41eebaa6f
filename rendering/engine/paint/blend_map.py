"""What blending does to a colour, as arithmetic on arrays: for one layer, and for many in one step.

Colours here are premultiplied by their alpha, 0 to 1. `normal`, `multiply` and `screen` (W3C Compositing and Blending
Level 1) are then linear in the colour beneath, so that all layers above a layer are one linear map for each pixel.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from rendering.engine.paint.fragment import Paint

Float32Array = NDArray[np.float32]

_ONE, _LEVEL = np.float32(1), np.float32(1 / 255)


def premultiply_image(image: Image.Image) -> Float32Array:
    """Return an RGB or RGBA image as premultiplied pixels, shape (h, w, 4)."""
    pixels: Float32Array = np.asarray(image.convert("RGBA"), np.float32) * _LEVEL
    pixels[..., :3] *= pixels[..., 3:]
    return pixels


def premultiply_paint(paint: Paint, mask: Image.Image) -> Float32Array:
    """Return a colour or an RGB image with a mask as premultiplied pixels, (h, w, 4)."""
    alpha = np.asarray(mask, np.float32)[..., None] * _LEVEL
    return np.concatenate([np.asarray(paint, np.float32) * _LEVEL * alpha, alpha], axis=2)


def blend_pixels(beneath: Float32Array, source: Float32Array, blend: str) -> Float32Array:
    """Return premultiplied pixels (..., 4) drawn over others; shapes may broadcast."""
    mixed: Float32Array = beneath * (_ONE - source[..., 3:]) + source
    if blend == "multiply":
        mixed[..., :3] += source[..., :3] * (beneath[..., :3] - beneath[..., 3:])
    elif blend == "screen":
        mixed[..., :3] += beneath[..., :3] * (source[..., 3:] - source[..., :3])
    return mixed


@dataclass(slots=True)
class BlendMap:
    """The effect of layers on the premultiplied pixels (c, a) beneath them.

    They become (keep · c + by_alpha · a + add, 1 - opening · (1 - a)); of shape (h, w, 3), and (h, w, 1) for `opening`.
    `uncovered`, (h, w, 1), is the part of each px that letters above leave free: they are so fine that a px that they
    cover in part is no mixture, but has two colours.
    """

    keep: Float32Array
    by_alpha: Float32Array
    add: Float32Array
    opening: Float32Array
    uncovered: Float32Array

    @classmethod
    def identity(cls, height: int, width: int) -> "BlendMap":
        """Return the map of no layers."""
        color, alpha = (height, width, 3), (height, width, 1)
        by_alpha, add = np.zeros(color, np.float32), np.zeros(color, np.float32)
        return cls(np.ones(color, np.float32), by_alpha, add, np.ones(alpha, np.float32), np.ones(alpha, np.float32))

    def crop(self, top: int, left: int, height: int, width: int) -> "BlendMap":
        """Return a copy of a part."""
        part = slice(top, top + height), slice(left, left + width)
        return self._map_arrays(lambda each: each[part].copy())

    def enlarge(self, factor: int) -> "BlendMap":
        """Return the map with each px repeated `factor` times across and down."""
        return self._map_arrays(lambda each: each.repeat(factor, axis=0).repeat(factor, axis=1))

    def pick(self, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> "BlendMap":
        """Return the map of some px only: those of rows and columns that broadcast to a shape (h, w)."""
        return self._map_arrays(lambda each: each[rows, columns])

    def cover(self, mask: Image.Image, top: int, left: int) -> None:
        """Add the coverage of opaque letters, a mask (mode L), from a row and column on."""
        part = slice(top, top + mask.height), slice(left, left + mask.width)
        self.uncovered[part] *= _ONE - np.asarray(mask, np.float32)[..., None] * _LEVEL

    def measure_visible(self) -> Float32Array:
        """Return how much of what is beneath shows through, 0 to 1: shape (h, w)."""
        visible: Float32Array = self.keep.max(axis=2) * self.uncovered[..., 0]
        return visible

    def put_beneath(self, source: Float32Array, top: int, left: int, blend: str) -> None:
        """Insert a layer below those of the map: its premultiplied pixels (h, w, 4), from a row and column on."""
        part = slice(top, top + source.shape[0]), slice(left, left + source.shape[1])
        color, alpha = source[..., :3], source[..., 3:]
        keep, by_alpha, opening = self.keep[part], self.by_alpha[part], self.opening[part]
        self.add[part] += keep * color + by_alpha * alpha
        by_alpha *= _ONE - alpha
        if blend == "multiply":
            by_alpha -= keep * color
            keep *= _ONE - alpha + color
        else:
            keep *= _ONE - (color if blend == "screen" else alpha)
        opening *= _ONE - alpha

    def apply(self, pixels: Float32Array) -> Float32Array:
        """Return premultiplied pixels (h, w, 4) with the layers drawn over them."""
        alpha = pixels[..., 3:]
        color = self.keep * pixels[..., :3] + self.by_alpha * alpha + self.add
        return np.concatenate([color, _ONE - self.opening * (_ONE - alpha)], axis=2)

    def _map_arrays(self, change: Callable[[Float32Array], Float32Array]) -> "BlendMap":
        arrays = (self.keep, self.by_alpha, self.add, self.opening, self.uncovered)
        return BlendMap(*(change(array) for array in arrays))
