"""What every layer comes down to: colour through a mask, somewhere."""

from typing import TypeAlias

from PIL import Image

from rendering.engine.color.srgb import RGB
from rendering.engine.geometry.viewport import Viewport

Paint: TypeAlias = RGB | Image.Image
"""A colour, or an RGB image of the mask's size."""

Fragment: TypeAlias = tuple[Paint, Image.Image, Viewport]
"""A paint, its coverage (an L mask), and the part of the picture that this covers."""


def fade_mask(mask: Image.Image, opacity: float) -> Image.Image:
    """Return a mask of which so much is left."""
    return mask if opacity == 1 else mask.point([round(value * opacity) for value in range(256)])
