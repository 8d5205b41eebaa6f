"""Canvases to file bytes: the same bytes for the same canvas, without dates or other ancillary data."""

import io

# Pillow would import each of its sixty plugins at the first WebP: a quarter of a second of a worker's first render.
from PIL import Image, WebPImagePlugin  # noqa: F401

from rendering.engine import flatwebp, png
from rendering.engine.flat import FlatCanvas

CONTENT_TYPES = {"png": "image/png", "webp": "image/webp"}
_OWN_WEBP = 256  # px a side from which our WebP is quicker than libwebp's
_WEBP_QUALITY = 90  # of pictures with gradients and shadows, where lossless takes up to five times the bytes


def encode(canvas: FlatCanvas | Image.Image, file_format: str) -> bytes:
    """Return a canvas as a PNG or WebP file; raise ValueError for any other format, or a side that it cannot have."""
    if file_format == "png":
        return png.flat(canvas) if isinstance(canvas, FlatCanvas) else png.picture(canvas)
    if file_format == "webp":
        return _flat_webp(canvas) if isinstance(canvas, FlatCanvas) else _webp(canvas)
    raise ValueError(f'format "{file_format}" is not drawn here: use png or webp')


def _flat_webp(canvas: FlatCanvas) -> bytes:
    """Return a lossless WebP: a large one by our own encoder, a small one by libwebp, which is then the quicker."""
    if canvas.background is not None and max(canvas.width, canvas.height) >= _OWN_WEBP:
        return flatwebp.encode(canvas)
    out = io.BytesIO()
    # More effort than method 1 gains flat colour next to nothing (docs/performance.md).
    canvas.image().save(out, "WEBP", lossless=True, quality=20, method=1)
    return out.getvalue()


def _webp(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=_WEBP_QUALITY, method=2)
    return out.getvalue()
