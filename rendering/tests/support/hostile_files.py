"""Files that are not images, or more than images, made in code."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

from PIL import Image

from rendering.tests.support.heic_files import HEIC
from rendering.tests.support.image_files import animation, chunk, encode, raw_png, scene, with_chunks

PLANTED = b"PLANTED-0815"  # no cleaned image may contain it


def raw_png_file(
    width: int, height: int, kind: int = 2, depth: int = 8, rows: bytes = b"", *more: tuple[bytes, bytes]
) -> bytes:
    """Return a PNG with this header and these rows, which need not match; `more` chunks come before the pixels."""
    body = b"".join(chunk(name, data) for name, data in more)
    return raw_png((width, height), depth, kind, rows, body)


def decompression_bomb(width: int, height: int) -> bytes:
    """Return a complete grey PNG whose pixels compress to almost nothing."""
    packed = zlib.compressobj(9)
    row = bytes(width + 1)
    data = b"".join(packed.compress(row) for _ in range(height)) + packed.flush()
    whole = raw_png_file(width, height, 0)
    start, end = whole.index(b"IDAT") - 4, whole.index(b"IEND") - 4
    return whole[:start] + chunk(b"IDAT", data) + whole[end:]


def with_metadata(file_format: str) -> bytes:
    """Return an image with PLANTED in every place for metadata."""
    exif = Image.Exif()
    exif[0x010E] = exif[0x013B] = PLANTED.decode()
    xmp = b"<x:xmpmeta>" + PLANTED + b"</x:xmpmeta>"
    if file_format == "JPEG":
        return encode(scene(), "JPEG", exif=exif, comment=PLANTED, xmp=xmp, icc_profile=PLANTED * 20, quality=95)
    if file_format == "WEBP":
        return encode(scene(), "WEBP", exif=exif, xmp=xmp, icc_profile=PLANTED * 20, lossless=True)
    whole = encode(scene(), "PNG", exif=exif, icc_profile=PLANTED * 20)
    texts = [(b"tEXt", b"Comment\0" + PLANTED), (b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + xmp)]
    return with_chunks(whole, *(chunk(name, data) for name, data in texts))


def zip_archive(name: str = "page.html", content: bytes = b"<script>" + PLANTED + b"</script>") -> bytes:
    """Return a ZIP file; ZIP is read from its end, so it may be appended to an image."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as files:
        files.writestr(name, content)
    return out.getvalue()


_JPEG = encode(scene(), "JPEG", quality=95)
_PNG = encode(scene(), "PNG")
_WEBP = encode(scene(), "WEBP", lossless=True)

REFUSED_FILES: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "empty"),
    "one byte": (lambda: b"\xff", "unknown_format"),
    "an SVG with a script": (lambda: b"<svg onload='alert(1)'/>", "unknown_format"),
    "an SVG after an XML head": (lambda: b"\xef\xbb\xbf<?xml version='1.0'?><svg/>", "unknown_format"),
    "PostScript called .png": (lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n", "unknown_format"),
    "a PDF": (lambda: b"%PDF-1.7\n", "unknown_format"),
    "a GIF": (lambda: encode(scene(), "GIF"), "unknown_format"),
    "a GIF of 500 frames": (lambda: animation("GIF") * 50, "unknown_format"),
    "a BMP": (lambda: encode(scene(), "BMP"), "unknown_format"),
    "a TIFF": (lambda: encode(scene(), "TIFF"), "unknown_format"),
    "HTML": (lambda: b"<html><script>alert(1)</script>", "unknown_format"),
    "a PNG with converted line ends": (lambda: _PNG.replace(b"\r\n", b"\n", 1), "unknown_format"),
    "a PNG of 177 megapixels": (lambda: decompression_bomb(9_000, 9_000), "too_many_pixels"),
    "a PNG that claims 4 billion pixels": (lambda: raw_png_file(65_000, 65_000), "too_long_side"),
    "a WebP that claims 16383 × 16383": (
        lambda: b"RIFF" + struct.pack("<I", 22) + b"WEBPVP8X" + struct.pack("<I", 10) + b"\0\0\0\0" + b"\xfe\x3f\0" * 2,
        "too_long_side",
    ),
    "a line of 1 × 100000": (lambda: raw_png_file(1, 100_000, 0, 8, bytes(200_000)), "too_long_side"),
    "a line of 60 × 10000": (lambda: raw_png_file(60, 10_000, 0, 8, bytes(610_000)), "too_narrow"),
    "one pixel": (lambda: encode(Image.new("RGB", (1, 1)), "PNG"), "too_small"),
    "a width of zero": (lambda: raw_png_file(0, 64), "damaged"),
    "an animated PNG": (lambda: animation("PNG"), "animated"),
    "an animated WebP": (lambda: animation("WEBP"), "animated"),
    "a HEIC sequence": (lambda: HEIC[:8] + b"hevc" + HEIC[12:], "animated"),
    "an AVIF": (lambda: HEIC[:8] + b"avif" + HEIC[12:16] + b"avifmif1" + HEIC[24:], "unknown_format"),
    "half a JPEG": (lambda: _JPEG[: len(_JPEG) // 2], "damaged"),
    "a JPEG without its end": (lambda: _JPEG[:-200], "damaged"),
    "half a PNG": (lambda: _PNG[: len(_PNG) // 2], "damaged"),
    "half a WebP": (lambda: _WEBP[: len(_WEBP) // 2], "damaged"),
    "half a HEIC": (lambda: HEIC[:400], "damaged"),
    "a JPEG's head and nothing more": (lambda: b"\xff\xd8\xff\xe0", "damaged"),
    "a PNG's head and nothing more": (lambda: b"\x89PNG\r\n\x1a\n", "damaged"),
    "a PNG with a wrong checksum": (lambda: _PNG[:30] + b"\0\0\0\0" + _PNG[34:], "damaged"),
    "a JPEG that begins as a PNG": (lambda: b"\x89PNG\r\n\x1a\n" + _JPEG, "damaged"),
    "random bytes behind a JPEG's head": (lambda: b"\xff\xd8\xff" + bytes(range(256)) * 40, "damaged"),
}
"""What it is, the file, and the code that it is refused with."""
