"""Canvases to file bytes: the same bytes for the same canvas, without dates or other ancillary data."""

import io
import struct
import zlib
from collections.abc import Callable

from rendering.engine.compose import FlatCanvas

try:
    from isal import isal_zlib
except ImportError:  # a platform without a wheel: the same pixels, later
    isal_zlib = None

CONTENT_TYPES = {"png": "image/png", "webp": "image/webp"}
_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def _deflate_zlib(data: bytes) -> bytes:
    return zlib.compress(data, 6)


def _deflate_isal(data: bytes) -> bytes:
    return bytes(isal_zlib.compress(data, 1))


deflate: Callable[[bytes], bytes] = _deflate_isal if isal_zlib else _deflate_zlib


def encode(canvas: FlatCanvas, file_format: str) -> bytes:
    """Return a canvas as a PNG or WebP file; raise ValueError for any other format."""
    if file_format == "png":
        return png(canvas)
    if file_format == "webp":
        return webp(canvas)
    raise ValueError(f'format "{file_format}" is not drawn here: use png or webp')


def png(canvas: FlatCanvas) -> bytes:
    """Return a palette PNG (ISO/IEC 15948): depth 8, colour type 3, filter 0 on every row."""
    width, height = canvas.size
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    return b"".join(
        (
            _SIGNATURE,
            _chunk(b"IHDR", header),
            _chunk(b"PLTE", canvas.palette()),
            _chunk(b"IDAT", deflate(canvas.plane.tobytes())),
            _chunk(b"IEND", b""),
        )
    )


def webp(canvas: FlatCanvas) -> bytes:
    """Return a lossless WebP. Flat colour gains nothing from more effort: see docs/performance.md."""
    out = io.BytesIO()
    canvas.image().save(out, "WEBP", lossless=True, quality=20, method=1)
    return out.getvalue()


def _chunk(kind: bytes, data: bytes) -> bytes:
    return b"".join((struct.pack(">I", len(data)), kind, data, struct.pack(">I", zlib.crc32(data, zlib.crc32(kind)))))
