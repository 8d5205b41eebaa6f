"""What a picture file says in its first bytes, and what is said of one that cannot be taken."""

import struct
from collections.abc import Callable

HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"mif1"}
AVIF_BRANDS = {b"avif", b"avis"}
SEQUENCE_BRANDS = {b"hevc", b"hevx", b"msf1"}

MESSAGES = {
    "empty": "The file is empty. Choose the picture again.",
    "too_large": "The file is larger than {megabytes:g} MB. Save the picture smaller, or as JPEG.",
    "unknown_format": "This is no JPEG, PNG, WebP or HEIC picture{what}. Save it as JPEG or PNG, and send that.",
    "too_many_pixels": "The picture has more than {megapixels:g} megapixels. Save it smaller.",
    "too_long_side": "A side of the picture is longer than {side_max:,} px. Save it smaller.",
    "too_small": "A side of the picture is shorter than {side_min:,} px. Choose a larger picture.",
    "too_narrow": "The picture is more than {aspect:g} times as long as it is wide. Cut it to what is wanted.",
    "animated": "The picture moves. Save one frame of it as JPEG or PNG, and send that.",
    "damaged": "The picture is damaged or incomplete. Save it again, or choose another.",
    "too_complex": "Reading the picture takes too much memory or time. Save it again as JPEG, and send that.",
}
"""Code to a sentence that a shopper understands."""

_OTHERS = (
    (b"GIF8", " but a GIF"),
    (b"%PDF", " but a PDF"),
    (b"%!PS", " but PostScript"),
    (b"\xc5\xd0\xd3\xc6", " but PostScript"),
    (b"BM", " but a BMP"),
    (b"II*\0", " but a TIFF"),
    (b"MM\0*", " but a TIFF"),
)


def kind_of(head: bytes) -> tuple[str | None, str]:
    """Return the kind that a file's first 64 bytes say it is: jpeg, png, webp, heic; None and what it is instead."""
    if kind := next((kind for kind, magic in _MAGIC if magic(head)), None):
        return kind, ""
    if head[4:8] == b"ftyp" and head[8:12] in SEQUENCE_BRANDS:
        return None, "sequence"
    if b"<svg" in head.lower() or head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<?xml"):
        return None, " but an SVG or other XML"
    return None, next((what for magic, what in _OTHERS if head.startswith(magic)), "")


def _is_heic(head: bytes) -> bool:
    """Tell HEIC by the brands in its file type box (ISO/IEC 14496-12, 4.3), of which AVIF has others."""
    if head[4:8] != b"ftyp" or head[8:12] in SEQUENCE_BRANDS:
        return False
    end = min(len(head), struct.unpack(">I", head[:4])[0])
    brands = {head[at : at + 4] for at in (8, *range(16, end - 3, 4))}
    return bool(brands & HEIC_BRANDS) and not brands & AVIF_BRANDS


_MAGIC: tuple[tuple[str, Callable[[bytes], bool]], ...] = (
    ("jpeg", lambda head: head.startswith(b"\xff\xd8\xff")),
    ("png", lambda head: head.startswith(b"\x89PNG\r\n\x1a\n")),
    ("webp", lambda head: head[:4] == b"RIFF" and head[8:12] == b"WEBP"),
    ("heic", _is_heic),
)


def size_of(data: bytes) -> tuple[str, int, int]:
    """Return format, width and height (px) of a JPEG or PNG; ValueError for anything else."""
    if data[:8] == b"\x89PNG\r\n\x1a\n" and data[12:16] == b"IHDR":
        width, height = struct.unpack(">II", data[16:24])
        return "png", width, height
    if data[:2] == b"\xff\xd8" and data[-2:] == b"\xff\xd9":
        return "jpeg", *_jpeg_size(data)
    raise ValueError("This is neither a JPEG nor a PNG.")


def _jpeg_size(data: bytes) -> tuple[int, int]:
    """Go from marker to marker (ITU-T T.81, B.1) up to the frame's."""
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], struct.unpack(">H", data[at + 2 : at + 4])[0]
        if marker in {0xC0, 0xC1, 0xC2}:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        at += 2 + length
    raise ValueError("This JPEG has no frame.")
