"""What blending does to a colour, as arithmetic on arrays: for one layer, and for many in one step.

Colours here are premultiplied by their alpha, 0 to 1. `normal`, `multiply` and `screen` (W3C Compositing and Blending
Level 1) are then linear in the colour beneath, so that all layers above a layer are one linear map for each pixel.
"""

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
    """

    keep: Float32Array
    by_alpha: Float32Array
    add: Float32Array
    opening: Float32Array

    @classmethod
    def identity(cls, height: int, width: int) -> "BlendMap":
        """Return the map of no layers."""
        color, alpha = (height, width, 3), (height, width, 1)
        by_alpha, add = np.zeros(color, np.float32), np.zeros(color, np.float32)
        return cls(np.ones(color, np.float32), by_alpha, add, np.ones(alpha, np.float32))

    def crop(self, top: int, left: int, height: int, width: int) -> "BlendMap":
        """Return a copy of a part."""
        part = slice(top, top + height), slice(left, left + width)
        return BlendMap(*(each[part].copy() for each in (self.keep, self.by_alpha, self.add, self.opening)))

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
