"""Parsers of image files as containers: size, frames and parts, before a decoder sees a byte.

Only the parts that make up the pixels are passed on. Comments, XMP, further images and anything after the end of the
image are dropped here, so no decoder reads them. EXIF stays, because it holds the orientation.

Written by hand: Pillow reads these parts with its own decoders and without limits on their number, and the parsers of
metadata libraries read far more than is needed here. These few functions read untrusted bytes in the web process, so
they are small, pure Python, linear in the length of the file, and bounded by the MAX_… of each module.
"""

from __future__ import annotations

import struct
from collections.abc import Callable

from rendering.ingest.containers import heic, jpeg, png, webp
from rendering.ingest.containers.header import ColorTags, FileHeader, MalformedFile, TooManyParts

__all__ = ["ColorTags", "FileHeader", "MalformedFile", "TooManyParts", "read_header"]

_READERS: dict[str, Callable[[bytes], FileHeader]] = {
    "heic": heic.read_header,
    "jpeg": jpeg.read_header,
    "png": png.read_header,
    "webp": webp.read_header,
}


def read_header(data: bytes, kind: str) -> FileHeader:
    """Return the header of a file of this kind. Raises MalformedFile and TooManyParts."""
    try:
        return _READERS[kind](data)
    except (struct.error, IndexError) as error:
        raise MalformedFile(f"The {kind} file is truncated.") from error
