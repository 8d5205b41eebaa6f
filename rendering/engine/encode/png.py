"""PNG files (ISO/IEC 15948).

Written by hand because Pillow's encoder takes ten times as long, needs the whole image in memory, and has no way to
reuse the empty rows of a flat image or to choose the colour type (decision 20).
"""

import struct
import zlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from rendering.engine.encode.deflate import DataBlock, clear_registers, deflate_blocks, deflater
from rendering.engine.encode.png_filters import ByteArray, filter_bands
from rendering.engine.encode.png_palette import index_colors
from rendering.engine.paint.canvas import Canvas, ColorCanvas
from rendering.engine.paint.flat_canvas import FlatCanvas
from rendering.engine.raster.array_image import ArrayImage

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_GREY, _RGB, _PALETTE, _RGBA = 0, 2, 3, 6  # colour types
_CHANNELS = {_GREY: 1, _RGB: 3, _RGBA: 4}
_IDAT_BYTES = 1 << 20  # bytes of pixel data that fill a chunk; more data is split into several
_PERCEPTUAL = b"\0"  # rendering intent in the sRGB chunk
_SMALL_CHUNK = 1 << 14  # bytes up to which zlib computes a CRC as fast as isal
_SAMPLE_PIXELS = 1024  # px that are checked before all are


class _Content(NamedTuple):
    """What goes into a PNG: colour type, palette chunks, and scanlines between runs of `zeros` zero bytes."""

    kind: int
    before: tuple[bytes, ...]
    blocks: Iterable[DataBlock]
    zeros: tuple[int, int] = (0, 0)


def encode_png(canvas: Canvas, zoom: float) -> Iterator[bytes]:
    """Yield a canvas as a PNG of 8 bits per channel, in pieces; `zoom` is px per mm of the printed product.

    The colour type is palette for up to 256 colours, else grey, RGB, or RGBA where pixels are transparent. A large
    canvas of many colours is never in memory whole, so its background alone decides between RGB and RGBA.
    """
    content = _flat_content(canvas) if isinstance(canvas, FlatCanvas) else _color_content(canvas)
    yield b"".join((_header_chunks(canvas.width, canvas.height, content.kind, round(zoom * 1000)), *content.before))
    pieces: list[bytes] = []
    size = 0
    for piece in deflate_blocks(content.zeros[0], content.blocks, content.zeros[1]):
        pieces.append(piece)
        size += len(piece)
        if size >= _IDAT_BYTES:
            yield _chunk(b"IDAT", b"".join(pieces))
            pieces, size = [], 0
    yield _chunk(b"IDAT", b"".join(pieces)) + _END


def _flat_content(canvas: FlatCanvas) -> _Content:
    """Return coverage as the indices of a palette, with alphas if there is no background; rows are not filtered."""
    row = canvas.width + 1
    rows_after = canvas.height - canvas.ink_top - canvas.ink_rows
    before = [_chunk(b"PLTE", canvas.build_palette())]
    if canvas.background is None:
        before.append(_chunk(b"tRNS", canvas.build_alphas()))
    blocks = ((band, False) for band in canvas.iter_scanlines())
    return _Content(_PALETTE, tuple(before), blocks, (canvas.ink_top * row, rows_after * row))


def _color_content(canvas: ColorCanvas) -> _Content:
    """Return the smallest colour type that loses nothing; of a large canvas, RGB or RGBA in filtered bands."""
    if canvas.is_large:
        return _filtered_content(
            _RGBA if canvas.mode == "RGBA" else _RGB, (_to_rows(band) for band in canvas.iter_bands())
        )
    image = canvas.to_image()
    if image.mode == "RGBA" and image.getchannel("A").getextrema() == (255, 255):
        image = image.convert("RGB")
    pixels = np.asarray(image)
    if image.mode == "RGB" and _is_grey(pixels):
        return _filtered_content(_GREY, [np.ascontiguousarray(pixels[:, :, 0])])
    if indexed := index_colors(image, pixels):
        before = [_chunk(b"PLTE", indexed.palette)]
        if indexed.alphas:
            before.append(_chunk(b"tRNS", indexed.alphas))
        return _Content(_PALETTE, tuple(before), [(indexed.scanlines, False)])
    return _filtered_content(_RGBA if image.mode == "RGBA" else _RGB, [_to_rows(pixels)])


def _filtered_content(kind: int, bands: Iterable[ByteArray]) -> _Content:
    return _Content(kind, (), filter_bands(bands, _CHANNELS[kind]))


def _to_rows(pixels: Image.Image | ByteArray) -> ByteArray:
    """Return pixels as bytes of shape (rows, bytes of a row)."""
    if isinstance(pixels, ArrayImage) and pixels.mode == "RGBA":
        return pixels.pixels.view(np.uint8)
    return np.asarray(pixels).reshape(pixels.height if isinstance(pixels, Image.Image) else len(pixels), -1)


def _is_grey(pixels: NDArray[np.uint8]) -> bool:
    sample = pixels.reshape(-1, 3)[:: max(1, pixels.size // (3 * _SAMPLE_PIXELS))]
    return all(bool((part[..., :2] == part[..., 1:]).all()) for part in (sample, pixels))


@lru_cache(maxsize=512)  # the files of one output share it
def _header_chunks(width: int, height: int, kind: int, per_metre: int) -> bytes:
    """Return signature, size, colour type, colour space and density (px per metre)."""
    header = struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0)
    density = struct.pack(">IIB", per_metre, per_metre, 1)
    chunks = _chunk(b"IHDR", header), _chunk(b"sRGB", _PERCEPTUAL), _chunk(b"pHYs", density)
    return b"".join((_SIGNATURE, *chunks))


def _chunk(kind: bytes, data: bytes) -> bytes:
    """Return a chunk: length, type, data, CRC (5.3)."""
    if len(data) < _SMALL_CHUNK:
        checksum = zlib.crc32(data, zlib.crc32(kind))
    else:
        checksum = deflater.crc32(data, zlib.crc32(kind))
        clear_registers()
    return b"".join((struct.pack(">I", len(data)), kind, data, struct.pack(">I", checksum)))


_END = _chunk(b"IEND", b"")
