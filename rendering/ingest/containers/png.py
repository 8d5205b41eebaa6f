"""PNG (W3C, third edition, section 5): a signature, then chunks of length, type, data and checksum."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator, Sequence

from rendering.ingest.containers.header import ColorTags, FileHeader, MalformedFile, TooManyParts
from rendering.ingest.image_limits import MAX_PROFILE_BYTES

MAX_CHUNKS = 20_000  # 20 MB in chunks of 1 KB; encoders write 8 KB and more
MAX_EXIF_BYTES = 1 << 16  # as in a JPEG

PALETTE_COLOR_TYPE = 3
COLOR_CHUNKS = {b"cICP": 4, b"sRGB": 1, b"gAMA": 4, b"cHRM": 32}  # chunk type to the bytes of its data
HDR_TRANSFERS = {16, 18}  # PQ, HLG
LAST_RENDERING_INTENT, DEEPEST = 3, 16  # of the sRGB chunk; bits of a sample
SIGNATURE = b"\x89PNG\r\n\x1a\n"
NEEDED_CHUNKS = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
ANIMATION_CHUNKS: dict[
    bytes, Callable[[memoryview], int]
] = {  # chunk type to the number of frames that its data implies
    b"acTL": lambda content: struct.unpack_from(">I", content)[0],
    b"fdAT": lambda content: 2,  # noqa: ARG005
}


def read_header(data: bytes) -> FileHeader:
    """Return the size, the number of frames (APNG), and the chunks that make up the first frame."""
    whole, chunks = memoryview(data), list(iter_chunks(data))
    names = [name for name, _, _ in chunks]
    if names[:1] != [b"IHDR"] or names.count(b"IHDR") != 1 or names[-1] != b"IEND" or b"IDAT" not in names:
        raise MalformedFile("A PNG has one IHDR at the start, IDAT, and IEND at the end.")
    if data[25] == PALETTE_COLOR_TYPE and b"PLTE" not in names[: names.index(b"IDAT")]:
        raise MalformedFile("The palette is missing.")
    frames, parts, profiles = 1, [whole[: len(SIGNATURE)]], 0
    for name, start, end in chunks:
        content = whole[start + 8 : end - 4]
        if name in ANIMATION_CHUNKS:
            frames = max(frames, ANIMATION_CHUNKS[name](content))
        elif name == b"iCCP":
            profiles += 1  # only one is allowed, and unpacking many takes long
            if profiles == 1 and _is_profile_bounded(content):
                parts.append(whole[start:end])
        elif _is_needed(name, content):
            parts.append(whole[start:end])
    return FileHeader(tuple(parts), struct.unpack_from(">II", data, 16), frames, _read_colors(data, chunks))


def iter_chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Yield type, start and end (offsets in bytes, checksum included) of each chunk up to IEND."""
    at, count, name = len(SIGNATURE), 0, b""
    while at < len(data) and name != b"IEND":
        length, name = struct.unpack_from(">I4s", data, at)
        start, at, count = at, at + 12 + length, count + 1
        if at > len(data):
            raise MalformedFile("A chunk extends beyond the file.")
        if count > MAX_CHUNKS:
            raise TooManyParts(f"More than {MAX_CHUNKS} chunks.")
        yield name, start, at


def _read_colors(data: bytes, chunks: Sequence[tuple[bytes, int, int]]) -> ColorTags:
    """Return what the first valid chunk of each kind says of the colours (11.3.2); they come before the pixels."""
    found = dict[bytes, bytes]()
    for name, start, end in chunks:
        if name in {b"PLTE", b"IDAT"}:
            break
        if COLOR_CHUNKS.get(name) == end - start - 12:
            found.setdefault(name, data[start + 8 : end - 4])
    codes = found.get(b"cICP", b"\0\0\1\0")
    is_coded, is_hdr = codes[2] == 0, codes[1] in HDR_TRANSFERS  # 0: the samples are RGB
    (gamma,) = struct.unpack(">I", found.get(b"gAMA", bytes(4)))
    return ColorTags(
        codes=(codes[0], codes[1]) if is_coded else None,
        srgb=found.get(b"sRGB", b"\xff")[0] <= LAST_RENDERING_INTENT,
        gamma=gamma,
        chromaticities=struct.unpack(">8I", found[b"cHRM"]) if b"cHRM" in found else None,
        deep=(is_coded and is_hdr) or (data[24] == DEEPEST and bool(gamma or is_coded)),
    )


def _is_needed(name: bytes, content: memoryview) -> bool:
    """Tell whether a chunk affects the pixels or their orientation; EXIF only up to MAX_EXIF_BYTES."""
    return name in NEEDED_CHUNKS or (name == b"eXIf" and len(content) <= MAX_EXIF_BYTES)


def _is_profile_bounded(profile: memoryview) -> bool:
    """Tell whether a colour profile unpacks to at most MAX_PROFILE_BYTES: deflate can expand a thousandfold."""
    name, _, packed = bytes(profile).partition(b"\0")
    decompressor = zlib.decompressobj()
    try:
        decompressor.decompress(packed[1:], MAX_PROFILE_BYTES)
    except zlib.error:
        return False
    return decompressor.eof and 0 < len(name) < 80
