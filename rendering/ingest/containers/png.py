"""PNG (W3C, third edition, section 5): a signature, then chunks of length, name, content and checksum."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator

from rendering.ingest.containers.header import Broken, Header, TooManyParts

MOST_CHUNKS = 20_000  # 20 MB in pieces of 1 KB; programs write 8 KB and more
LARGEST_EXIF = 1 << 16  # bytes, as in a JPEG
LARGEST_PROFILE = 4 << 20  # bytes, unpacked; printers' own have one or two million

PALETTE = 3  # the colour type
SIGNATURE = b"\x89PNG\r\n\x1a\n"
NEEDED = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
MOVING: dict[bytes, Callable[[memoryview], int]] = {  # to the number of frames it tells of
    b"acTL": lambda content: struct.unpack_from(">I", content)[0],
    b"fdAT": lambda content: 2,  # noqa: ARG005
}


def read(data: bytes) -> Header:
    """Return size and number of frames (APNG), and the chunks that make up the first frame."""
    whole, found = memoryview(data), list(chunks(data))
    names = [name for name, _, _ in found]
    if names[:1] != [b"IHDR"] or names.count(b"IHDR") != 1 or names[-1] != b"IEND" or b"IDAT" not in names:
        raise Broken("A PNG is one IHDR, pixels, and IEND.")
    if data[25] == PALETTE and b"PLTE" not in names[: names.index(b"IDAT")]:
        raise Broken("There is no palette.")
    frames, parts, profiles = 1, [whole[: len(SIGNATURE)]], 0
    for name, start, end in found:
        content = whole[start + 8 : end - 4]
        if name in MOVING:
            frames = max(frames, MOVING[name](content))
        elif name == b"iCCP":
            profiles += 1  # there may be one: unpacking many takes long
            if profiles == 1 and _is_bounded(content):
                parts.append(whole[start:end])
        elif _is_needed(name, content):
            parts.append(whole[start:end])
    return Header(tuple(parts), struct.unpack_from(">II", data, 16), frames)


def chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Yield name, start and end (bytes, the checksum included) of each chunk up to IEND."""
    at, count, name = len(SIGNATURE), 0, b""
    while at < len(data) and name != b"IEND":
        length, name = struct.unpack_from(">I4s", data, at)
        start, at, count = at, at + 12 + length, count + 1
        if at > len(data):
            raise Broken("A chunk reaches beyond the file.")
        if count > MOST_CHUNKS:
            raise TooManyParts(f"More than {MOST_CHUNKS} chunks.")
        yield name, start, at


def _is_needed(name: bytes, content: memoryview) -> bool:
    """Whether a chunk bears on what is seen, EXIF only as long as it is of a sensible length."""
    return name in NEEDED or (name == b"eXIf" and len(content) <= LARGEST_EXIF)


def _is_bounded(profile: memoryview) -> bool:
    """Whether a colour profile unpacks to a sensible length: a thousand times what is sent can be packed."""
    name, _, packed = bytes(profile).partition(b"\0")
    unpacking = zlib.decompressobj()
    try:
        unpacking.decompress(packed[1:], LARGEST_PROFILE)
    except zlib.error:
        return False
    return unpacking.eof and 0 < len(name) < 80
