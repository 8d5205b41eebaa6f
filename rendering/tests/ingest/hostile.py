"""Files that are no pictures, or more than pictures, made in code."""

import base64
import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

from PIL import Image

PLANTED = b"PLANTED-0815"  # what no clean picture may hold
RED, BLUE, WHITE = (200, 30, 30), (20, 40, 180), (240, 240, 240)

# 96 × 64 px: the left half red, the right half blue, 16 px of near white in the top left corner. Made by libheif; the
# libraries here can read HEIC and not write it.
HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAVZtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAACJpbG9jAA"
    "AAAERAAAEAAQAAAAABegABAAAAAAAAAK8AAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAABAABodmMxAAAAAA5waXRtAAAAAAABAAAA1mlwcnAA"
    "AAC3aXBjbwAAAHhodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQArQgEBA3AAAAMAkA"
    "AAAwAAAwAeoDCBBZbqSSmubgIaDAgAAAMAyAAAAwAIQGIAAQAHRAHBcrAiQAAAABNjb2xybmNseAABAA0ABoAAAAAUaXNwZQAAAAAAAABgAAAA"
    "QAAAABBwaXhpAAAAAAMICAgAAAAXaXBtYQAAAAAAAAABAAEEgQIDBAAAALdtZGF0AAAAqygBrwng40FwHSlr/7PYHCv/5mFf/+Yf9D+B1j4//o"
    "5n//mIOP+fXHOQhDh/+aLBj8f/L/xv4T4w8Yq7g5bAmnu/ER3mYQekBr+rQGrOozO3bBi9vP3OCCL44SWq230ED+zOwqZI+SEVlb71UlfPc66b"
    "8LdRS7Srgeq1m2cSGXnhOvLHnSPl/lML62NnerPzYOcq9wEeSe7EX8zwHaEZo1FpRGXypCpV0mqbgA=="
)


