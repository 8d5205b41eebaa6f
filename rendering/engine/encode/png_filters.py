"""PNG's filters (ISO/IEC 15948, 9): what is left of a row when its neighbours' bytes are taken from it.

What each would leave is tried on a row of each few, and those rows take the filter that leaves least.
"""

from collections.abc import Iterable, Iterator
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from rendering.engine.encode.deflate import Block, deflated_size

Bytes = NDArray[np.uint8]
Around: TypeAlias = tuple[Bytes, Bytes, Bytes, Bytes]
"""Rows of bytes, and what is beside them: the bytes of the pixels to the left, above, and above to the left."""

_GROUP = 8  # rows that take one filter
_AT_ONCE = 1 << 18  # bytes filtered at once: what stays in the processor's cache with all that is made of it
# Differences other than zero, of all: drawn things have fewer than the first, photos more than the second. Between lie
# gradients, which repeat, and skies, which do not.
_DRAWN, _PHOTO = 0.15, 0.55
_TRIED = 1 << 14  # bytes deflated both ways to see
_HELD = 4  # blocks


def filtered(bands: Iterable[Bytes], channels: int) -> Iterator[Block]:
    """Yield the scanlines of bands of rows of pixels (bytes, `channels` to a pixel), block by block."""
    above, trial = np.zeros(0, np.uint8), _Trial(channels)
    for band in bands:
        step = max(1, _AT_ONCE // band.shape[1] // _GROUP) * _GROUP
        for start in range(0, len(band), step):
            rows = band[start : start + step]
            yield _block(rows, above if len(above) else np.zeros_like(rows[0]), trial)
            above = rows[-1]


class _Trial:
    """Tells what repeats by deflating some rows; what it found holds for the next few blocks that are not clear."""

    def __init__(self, channels: int) -> None:
        self.channels, self._blocks_left, self._has_repeats = channels, 0, False

    def has_repeats(self, rows: Bytes) -> bool:
        """Tell whether rows are shorter deflated as they are than as differences."""
        if not self._blocks_left:
            self._blocks_left, self._has_repeats = _HELD, _repeats(rows, self.channels)
        self._blocks_left -= 1
        return self._has_repeats


def _block(rows: Bytes, above: Bytes, trial: _Trial) -> Block:
    count, width = rows.shape
    lines = np.empty((count, 1 + width), np.uint8)
    chosen = _chosen(rows, trial)
    if chosen is None:
        lines[:, 0], lines[:, 1:] = 0, rows
        return lines.data, False
    around = _around(rows, above, trial.channels)
    lines[:, 0] = chosen
    numbers = set(chosen.tolist())
    first, *others = (number for number in _WAYS if number in numbers)
    _WAYS[first](*around, lines[:, 1:])
    for number in others:
        taken = np.flatnonzero(chosen == number)
        left = np.empty((len(taken), width), np.uint8)
        _WAYS[number](*_taken(around, taken), left)
        lines[taken, 1:] = left
    return lines.data, True


def _around(rows: Bytes, above: Bytes, channels: int) -> Around:
    """Return rows and what is beside them; left of the first pixel there are zeros."""
    count, width = rows.shape
    padded = np.empty((count + 1, channels + width), np.uint8)
    padded[:, :channels] = 0
    padded[0, channels:] = above
    padded[1:, channels:] = rows
    return padded[1:, channels:], padded[1:, :-channels], padded[:-1, channels:], padded[:-1, :-channels]


def _taken(around: Around, numbers: NDArray[np.int64]) -> Around:
    here, left, above, corner = around
    return here[numbers], left[numbers], above[numbers], corner[numbers]


def _chosen(rows: Bytes, trial: _Trial) -> Bytes | None:
    """Return the number of the filter for each row; None where there is no noise, and rows are best left as they are.

    Whole letters and edges then repeat, which is more than differences between neighbours can say.
    """
    count, channels = len(rows), trial.channels
    if count < 2 or rows.shape[1] == channels:
        return np.array([_SUB], np.uint8)
    middles = np.arange(min(_GROUP // 2, count - 1), count, _GROUP)
    here, above = rows[middles, channels:], rows[middles - 1, channels:]
    around = here, rows[middles, :-channels], above, rows[middles - 1, :-channels]
    tried = {number: _distances(number, around) for number in _SIMPLE}
    noise = min(np.count_nonzero(left) for left in tried.values()) / here.size
    if noise < _DRAWN or (noise < _PHOTO and trial.has_repeats(rows)):
        return None
    left = (tried[number] if number in tried else _distances(number, around) for number in _WAYS)
    best = np.argmin([one.sum(1, dtype=np.uint32) for one in left], 0)
    # What is left at the bottom goes with the group above it.
    groups = np.minimum(np.arange(count) // _GROUP, len(best) - 1)
    chosen: Bytes = np.array([*_WAYS], np.uint8)[best][groups]
    return chosen


def _distances(number: int, around: Around) -> Bytes:
    """Return how far from zero a filter's differences are: what is small is deflated well (12.8)."""
    left = np.empty(around[0].shape, np.uint8)
    _WAYS[number](*around, left)
    return np.minimum(left, 0 - left, out=left)


def _repeats(rows: Bytes, channels: int) -> bool:
    middle = len(rows) // 2
    some = rows[middle : middle + max(4, _TRIED // rows.shape[1])]
    left = np.empty(some.shape, np.uint8)
    _paeth(*_around(some, rows[middle - 1], channels), left)
    return deflated_size(some.tobytes(), noisy=False) < deflated_size(left.data, noisy=True)


def _sub(here: Bytes, left: Bytes, _above: Bytes, _corner: Bytes, out: Bytes) -> None:
    np.subtract(here, left, out=out)


def _up(here: Bytes, _left: Bytes, above: Bytes, _corner: Bytes, out: Bytes) -> None:
    np.subtract(here, above, out=out)


def _average(here: Bytes, left: Bytes, above: Bytes, _corner: Bytes, out: Bytes) -> None:
    """Take half the sum of both: what the two share, and half of what one alone has."""
    half = left & above
    np.bitwise_xor(left, above, out=out)
    np.right_shift(out, 1, out=out)
    half += out
    np.subtract(here, half, out=out)


def _paeth(here: Bytes, left: Bytes, above: Bytes, corner: Bytes, out: Bytes) -> None:
    """Take whichever of the three is next to left + above - corner.

    With the corner brought between the other two: the higher of them if the lower is so near to the corner that twice
    its distance is no more than the other's, the lower one if it is the other way round, and else the corner.
    """
    low, high = np.minimum(left, above), np.maximum(left, above)
    between = np.maximum(corner, low)
    np.minimum(between, high, out=between)
    down, up = np.subtract(between, low, out=low), np.subtract(high, between, out=high)
    np.right_shift(up, 1, out=out)
    rises = np.less_equal(down, out)
    np.right_shift(down, 1, out=out)
    falls = np.less_equal(up, out)
    up *= rises.view(np.uint8)
    down *= falls.view(np.uint8)
    between += up
    between -= down
    np.subtract(here, between, out=out)


_SUB, _UP, _AVERAGE, _PAETH = 1, 2, 3, 4
_WAYS = {_UP: _up, _SUB: _sub, _AVERAGE: _average, _PAETH: _paeth}
_SIMPLE = (_SUB, _UP)  # what tells noise
