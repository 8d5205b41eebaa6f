"""JPEG (ITU-T T.81, annex B): segments, each introduced by a marker; pixels follow the header of a scan."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from rendering.ingest.containers.header import FileHeader, MalformedFile, TooManyParts
from rendering.ingest.containers.jpeg_scans import ScanCoverage

MAX_SEGMENTS = 4_000  # depth map and profile of a phone take about a hundred
MAX_SCANS = 32  # encoders write up to 12; each scan of a progressive image decodes every pixel again

SIGNATURE = b"\xff\xd8\xff"

START_OF_IMAGE, END_OF_IMAGE, START_OF_SCAN = 0xD8, 0xD9, 0xDA
END_MARKER, FILL_BYTE = b"\xff\xd9", 0xFF
FRAME_MARKERS = {0xC0, 0xC1, 0xC2}  # baseline, extended, progressive
# lossless, hierarchical and arithmetic-coded
UNSUPPORTED_FRAME_MARKERS = {0xC3, *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0)}
TABLE_MARKERS = {0xC4, 0xDB, 0xDD}
APPLICATION_SEGMENTS = {0xE0: b"JFIF\0", 0xE1: b"Exif\0\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
EXIF_MARKER = 0xE1

# Any marker but those inside entropy-coded data: stuffed zeros and restarts. It begins with a literal, which is fast.
_MARKER_PATTERN = re.compile(rb"\xff([\x02-\xcf\xd8-\xfe])")


def read_header(data: bytes) -> FileHeader:
    """Return the size and the parts of the first image: files of phones may hold several (MPO).

    An image whose scans have brought everything needs no end marker: panoramas of phones have none, and data of the
    phone's own behind the pixels.
    """
    image = _FirstImage(data)
    try:
        for marker, start, end in iter_segments(data):
            if image.is_ended_by(marker):
                return image.build_header(start, is_ended=marker == END_OF_IMAGE)
            image.add_segment(marker, start, end)
    except MalformedFile:
        if not image.complete_end:
            raise
    if not image.coverage.is_complete:
        raise MalformedFile("The image has no end marker.")
    return image.build_header(image.complete_end or len(data), is_ended=False)


class _FirstImage:
    """The parts of a file's first image; `complete_end` is where the first marker is after all pixels have come."""

    def __init__(self, data: bytes) -> None:
        self.coverage, self.complete_end = ScanCoverage(), 0
        self._data, self._whole = data, memoryview(data)
        self._parts = [self._whole[:2]]
        self._sizes: list[tuple[int, int]] = []
        self._scans = self._pixels = 0
        self._has_exif = False

    def is_ended_by(self, marker: int) -> bool:
        """Tell whether the image ends before this marker."""
        if marker == END_OF_IMAGE:
            return self._scans > 0
        return self.coverage.is_complete and marker not in {START_OF_SCAN, *TABLE_MARKERS}

    def add_segment(self, marker: int, start: int, end: int) -> None:
        """Take a segment into account. Raises MalformedFile and TooManyParts."""
        if self.coverage.is_complete:
            self.complete_end = self.complete_end or start
        if marker in UNSUPPORTED_FRAME_MARKERS:
            raise MalformedFile("Lossless, hierarchical and arithmetic-coded JPEG is not supported.")
        if marker in FRAME_MARKERS:
            self._sizes.append(_read_size(self._data[start + 4 : end]))
            self.coverage.add_frame(marker, self._data[start + 4 : end])
        elif marker == START_OF_SCAN:
            self._scans += 1
            if self._scans > MAX_SCANS:
                raise TooManyParts(f"More than {MAX_SCANS} scans.")
            self.coverage.add_scan(self._data[start + 4 : end])
            self._pixels = self._pixels or start
        if (
            not self._pixels
            and _is_needed(self._data, marker, start)
            and not (marker == EXIF_MARKER and self._has_exif)
        ):
            self._parts.append(self._whole[start:end])
            self._has_exif |= marker == EXIF_MARKER

    def build_header(self, end: int, *, is_ended: bool) -> FileHeader:
        """Return the header of an image whose pixels end there."""
        if len(self._sizes) != 1:
            raise MalformedFile("An image has exactly one frame header.")
        while self._data[end - 1] == FILL_BYTE:  # the first half of a marker
            end -= 1
        parts: list[bytes | memoryview] = [*self._parts, self._whole[self._pixels : end], END_MARKER]
        return FileHeader(tuple(parts), self._sizes[0], is_ended=is_ended)


def iter_segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield marker, start and end (offsets in bytes) of each segment; MalformedFile after one that is cut off.

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
        is_bare = marker in {START_OF_IMAGE, END_OF_IMAGE}
        at += 0 if is_bare else int.from_bytes(data[at : at + 2])
        yield marker, start, at
        if not is_bare and not match.end() + 2 <= at <= len(data):
            raise MalformedFile("A segment extends beyond the file.")


def _read_size(frame: bytes) -> tuple[int, int]:
    depth, height, width, components = struct.unpack_from(">BHHB", frame)
    if depth != 8 or components not in {1, 3, 4}:
        raise MalformedFile("A JPEG has 8 bits for each of 1, 3 or 4 components.")
    return width, height


def _is_needed(data: bytes, marker: int, start: int) -> bool:
    if marker in APPLICATION_SEGMENTS:
        return data.startswith(APPLICATION_SEGMENTS[marker], start + 4)
    return marker in FRAME_MARKERS or marker in TABLE_MARKERS
