"""A picture of 16 px in the words of a page, shown until the real one has come."""

import base64
import io

from PIL import Image

PLACEHOLDER_SIDE = 16  # px, the longer one
_QUALITY = 40


def make_placeholder(picture: Image.Image) -> str:
    """Return an RGB or RGBA picture, made small, as a lossy WebP in a data URI of some 150 characters."""
    zoom = PLACEHOLDER_SIDE / max(picture.size)
    size = (max(1, round(picture.width * zoom)), max(1, round(picture.height * zoom)))
    small = picture.resize(size, Image.Resampling.BOX)
    out = io.BytesIO()
    small.save(out, "WEBP", quality=_QUALITY, method=4, alpha_quality=_QUALITY)
    return f"data:image/webp;base64,{base64.b64encode(out.getvalue()).decode()}"
