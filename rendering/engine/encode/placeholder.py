"""The placeholder: a 16 px image as a data URI, shown on a page until the real file has loaded."""

import base64
import io

from PIL import Image

PLACEHOLDER_SIDE = 16  # px of the longer side
_QUALITY = 40


def make_placeholder(image: Image.Image) -> str:
    """Return an RGB or RGBA image, scaled down, as a lossy WebP in a data URI of some 150 characters."""
    zoom = PLACEHOLDER_SIDE / max(image.size)
    size = (max(1, round(image.width * zoom)), max(1, round(image.height * zoom)))
    small = image.resize(size, Image.Resampling.BOX)
    out = io.BytesIO()
    small.save(out, "WEBP", quality=_QUALITY, method=4, alpha_quality=_QUALITY)
    return f"data:image/webp;base64,{base64.b64encode(out.getvalue()).decode()}"
