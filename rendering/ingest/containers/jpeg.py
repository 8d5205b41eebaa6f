"""JPEG (ITU-T T.81, annex B): segments, each introduced by a marker; pixels follow the header of a scan."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from rendering.ingest.containers.header import FileHeader, MalformedFile, TooManyParts

MAX_SEGMENTS = 4_000  # depth map and profile of a phone take about a hundred
MAX_SCANS = 32  # encoders write up to 12; each scan of a progressive image decodes every pixel again

SIGNATURE = b"\xff\xd8\xff"

START_OF_IMAGE, END_OF_IMAGE, START_OF_SCAN = 0xD8, 0xD9, 0xDA
FRAME_MARKERS = {0xC0, 0xC1, 0xC2}  # baseline, extended, progressive
# lossless, hierarchical and arithmetic-coded
UNSUPPORTED_FRAME_MARKERS = {0xC3, *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0)}
TABLE_MARKERS = {0xC4, 0xDB, 0xDD}
APPLICATION_SEGMENTS = {0xE0: b"JFIF\0", 0xE1: b"Exif\0\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
EXIF_MARKER = 0xE1

# Any marker but those inside entropy-coded data: stuffed zeros and restarts. It begins with a literal, which is fast.
_MARKER_PATTERN = re.compile(rb"\xff([\x02-\xcf\xd8-\xfe])")


def read_header(data: bytes) -> FileHeader:
    """Return the size and the parts of the first image: files of phones may hold several (MPO)."""
    whole, parts = memoryview(data), [memoryview(data)[:2]]
    sizes, scans, pixels, exif = [], 0, 0, 0
    for marker, start, end in iter_segments(data):
        if marker in UNSUPPORTED_FRAME_MARKERS:
            raise MalformedFile("Lossless, hierarchical and arithmetic-coded JPEG is not supported.")
        if marker in FRAME_MARKERS:
            sizes.append(_read_size(data[start + 4 : end]))
        scans += marker == START_OF_SCAN
        if scans > MAX_SCANS:
            raise TooManyParts(f"More than {MAX_SCANS} scans.")
        if marker == END_OF_IMAGE and scans:
            return FileHeader((*parts, whole[pixels:end]), _require_single(sizes))
        if marker == START_OF_SCAN and not pixels:
            pixels = start
        if not pixels and _is_needed(data, marker, start) and not (marker == EXIF_MARKER and exif):
            parts.append(whole[start:end])
            exif += marker == EXIF_MARKER
    raise MalformedFile("The image has no end marker.")


def iter_segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield marker, start and end (offsets in bytes) of each segment.

    The pixels of a scan are between the end of its header and the start of the next segment.
    """
    at = 2
    for count in range(MAX_SEGMENTS + 1):
        match = _MARKER_PATTERN.search(data, at)
        if match is None:
            return
        if count == MAX_SEGMENTS:
            raise TooManyParts(f"More than {MAX_SEGMENTS} segments.")
        marker, start, at = match[1][0], match.end() - 2, match.end()
        if marker not in {START_OF_IMAGE, END_OF_IMAGE}:
            at += struct.unpack_from(">H", data, at)[0]
            if at < match.end() + 2 or at > len(data):
                raise MalformedFile("A segment extends beyond the file.")
        yield marker, start, at


def _read_size(frame: bytes) -> tuple[int, int]:
    depth, height, width, components = struct.unpack_from(">BHHB", frame)
    if depth != 8 or components not in {1, 3, 4}:
        raise MalformedFile("A JPEG has 8 bits for each of 1, 3 or 4 components.")
    return width, height


def _require_single(sizes: list[tuple[int, int]]) -> tuple[int, int]:
    if len(sizes) != 1:
        raise MalformedFile("An image has exactly one frame header.")
    return sizes[0]


def _is_needed(data: bytes, marker: int, start: int) -> bool:
    if marker in APPLICATION_SEGMENTS:
        return data.startswith(APPLICATION_SEGMENTS[marker], start + 4)
    return marker in FRAME_MARKERS or marker in TABLE_MARKERS
