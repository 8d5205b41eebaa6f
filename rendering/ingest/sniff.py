"""The kind of an image file by its first bytes, the messages of refusals, and the size of a copy we encoded."""

import re
import struct

from rendering.ingest.containers import jpeg, png

HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"mif1"}
AVIF_BRANDS = {b"avif", b"avis"}
SEQUENCE_BRANDS = {b"hevc", b"hevx", b"hevm", b"hevs", b"msf1"}
FRAME_MARKER, JFIF_MARKER = 0xC0, 0xE0
JFIF_LENGTH = 18  # bytes of a JFIF segment without a thumbnail, with its marker
COPY_SEGMENTS = {FRAME_MARKER, JFIF_MARKER, 0xC4, 0xDB, jpeg.START_OF_SCAN, jpeg.END_OF_IMAGE}

# What `sniff_kind` recognises, with the media types.
FILE_KINDS = {"jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp", "heic": "image/heic"}

REFUSAL_MESSAGES = {
    "empty": "The file is empty. Choose the image again.",
    "too_large": "This file is larger than {megabytes:g} MB. Choose a smaller one, or save it smaller, as JPEG.",
    "unknown_format": "This is not a JPEG, PNG, WebP or HEIC image{what}. Save it as JPEG or PNG, and upload that.",
    "too_many_pixels": "The image has more than {megapixels:g} megapixels. Save it smaller.",
    "too_long_side": "A side of the image is longer than {side_max:,} px. Save it smaller.",
    "too_small": "A side of the image is shorter than {side_min:,} px. Choose a larger image.",
    "too_narrow": "The image is more than {aspect:g} times as long as it is wide. Crop it.",
    "animated": "Animated images are not supported. Save one frame as JPEG or PNG, and upload that.",
    "damaged": "The image is damaged or incomplete. Save it again, or choose another.",
    "too_complex": "Reading the image takes too much memory or time. Save it again as JPEG, and upload that.",
}
"""Error code to the message shown to shoppers; formatted with the limits."""

SNIFF_BYTES = 512  # bytes of a file that sniff_kind needs
_OTHER_FORMATS = (
    (re.compile(rb"GIF8"), " but a GIF"),
    (re.compile(rb"%PDF"), " but a PDF"),
    (re.compile(rb"%!PS|\xc5\xd0\xd3\xc6"), " but EPS or PostScript"),
    (re.compile(rb"BM"), " but a BMP"),
    (re.compile(rb"II[*+]\0|MM\0[*+]"), " but a TIFF or a camera's raw file"),
    (re.compile(rb"8BPS"), " but a Photoshop file"),
    (re.compile(rb"PK\x03\x04"), " but a ZIP file"),
    (re.compile(rb"\xff\x0a|\0\0\0\x0cJXL "), " but a JPEG XL"),
    (re.compile(rb"\0\0\0\x0cjP  "), " but a JPEG 2000"),
    (re.compile(rb"....ftypavi[fs]", re.DOTALL), " but an AVIF"),
    (re.compile(rb"....ftyp", re.DOTALL), " but a video"),
    (re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:\?xml|!--|!doctype svg|svg)", re.IGNORECASE), " but an SVG or other XML"),
    (re.compile(rb"\s*<(?:!doctype html|html|head|script)", re.IGNORECASE), " but a web page"),
)


def sniff_kind(head: bytes) -> tuple[str | None, str]:
    """Return the kind of a file by its first SNIFF_BYTES bytes: jpeg, png, webp or heic, with an empty text.

    For other files None, with a text for the message: " but a GIF", "" if unknown; "sequence" for an animated HEIC.
    """
    if head.startswith(jpeg.SIGNATURE):
        return "jpeg", ""
    if head.startswith(png.SIGNATURE):
        return "png", ""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp", ""
    if head[4:8] == b"ftyp" and len(head) >= 16:
        brands = {head[at : at + 4] for at in (8, *range(16, min(len(head), struct.unpack(">I", head[:4])[0]) - 3, 4))}
        if head[8:12] in SEQUENCE_BRANDS:
            return None, "sequence"
        if brands & HEIC_BRANDS and not brands & AVIF_BRANDS:
            return "heic", ""
    return None, next((what for magic, what in _OTHER_FORMATS if magic.match(head)), "")


def read_copy_size(data: bytes) -> tuple[str, int, int]:
    """Return format, width and height (px) of a JPEG or PNG in the form that the child process writes.

    Raises ValueError for anything else, and if the file holds anything beside its pixels or continues after them.
    """
    if data.startswith(png.SIGNATURE):
        return "png", *_read_png_size(data)
    if data.startswith(jpeg.SIGNATURE):
        return "jpeg", *_read_jpeg_size(data)
    raise ValueError("This is neither a JPEG nor a PNG.")


def _read_png_size(data: bytes) -> tuple[int, int]:
    chunks = list(png.iter_chunks(data))
    if chunks[-1][2] != len(data) or {name for name, _, _ in chunks} != {b"IHDR", b"IDAT", b"IEND"}:
        raise ValueError("The PNG holds more than pixels.")
    width, height = struct.unpack_from(">II", data, 16)
    return width, height


def _read_jpeg_size(data: bytes) -> tuple[int, int]:
    size, pixels = (0, 0), len(data)
    for marker, start, end in jpeg.iter_segments(data):
        if marker not in COPY_SEGMENTS or (marker == JFIF_MARKER and end - start != JFIF_LENGTH):
            raise ValueError("The JPEG holds more than pixels.")
        if marker == FRAME_MARKER:
            height, width = struct.unpack_from(">HH", data, start + 5)
            size = width, height
        if marker == jpeg.START_OF_SCAN:
            pixels = end
            break
    coded = data[pixels:-2]  # in entropy-coded data every 255 is followed by 0
    if not coded or data[-2:] != b"\xff\xd9" or coded.count(b"\xff") != coded.count(b"\xff\0"):
        raise ValueError("The JPEG does not end after its pixels.")
    return size
