"""HEIC (ISO/IEC 23008-12): boxes. What makes up the picture is libheif's to say; films are told by their box."""

from __future__ import annotations

import struct

from rendering.ingest.containers.header import FileHeader, MalformedFile, TooManyParts

MAX_BOXES = 1_000


def read_header(data: bytes) -> FileHeader:
    """Return the number of frames: 2 for any film. The size is the decoder's to tell."""
    names, at = [], 0
    while at < len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        if length == 1:
            (length,) = struct.unpack_from(">Q", data, at + 8)
        at = at + length if length else len(data)
        if (length and length < 8) or at > len(data):
            raise MalformedFile("A box reaches beyond the file.")
        names.append(name)
        if len(names) > MAX_BOXES:
            raise TooManyParts(f"More than {MAX_BOXES} boxes.")
    if b"meta" not in names and b"moov" not in names:
        raise MalformedFile("There is no picture in it.")
    return FileHeader((memoryview(data),), frames=2 if b"moov" in names else 1)
