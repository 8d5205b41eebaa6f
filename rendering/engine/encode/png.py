"""PNG files (ISO/IEC 15948), their pixels deflated by isal: Pillow's own encoder takes ten times as long."""

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

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_GREY, _RGB, _PALETTE, _RGBA = 0, 2, 3, 6  # colour types
_CHANNELS = {_GREY: 1, _RGB: 3, _RGBA: 4}
_IDAT_BYTES = 1 << 20  # bytes; a file of more has several chunks of pixels, of at least so many
_PERCEPTUAL = b"\0"
_SMALL_CHUNK = 1 << 14  # bytes, of which zlib has the checksum as soon
_SAMPLE_PIXELS = 1024  # px, before all are looked at


class _Content(NamedTuple):
    """What a PNG holds: colour type, palette chunks, and the scanlines between so many zero bytes."""

    kind: int
    before: tuple[bytes, ...]
    blocks: Iterable[DataBlock]
    zeros: tuple[int, int] = (0, 0)


def encode_png(canvas: Canvas, zoom: float) -> Iterator[bytes]:
    """Yield a canvas as a PNG of 8 bits, piece by piece; `zoom` is how many px a mm of the printed thing has.

    A palette where the colours are few, else grey, RGB, or RGBA where something is transparent. A large canvas of many
    colours is RGB or RGBA by its ground alone, as it is never seen whole.
    """
    content = _flat_content(canvas) if isinstance(canvas, FlatCanvas) else _color_content(canvas)
    yield b"".join((_header_chunks(canvas.width, canvas.height, content.kind, round(zoom * 1000)), *content.before))
    waiting: list[bytes] = []
    size = 0
    for piece in deflate_blocks(content.zeros[0], content.blocks, content.zeros[1]):
        waiting.append(piece)
        size += len(piece)
        if size >= _IDAT_BYTES:
            yield _chunk(b"IDAT", b"".join(waiting))
            waiting, size = [], 0
    yield _chunk(b"IDAT", b"".join(waiting)) + _END


def _flat_content(canvas: FlatCanvas) -> _Content:
    """Return a palette, with alphas where there is no background, and filter 0 on every row."""
    row = canvas.width + 1
    rows_after = canvas.height - canvas.ink_top - canvas.ink_rows
    before = [_chunk(b"PLTE", canvas.build_palette())]
    if canvas.background is None:
        before.append(_chunk(b"tRNS", canvas.build_alphas()))
    blocks = ((band, False) for band in canvas.iter_scanlines())
    return _Content(_PALETTE, tuple(before), blocks, (canvas.ink_top * row, rows_after * row))


def _color_content(canvas: ColorCanvas) -> _Content:
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
    if few := index_colors(image, pixels):
        before = [_chunk(b"PLTE", few.palette)]
        if few.alphas:
            before.append(_chunk(b"tRNS", few.alphas))
        return _Content(_PALETTE, tuple(before), [(few.scanlines, False)])
    return _filtered_content(_RGBA if image.mode == "RGBA" else _RGB, [_to_rows(pixels)])


def _filtered_content(kind: int, bands: Iterable[ByteArray]) -> _Content:
    return _Content(kind, (), filter_bands(bands, _CHANNELS[kind]))


def _to_rows(pixels: Image.Image | ByteArray) -> ByteArray:
    return np.asarray(pixels).reshape(pixels.height if isinstance(pixels, Image.Image) else len(pixels), -1)


def _is_grey(pixels: NDArray[np.uint8]) -> bool:
    some = pixels.reshape(-1, 3)[:: max(1, pixels.size // (3 * _SAMPLE_PIXELS))]
    return all(bool((one[..., :2] == one[..., 1:]).all()) for one in (some, pixels))


@lru_cache(maxsize=512)  # all files of an output have the same
def _header_chunks(width: int, height: int, kind: int, per_metre: int) -> bytes:
    """Return what comes before the pixels: how many there are and of what kind, in sRGB, and so many px a metre."""
    header = struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0)
    density = struct.pack(">IIB", per_metre, per_metre, 1)
    chunks = _chunk(b"IHDR", header), _chunk(b"sRGB", _PERCEPTUAL), _chunk(b"pHYs", density)
    return b"".join((_SIGNATURE, *chunks))


def _chunk(kind: bytes, data: bytes) -> bytes:
    if len(data) < _SMALL_CHUNK:
        checksum = zlib.crc32(data, zlib.crc32(kind))
    else:
        checksum = deflater.crc32(data, zlib.crc32(kind))
        clear_registers()
    return b"".join((struct.pack(">I", len(data)), kind, data, struct.pack(">I", checksum)))


_END = _chunk(b"IEND", b"")
