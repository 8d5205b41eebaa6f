"""Fragments: what every layer is painted as, a colour or image with a mask and a position."""

import functools
from typing import TypeAlias

from PIL import Image

from rendering.engine.color.srgb import RGB
from rendering.engine.geometry.viewport import Viewport

Paint: TypeAlias = RGB | Image.Image
"""A colour, or an RGB image of the mask's size."""

Fragment: TypeAlias = tuple[Paint, Image.Image, Viewport]
"""A paint, its mask (mode L), and the part of the frame that they cover."""


def fade_mask(mask: Image.Image, opacity: float) -> Image.Image:
    """Return the mask scaled by an opacity."""
    if opacity == 1:
        return mask
    # Pillow's `point` would round the 256 levels anew for each mask.
    faded = mask.tobytes().translate(_scale_levels(opacity))
    return Image.frombuffer("L", mask.size, faded, "raw", "L", 0, 1)


@functools.lru_cache(64)
def _scale_levels(opacity: float) -> bytes:
    return bytes(round(value * opacity) for value in range(256))
