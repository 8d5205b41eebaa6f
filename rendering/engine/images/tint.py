"""Pictures in grey, and in shades of a colour."""

from PIL import Image

from rendering.engine.color.srgb import parse_hex
from rendering.engine.schema.image import Image as Source

_LUMA = 0.299, 0.587, 0.114  # ITU-R BT.601


def tint_image(image: Image.Image, source: Source) -> Image.Image:
    """Return an RGB image as its layer wants it: grey, and then seen through its tint."""
    tint = source.tint
    if tint is None or tint.amount == 0:
        return image.convert("L").convert("RGB") if source.grayscale else image
    rows: list[float] = []
    for channel, value in enumerate(parse_hex(tint.color)):
        own = [float(channel == number) for number in range(3)]
        kept = _LUMA if source.grayscale else own
        shade = tint.amount * value / 255
        rows += [(1 - tint.amount) * part + shade * luma for part, luma in zip(kept, _LUMA, strict=True)]
        rows.append(0.0)
    return image.convert("RGB", tuple(rows))
