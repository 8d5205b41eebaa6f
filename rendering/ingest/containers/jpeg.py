"""JPEG (ITU-T T.81, annex B): segments, each begun by a marker; pixels are what follows a scan's header."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from rendering.ingest.containers.header import FileHeader, MalformedFile, TooManyParts

MAX_SEGMENTS = 4_000  # a phone's depth map and profile come to some hundred
MAX_SCANS = 32  # programs write up to 12; each scan of a progressive picture goes over every pixel again

START_OF_IMAGE, END_OF_IMAGE, START_OF_SCAN = 0xD8, 0xD9, 0xDA
FRAME_MARKERS = {0xC0, 0xC1, 0xC2}  # baseline, extended, progressive
UNSUPPORTED_FRAME_MARKERS = {
    0xC3,
    0xC5,
    0xC6,
    0xC7,
    0xC9,
    0xCA,
    0xCB,
    0xCD,
    0xCE,
    0xCF,
}  # lossless, hierarchical, arithmetic
TABLE_MARKERS = {0xC4, 0xDB, 0xDD}
APPLICATION_SEGMENTS = {0xE0: b"JFIF\0", 0xE1: b"Exif\0\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
EXIF_MARKER = 0xE1

# Any marker but those amid pixels: stuffed zeros, restarts. Written so that `re` looks for a literal first.
_MARKER_PATTERN = re.compile(rb"\xff([\x02-\xcf\xd8-\xfe])")


def read_header(data: bytes) -> FileHeader:
    """Return the size and the parts of the first picture: a phone's file may hold several (MPO)."""
    whole, parts = memoryview(data), [memoryview(data)[:2]]
    sizes, scans, pixels, exif = [], 0, 0, 0
    for marker, start, end in iter_segments(data):
        if marker in UNSUPPORTED_FRAME_MARKERS:
            raise MalformedFile("This kind of JPEG is for archives, not for pictures that are shared.")
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
    raise MalformedFile("The picture has no end.")


def iter_segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield marker, start and end (bytes) of each segment; pixels lie between a scan's end and the next start."""
    at = 2
    for count in range(MAX_SEGMENTS + 1):
        found = _MARKER_PATTERN.search(data, at)
        if found is None:
            return
        if count == MAX_SEGMENTS:
            raise TooManyParts(f"More than {MAX_SEGMENTS} segments.")
        marker, start, at = found[1][0], found.end() - 2, found.end()
        if marker not in {START_OF_IMAGE, END_OF_IMAGE}:
            at += struct.unpack_from(">H", data, at)[0]
            if at < found.end() + 2 or at > len(data):
                raise MalformedFile("A segment reaches beyond the file.")
        yield marker, start, at


def _read_size(frame: bytes) -> tuple[int, int]:
    depth, height, width, components = struct.unpack_from(">BHHB", frame)
    if depth != 8 or components not in {1, 3, 4}:
        raise MalformedFile("A JPEG has 8 bits for each of 1, 3 or 4 components.")
    return width, height


def _require_single(sizes: list[tuple[int, int]]) -> tuple[int, int]:
    if len(sizes) != 1:
        raise MalformedFile("A picture has one frame header.")
    return sizes[0]


def _is_needed(data: bytes, marker: int, start: int) -> bool:
    if marker in APPLICATION_SEGMENTS:
        return data.startswith(APPLICATION_SEGMENTS[marker], start + 4)
    return marker in FRAME_MARKERS or marker in TABLE_MARKERS
