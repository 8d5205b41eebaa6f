"""Canvases to file bytes: the same bytes for the same canvas, without dates or other ancillary data."""

import io
import struct
import zlib

# Pillow would import each of its sixty plugins at the first WebP: a quarter of a second of a worker's first render.
from PIL import WebPImagePlugin  # noqa: F401

from rendering.engine import flatwebp
from rendering.engine.compose import FlatCanvas
from rendering.engine.deflate import banded

CONTENT_TYPES = {"png": "image/png", "webp": "image/webp"}
_OWN_WEBP = 256  # px a side from which our WebP is quicker than libwebp's
_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def encode(canvas: FlatCanvas, file_format: str) -> bytes:
    """Return a canvas as a PNG or WebP file; raise ValueError for any other format."""
    if file_format == "png":
        return png(canvas)
    if file_format == "webp":
        return webp(canvas)
    raise ValueError(f'format "{file_format}" is not drawn here: use png or webp')


def png(canvas: FlatCanvas) -> bytes:
    """Return a palette PNG (ISO/IEC 15948): depth 8, colour type 3, filter 0 on every row."""
    size, band = canvas.size, canvas.band
    row = size + 1
    rows_after = size - canvas.top - band.height
    header = struct.pack(">IIBBBBB", size, size, 8, 3, 0, 0, 0)
    data = banded(canvas.top * row, band.tobytes(), rows_after * row)
    return b"".join(
        (
            _SIGNATURE,
            _chunk(b"IHDR", header),
            _chunk(b"PLTE", canvas.palette()),
            _chunk(b"IDAT", data),
            _chunk(b"IEND", b""),
        )
    )


def webp(canvas: FlatCanvas) -> bytes:
    """Return a lossless WebP: a large one by our own encoder, a small one by libwebp, which is then the quicker."""
    if canvas.size >= _OWN_WEBP:
        return flatwebp.encode(canvas)
    out = io.BytesIO()
    # More effort than method 1 gains flat colour next to nothing (docs/performance.md).
    canvas.image().save(out, "WEBP", lossless=True, quality=20, method=1)
    return out.getvalue()


def _chunk(kind: bytes, data: bytes) -> bytes:
    return b"".join((struct.pack(">I", len(data)), kind, data, struct.pack(">I", zlib.crc32(data, zlib.crc32(kind)))))
