"""PNG (W3C, third edition, section 5): a signature, then chunks of length, name, content and checksum."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator

from rendering.ingest.containers.header import FileHeader, MalformedFile, TooManyParts

MAX_CHUNKS = 20_000  # 20 MB in pieces of 1 KB; programs write 8 KB and more
MAX_EXIF_BYTES = 1 << 16  # bytes, as in a JPEG
MAX_PROFILE_BYTES = 4 << 20  # bytes, unpacked; printers' own have one or two million

PALETTE_COLOR_TYPE = 3  # the colour type
SIGNATURE = b"\x89PNG\r\n\x1a\n"
NEEDED_CHUNKS = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
ANIMATION_CHUNKS: dict[bytes, Callable[[memoryview], int]] = {  # to the number of frames it tells of
    b"acTL": lambda content: struct.unpack_from(">I", content)[0],
    b"fdAT": lambda content: 2,  # noqa: ARG005
}


def read_header(data: bytes) -> FileHeader:
    """Return size and number of frames (APNG), and the chunks that make up the first frame."""
    whole, found = memoryview(data), list(iter_chunks(data))
    names = [name for name, _, _ in found]
    if names[:1] != [b"IHDR"] or names.count(b"IHDR") != 1 or names[-1] != b"IEND" or b"IDAT" not in names:
        raise MalformedFile("A PNG is one IHDR, pixels, and IEND.")
    if data[25] == PALETTE_COLOR_TYPE and b"PLTE" not in names[: names.index(b"IDAT")]:
        raise MalformedFile("There is no palette.")
    frames, parts, profiles = 1, [whole[: len(SIGNATURE)]], 0
    for name, start, end in found:
        content = whole[start + 8 : end - 4]
        if name in ANIMATION_CHUNKS:
            frames = max(frames, ANIMATION_CHUNKS[name](content))
        elif name == b"iCCP":
            profiles += 1  # there may be one: unpacking many takes long
            if profiles == 1 and _is_profile_bounded(content):
                parts.append(whole[start:end])
        elif _is_needed(name, content):
            parts.append(whole[start:end])
    return FileHeader(tuple(parts), struct.unpack_from(">II", data, 16), frames)


def iter_chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Yield name, start and end (bytes, the checksum included) of each chunk up to IEND."""
    at, count, name = len(SIGNATURE), 0, b""
    while at < len(data) and name != b"IEND":
        length, name = struct.unpack_from(">I4s", data, at)
        start, at, count = at, at + 12 + length, count + 1
        if at > len(data):
            raise MalformedFile("A chunk reaches beyond the file.")
        if count > MAX_CHUNKS:
            raise TooManyParts(f"More than {MAX_CHUNKS} chunks.")
        yield name, start, at


def _is_needed(name: bytes, content: memoryview) -> bool:
    """Whether a chunk bears on what is seen, EXIF only as long as it is of a sensible length."""
    return name in NEEDED_CHUNKS or (name == b"eXIf" and len(content) <= MAX_EXIF_BYTES)


def _is_profile_bounded(profile: memoryview) -> bool:
    """Whether a colour profile unpacks to a sensible length: a thousand times what is sent can be packed."""
    name, _, packed = bytes(profile).partition(b"\0")
    unpacking = zlib.decompressobj()
    try:
        unpacking.decompress(packed[1:], MAX_PROFILE_BYTES)
    except zlib.error:
        return False
    return unpacking.eof and 0 < len(name) < 80
