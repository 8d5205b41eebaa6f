"""WebP (RFC 9649): a RIFF file; the size is in the VP8X chunk or at the start of the only bitstream."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from rendering.ingest.containers.header import FileHeader, MalformedFile, TooManyParts

MAX_CHUNKS = 1_000


def read_header(data: bytes) -> FileHeader:
    """Return the size and the number of frames; bytes after the end that RIFF gives are dropped.

    Some encoders give a wrong end. If the file is shorter than that, but its chunks are complete, the end is corrected.
    """
    end = struct.unpack_from("<I", data, 4)[0] + 8
    if end > len(data):
        data = data[:4] + struct.pack("<I", len(data) - 8) + data[8:]
        end = len(data)
    size, frames = None, 0
    for name, start, stop in _iter_chunks(data, end):
        content = data[start : min(stop, start + 16)]
        if size is None:
            size = _read_size(name, content)
        frames += name == b"ANMF"
    return FileHeader((memoryview(data)[:end],), size, max(frames, 1))


def _iter_chunks(data: bytes, end: int) -> Iterator[tuple[bytes, int, int]]:
    at = 12
    for count in range(MAX_CHUNKS + 1):
        if at + 8 > end:
            return
        if count == MAX_CHUNKS:
            raise TooManyParts(f"More than {MAX_CHUNKS} chunks.")
        name, length = struct.unpack_from("<4sI", data, at)
        start, at = at + 8, at + 8 + length + length % 2
        if start + length > end:
            raise MalformedFile("A chunk extends beyond the file.")
        yield name, start, start + length


def _read_size(name: bytes, content: bytes) -> tuple[int, int]:
    if name == b"VP8X":
        return int.from_bytes(content[4:7], "little") + 1, int.from_bytes(content[7:10], "little") + 1
    if name == b"VP8 " and content[3:6] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", content, 6)
        return width & 0x3FFF, height & 0x3FFF
    if name == b"VP8L" and content[:1] == b"\x2f":
        (bits,) = struct.unpack_from("<I", content, 1)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    raise MalformedFile("The first chunk is not an image.")