def scene(width: int = 96, height: int = 64) -> Image.Image:
    """Return red on the left, blue on the right, a sixth of near white in the top left corner."""
    picture = Image.new("RGB", (width, height), RED)
    picture.paste(BLUE, (width // 2, 0, width, height))
    picture.paste(WHITE, (0, 0, width // 6, height // 4))
    return picture


def saved(picture: Image.Image, file_format: str, **options: Any) -> bytes:
    """Return a picture as a file."""
    out = io.BytesIO()
    picture.save(out, file_format, **options)
    return out.getvalue()


def png(width: int, height: int, kind: int = 2, depth: int = 8, rows: bytes = b"", *more: tuple[bytes, bytes]) -> bytes:
    """Return a PNG that says what it likes of its size; `more` chunks come before the pixels."""
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    chunks = [(b"IHDR", header), *more, (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b"")]
    body = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


def bomb(width: int, height: int) -> bytes:
    """Return a grey PNG whose pixels are all there, and shrink to nothing."""
    packed = zlib.compressobj(9)
    row = bytes(width + 1)
    data = b"".join(packed.compress(row) for _ in range(height)) + packed.flush()
    whole = png(width, height, 0)
    start, end = whole.index(b"IDAT") - 4, whole.index(b"IEND") - 4
    chunk = struct.pack(">I", len(data)) + b"IDAT" + data + struct.pack(">I", zlib.crc32(b"IDAT" + data))
    return whole[:start] + chunk + whole[end:]


def with_metadata(file_format: str) -> bytes:
    """Return a picture with something planted everywhere it can be."""
    exif = Image.Exif()
    exif[0x010E] = exif[0x013B] = PLANTED.decode()
    xmp = b"<x:xmpmeta>" + PLANTED + b"</x:xmpmeta>"
    if file_format == "JPEG":
        return saved(scene(), "JPEG", exif=exif, comment=PLANTED, xmp=xmp, icc_profile=PLANTED * 20, quality=95)
    if file_format == "WEBP":
        return saved(scene(), "WEBP", exif=exif, xmp=xmp, icc_profile=PLANTED * 20, lossless=True)
    whole = saved(scene(), "PNG", exif=exif, icc_profile=PLANTED * 20)
    texts = [(b"tEXt", b"Comment\0" + PLANTED), (b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + xmp)]
    at = whole.index(b"IDAT") - 4
    inserted = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in texts
    )
    return whole[:at] + inserted + whole[at:]


def archive() -> bytes:
    """Return a ZIP file, which is read from its end."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as files:
        files.writestr("page.html", b"<script>" + PLANTED + b"</script>")
    return out.getvalue()


def film(file_format: str) -> bytes:
    """Return a moving picture."""
    frames = [Image.new("RGB", (64, 64), (shade, 0, 0)) for shade in (0, 100, 200)]
    return saved(frames[0], file_format, save_all=True, append_images=frames[1:], duration=50)


_JPEG = saved(scene(), "JPEG", quality=95)
_PNG = saved(scene(), "PNG")
_WEBP = saved(scene(), "WEBP", lossless=True)

REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "empty"),
    "one byte": (lambda: b"\xff", "unknown_format"),
    "an SVG with a script": (lambda: b"<svg onload='alert(1)'/>", "unknown_format"),
    "an SVG after an XML head": (lambda: b"\xef\xbb\xbf<?xml version='1.0'?><svg/>", "unknown_format"),
    "PostScript called .png": (lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n", "unknown_format"),
    "a PDF": (lambda: b"%PDF-1.7\n", "unknown_format"),
    "a GIF": (lambda: saved(scene(), "GIF"), "unknown_format"),
    "a GIF of 500 frames": (lambda: film("GIF") * 50, "unknown_format"),
    "a BMP": (lambda: saved(scene(), "BMP"), "unknown_format"),
    "a TIFF": (lambda: saved(scene(), "TIFF"), "unknown_format"),
    "HTML": (lambda: b"<html><script>alert(1)</script>", "unknown_format"),
    "a PNG whose head a mail program broke": (lambda: _PNG.replace(b"\r\n", b"\n", 1), "unknown_format"),
    "a PNG of 177 megapixels": (lambda: bomb(9_000, 9_000), "too_many_pixels"),
    "a PNG that claims four thousand million pixels": (lambda: png(65_000, 65_000), "too_long_side"),
    "a WebP that claims 16383 × 16383": (
        lambda: b"RIFF" + struct.pack("<I", 22) + b"WEBPVP8X" + struct.pack("<I", 10) + b"\0\0\0\0" + b"\xfe\x3f\0" * 2,
        "damaged",
    ),
    "a line of 1 × 100000": (lambda: png(1, 100_000, 0, 8, bytes(200_000)), "too_long_side"),
    "a line of 60 × 10000": (lambda: png(60, 10_000, 0, 8, bytes(610_000)), "too_narrow"),
    "one pixel": (lambda: saved(Image.new("RGB", (1, 1)), "PNG"), "too_small"),
    "no width at all": (lambda: png(0, 64), "damaged"),
    "a moving PNG": (lambda: film("PNG"), "animated"),
    "a moving WebP": (lambda: film("WEBP"), "animated"),
    "a HEIC film": (lambda: HEIC[:8] + b"hevc" + HEIC[12:], "animated"),
    "an AVIF": (lambda: HEIC[:8] + b"avif" + HEIC[12:16] + b"avifmif1" + HEIC[24:], "unknown_format"),
    "half a JPEG": (lambda: _JPEG[: len(_JPEG) // 2], "damaged"),
    "a JPEG without its end": (lambda: _JPEG[:-200], "damaged"),
    "half a PNG": (lambda: _PNG[: len(_PNG) // 2], "damaged"),
    "half a WebP": (lambda: _WEBP[: len(_WEBP) // 2], "damaged"),
    "half a HEIC": (lambda: HEIC[:400], "damaged"),
    "a JPEG's head and nothing more": (lambda: b"\xff\xd8\xff\xe0", "damaged"),
    "a PNG's head and nothing more": (lambda: b"\x89PNG\r\n\x1a\n", "damaged"),
    "a PNG with a wrong checksum": (lambda: _PNG[:30] + b"\0\0\0\0" + _PNG[34:], "damaged"),
    "a PNG whose text is a bomb": (
        lambda: png(64, 64, 2, 8, bytes(193 * 64), (b"zTXt", b"k\0\0" + zlib.compress(bytes(300_000_000), 9))),
        "damaged",
    ),
    "a JPEG that begins as a PNG": (lambda: b"\x89PNG\r\n\x1a\n" + _JPEG, "damaged"),
    "random bytes behind a JPEG's head": (lambda: b"\xff\xd8\xff" + bytes(range(256)) * 40, "damaged"),
}
"""What it is, the file, and the code that it is refused with."""
