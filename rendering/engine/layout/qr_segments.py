"""Segments of a QR code: parts of its value, each in the mode that takes the fewest bits (ISO/IEC 18004, 7.3 and 7.4).

Written by hand: segno writes segments but does not divide a value into them.
"""

from collections.abc import Sequence
from typing import NamedTuple

NUMERIC, ALPHANUMERIC, BYTE = 1, 2, 4  # mode indicators (table 2)
_MODES = (NUMERIC, ALPHANUMERIC, BYTE)
_CHARACTERS = {
    NUMERIC: frozenset("0123456789"),
    ALPHANUMERIC: frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"),
}
_SIXTHS = {NUMERIC: 20, ALPHANUMERIC: 33, BYTE: 48}  # of a bit, for a character of ASCII
_MODE_BITS = 4
_COUNT_BITS = {NUMERIC: (10, 12, 14), ALPHANUMERIC: (9, 11, 13), BYTE: (8, 16, 16)}  # versions 1-9, 10-26, 27-40
ECI_BITS = 12  # mode indicator and number of an encoding (7.4.2)


class Segment(NamedTuple):
    """A part of a value, and its mode."""

    text: str
    mode: int


def make_one_segment(value: str) -> tuple[Segment, ...]:
    """Return the whole value as one segment. Text that is not ASCII is bytes of UTF-8, Japanese too."""
    return (Segment(value, next((mode for mode, known in _CHARACTERS.items() if known.issuperset(value)), BYTE)),)


def count_bits(segments: Sequence[Segment], version: int) -> int:
    """Return the length of the segments in a code, without an ECI header."""
    return sum(_count_header(segment.mode, version) + _count_payload(segment) for segment in segments)


def split_value(value: str, version: int) -> tuple[Segment, ...]:
    """Return the segments of a value of ASCII characters that take the fewest bits in a code of about this version."""
    headers = {mode: 6 * _count_header(mode, version) for mode in _MODES}
    # The least sixths of bits up to and including a character that is in a mode, and the mode of the one before it.
    costs: dict[int, int] = dict.fromkeys(_MODES, 0)
    before: list[dict[int, int]] = []
    for number, character in enumerate(value):
        cheapest = min(costs, key=lambda mode: (costs[mode], mode))
        switched = -(-costs[cheapest] // 6) * 6  # segments end at a whole bit
        following, came_from = {}, {}
        for mode in _MODES:
            if mode != BYTE and character not in _CHARACTERS[mode]:
                continue
            starts = switched + headers[mode]
            stays = number > 0 and mode in costs and costs[mode] <= starts
            following[mode] = (costs[mode] if stays else starts) + _SIXTHS[mode]
            came_from[mode] = mode if stays else cheapest
        costs = following
        before.append(came_from)
    return _collect_segments(value, before, min(costs, key=lambda mode: (costs[mode], mode)))


def _collect_segments(value: str, before: Sequence[dict[int, int]], last: int) -> tuple[Segment, ...]:
    """Follow the modes from the last character to the first, and join neighbours of one mode."""
    modes = [last]
    for came_from in reversed(before[1:]):
        modes.append(came_from[modes[-1]])
    modes.reverse()
    starts = [number for number, mode in enumerate(modes) if number == 0 or mode != modes[number - 1]]
    ends = [*starts[1:], len(value)]
    return tuple(Segment(value[start:end], modes[start]) for start, end in zip(starts, ends, strict=True))


def _count_header(mode: int, version: int) -> int:
    return _MODE_BITS + _COUNT_BITS[mode][(version > 9) + (version > 26)]


def _count_payload(segment: Segment) -> int:
    count = len(segment.text.encode()) if segment.mode == BYTE else len(segment.text)
    return -(-_SIXTHS[segment.mode] * count // 6)  # a rest of digits or capitals takes whole bits
