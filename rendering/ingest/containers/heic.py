"""HEIC (ISO/IEC 23008-12): a sequence of boxes. libheif reads the image; an animation has a `moov` box."""

from __future__ import annotations

import re
import struct

from rendering.ingest.containers.header import ColorTags, FileHeader, MalformedFile, TooManyParts

MAX_BOXES = 1_000
HDR_COLORS = re.compile(rb"colrnclx..\0[\x10\x12]", re.DOTALL)  # a box that names PQ or HLG (H.273, table 3)


def read_header(data: bytes) -> FileHeader:
    """Return the whole file as one part, without a size; `frames` is 2 for any animation."""
    names, at = [], 0
    while at < len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        if length == 1:
            (length,) = struct.unpack_from(">Q", data, at + 8)
        at = at + length if length else len(data)
        if (length and length < 8) or at > len(data):
            raise MalformedFile("A box extends beyond the file.")
        names.append(name)
        if len(names) > MAX_BOXES:
            raise TooManyParts(f"More than {MAX_BOXES} boxes.")
    if b"meta" not in names and b"moov" not in names:
        raise MalformedFile("The file holds no image.")
    # libheif reads the colours; whether they are those of HDR must be known before it may.
    colors = ColorTags(deep=HDR_COLORS.search(data) is not None)
    return FileHeader((memoryview(data),), frames=2 if b"moov" in names else 1, colors=colors)
