"""PNG files (ISO/IEC 15948), their pixels deflated by isal: Pillow's own encoder takes ten times as long."""

import struct
import zlib

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from rendering.engine.deflate import banded
from rendering.engine.flat import FlatCanvas

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PALETTE, _RGB, _RGBA = 3, 2, 6  # colour types
_SUB, _UP = 1, 2  # filters: a byte less its left neighbour, or less the one above
_ROWS_JUDGED = 16  # one row of so many decides which filter a picture takes
_ROWS_AT_ONCE = 256


def flat(canvas: FlatCanvas) -> bytes:
    """Return a palette PNG: depth 8, filter 0 on every row; with alphas where there is no background."""
    row = canvas.width + 1
    rows_after = canvas.height - canvas.top - canvas.rows
    data = banded(canvas.top * row, canvas.bands(), rows_after * row)
    chunks = [_chunk(b"PLTE", canvas.palette())]
    if canvas.background is None:
        chunks.append(_chunk(b"tRNS", canvas.alphas()))
    return _file(canvas.width, canvas.height, _PALETTE, [*chunks, _chunk(b"IDAT", data)])


def picture(image: Image.Image) -> bytes:
    """Return an RGB or RGBA image as a PNG of as many channels."""
    pixels = np.asarray(image)
    height, width, channels = pixels.shape
    rows = pixels.reshape(height, width * channels)
    judged = rows[::_ROWS_JUDGED]
    by_left = _cost(judged[:, channels:] - judged[:, :-channels])
    by_above = _cost(rows[1::_ROWS_JUDGED] - rows[:-1:_ROWS_JUDGED])
    used = _UP if by_above < by_left else _SUB
    bands = (_filtered(rows, start, channels, used).tobytes() for start in range(0, height, _ROWS_AT_ONCE))
    kind = _RGBA if channels == 4 else _RGB
    return _file(width, height, kind, [_chunk(b"IDAT", banded(0, bands, 0))])


def _cost(differences: NDArray[np.uint8]) -> float:
    """Return how far the differences are from zero on average: what is small is deflated well (ISO/IEC 15948, 12.8)."""
    return float(np.minimum(differences, 0 - differences).mean()) if differences.size else 0.0


def _filtered(rows: NDArray[np.uint8], start: int, channels: int, used: int) -> NDArray[np.uint8]:
    """Return some rows as scanlines: the filter's number, and what the filter leaves of the row."""
    band = rows[start : start + _ROWS_AT_ONCE]
    lines = np.empty((len(band), 1 + band.shape[1]), np.uint8)
    lines[:, 0] = used
    if used == _SUB:
        lines[:, 1 : 1 + channels] = band[:, :channels]
        np.subtract(band[:, channels:], band[:, :-channels], out=lines[:, 1 + channels :])
    else:
        np.subtract(band[1:], band[:-1], out=lines[1:, 1:])
        lines[0, 1:] = band[0] - (rows[start - 1] if start else 0)
    return lines


def _file(width: int, height: int, kind: int, chunks: list[bytes]) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0)
    return b"".join((_SIGNATURE, _chunk(b"IHDR", header), *chunks, _chunk(b"IEND", b"")))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return b"".join((struct.pack(">I", len(data)), kind, data, struct.pack(">I", zlib.crc32(data, zlib.crc32(kind)))))
