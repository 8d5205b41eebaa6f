"""Greyscale and tint of image layers."""

from PIL import Image

from rendering.engine.color.srgb import parse_hex
from rendering.engine.schema.image import Image as Source

_LUMA = 0.299, 0.587, 0.114  # ITU-R BT.601


def tint_image(image: Image.Image, source: Source) -> Image.Image:
    """Return an RGB image with its layer's greyscale and tint applied.

    A tint of amount 1 makes shades of its colour: luma times the colour. Less mixes that with the image. Both effects
    are one 3 × 4 colour matrix.
    """
    tint = source.tint
    if tint is None or tint.amount == 0:
        return image.convert("L").convert("RGB") if source.grayscale else image
    rows: list[float] = []
    for channel, value in enumerate(parse_hex(tint.color)):
        identity = [float(channel == number) for number in range(3)]
        untinted = _LUMA if source.grayscale else identity
        shade = tint.amount * value / 255
        rows += [(1 - tint.amount) * part + shade * luma for part, luma in zip(untinted, _LUMA, strict=True)]
        rows.append(0.0)
    return image.convert("RGB", tuple(rows))
