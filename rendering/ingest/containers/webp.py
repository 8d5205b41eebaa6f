"""WebP (RFC 9649): a RIFF file; its size stands in VP8X or in the one bitstream."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from rendering.ingest.containers.header import Broken, Header, TooManyParts

MOST_CHUNKS = 1_000


def read(data: bytes) -> Header:
    """Return size and number of frames; what follows the end that RIFF gives is left behind."""
    end = struct.unpack_from("<I", data, 4)[0] + 8
    if end > len(data):
        raise Broken("The file is shorter than it says.")
    size, frames = None, 0
    for name, start, stop in _chunks(data, end):
        content = data[start : min(stop, start + 16)]
        if size is None:
            size = _size(name, content)
        frames += name == b"ANMF"
    return Header((memoryview(data)[:end],), size, max(frames, 1))


def _chunks(data: bytes, end: int) -> Iterator[tuple[bytes, int, int]]:
    at = 12
    for count in range(MOST_CHUNKS + 1):
        if at + 8 > end:
            return
        if count == MOST_CHUNKS:
            raise TooManyParts(f"More than {MOST_CHUNKS} chunks.")
        name, length = struct.unpack_from("<4sI", data, at)
        start, at = at + 8, at + 8 + length + length % 2
        if start + length > end:
            raise Broken("A chunk reaches beyond the file.")
        yield name, start, start + length


def _size(name: bytes, content: bytes) -> tuple[int, int]:
    if name == b"VP8X":
        return int.from_bytes(content[4:7], "little") + 1, int.from_bytes(content[7:10], "little") + 1
    if name == b"VP8 " and content[3:6] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", content, 6)
        return width & 0x3FFF, height & 0x3FFF
    if name == b"VP8L" and content[:1] == b"\x2f":
        (bits,) = struct.unpack_from("<I", content, 1)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    raise Broken("The first chunk is no picture.")
