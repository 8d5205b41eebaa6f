"""Images whose memory is an array, so that Pillow and numpy can both change them, without copies."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from rendering.engine.color.srgb import RGB

Pixels: TypeAlias = NDArray[np.uint32]
"""Pixels as numbers: red is the lowest byte, then green and blue; the highest is alpha, 255 in RGB images."""

ALPHA_SHIFT = 24
OPAQUE = 255 << ALPHA_SHIFT


class ArrayImage(Image.Image):
    """An RGB or RGBA image whose memory is the array `pixels` (rows × columns)."""

    pixels: Pixels

    @classmethod
    def create(cls, width: int, height: int) -> "ArrayImage":
        """Return a transparent RGBA image."""
        return cls.wrap(np.zeros((height, width), np.uint32), "RGBA")

    @classmethod
    def wrap(cls, pixels: Pixels, mode: str) -> "ArrayImage":
        """Return an image with the memory of an array."""
        image, (height, width) = cls(), pixels.shape
        image.pixels = pixels
        # `Image.frombuffer` does the same, but not for RGB, of which it does not know that a pixel has four bytes.
        image.im = Image.core.map_buffer(pixels, (width, height), "raw", 0, (mode, 0, 1))  # type: ignore[attr-defined]
        image._mode, image._size = mode, (width, height)
        return image


def pack_color(color: RGB) -> np.uint32:
    """Return an opaque colour as a pixel."""
    red, green, blue = color
    return np.uint32(red | green << 8 | blue << 16 | OPAQUE)
