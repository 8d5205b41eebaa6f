"""Image files of every format, made in code. The scene: left red, right blue, a light square at the upper left."""

import io
import struct
import zlib
from typing import Any

from PIL import Image

RED, BLUE, LIGHT = (200, 30, 30), (20, 40, 180), (240, 240, 240)


def scene(width: int = 96, height: int = 64) -> Image.Image:
    picture = Image.new("RGB", (width, height), RED)
    picture.paste(BLUE, (width // 2, 0, width, height))
    picture.paste(LIGHT, (0, 0, width // 6, height // 4))
    return picture


def encode(picture: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def jpeg(picture: Image.Image | None = None, **options: Any) -> bytes:
    return encode(picture or scene(), "JPEG", **{"quality": 95, "subsampling": 0, **options})


def png(picture: Image.Image | None = None, **options: Any) -> bytes:
    return encode(picture or scene(), "PNG", **options)


def webp(picture: Image.Image | None = None, **options: Any) -> bytes:
    return encode(picture or scene(), "WEBP", **{"lossless": True, "exact": True, **options})


def animation(kind: str, count: int = 3) -> bytes:
    first, *others = (scene().rotate(angle) for angle in range(count))
    return encode(first, kind, save_all=True, append_images=others, duration=50)


def open_image(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


def pixel(picture: Image.Image, at: tuple[int, int]) -> tuple[int, ...]:
    found = picture.getpixel(at)
    assert isinstance(found, tuple)
    return found


def exif(turn: int, **texts: str) -> Image.Exif:
    block = Image.Exif()
    block[0x0112] = turn
    if texts:
        block[0x010E] = texts["description"]
    return block


def chunk(name: bytes, content: bytes = b"") -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def raw_png(size: tuple[int, int], depth: int, color_type: int, pixels: bytes, *more: bytes) -> bytes:
    """A PNG from raw rows, each with its filter byte; `more` are chunks before the pixels."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", *size, depth, color_type, 0, 0, 0))
    return b"".join((b"\x89PNG\r\n\x1a\n", head, *more, chunk(b"IDAT", zlib.compress(pixels, 9)), chunk(b"IEND")))


def rows(width: int, height: int, pixel: bytes) -> bytes:
    return (b"\0" + pixel * width) * height


def with_chunks(data: bytes, *chunks: bytes) -> bytes:
    """A PNG with more chunks right after its header."""
    return data[:33] + b"".join(chunks) + data[33:]


def segment(marker: int, content: bytes = b"") -> bytes:
    """A segment of a JPEG."""
    return bytes((0xFF, marker)) + struct.pack(">H", len(content) + 2) + content


def with_segments(data: bytes, *segments: bytes) -> bytes:
    """A JPEG with more segments right after its start."""
    return data[:2] + b"".join(segments) + data[2:]


def riff(*chunks: tuple[bytes, bytes]) -> bytes:
    """A WebP of these chunks."""
    body = b"".join(
        name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2) for name, content in chunks
    )
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def canvas(width: int, height: int, flags: int = 0) -> tuple[bytes, bytes]:
    """WebP's extended header."""
    return b"VP8X", bytes((flags, 0, 0, 0)) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")


def bitstream(data: bytes) -> tuple[bytes, bytes]:
    """The one chunk of a simple WebP."""
    length = struct.unpack("<I", data[16:20])[0]
    return data[12:16], data[20 : 20 + length]


def box(name: bytes, content: bytes = b"") -> bytes:
    """A box of a HEIC."""
    return struct.pack(">I", len(content) + 8) + name + content
