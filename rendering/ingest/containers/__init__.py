"""Picture files as containers, read by Python alone: what a file is and how large, before a decoder sees a byte of it.

What comes out is only what makes up the pixels: comments, XMP, further pictures and whatever follows the picture's
end are left behind here, so that no decoder is ever asked to read them. EXIF stays: it says which way up it is.
"""

from __future__ import annotations

import struct
from collections.abc import Callable

from rendering.ingest.containers import heic, jpeg, png, webp
from rendering.ingest.containers.header import FileHeader, MalformedFile, TooManyParts

__all__ = ["FileHeader", "MalformedFile", "TooManyParts", "read_header"]

_READERS: dict[str, Callable[[bytes], FileHeader]] = {
    "heic": heic.read_header,
    "jpeg": jpeg.read_header,
    "png": png.read_header,
    "webp": webp.read_header,
}


def read_header(data: bytes, kind: str) -> FileHeader:
    """Return what a file of this kind says of itself. Raises Broken, and TooManyParts for more than pictures have."""
    try:
        return _READERS[kind](data)
    except (struct.error, IndexError) as error:
        raise MalformedFile(f"The {kind} ends too early.") from error
