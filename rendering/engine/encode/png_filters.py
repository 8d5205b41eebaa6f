"""PNG's filters (ISO/IEC 15948, 9): what is left of a row when its neighbours' bytes are taken from it.

What each would leave is tried on a row of each few, and those rows take the filter that leaves least.
"""

from collections.abc import Iterable, Iterator
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from rendering.engine.encode.deflate import DataBlock, measure_deflated

ByteArray = NDArray[np.uint8]
Neighbors: TypeAlias = tuple[ByteArray, ByteArray, ByteArray, ByteArray]
"""Rows of bytes, and what is beside them: the bytes of the pixels to the left, above, and above to the left."""

_ROWS_PER_FILTER = 8  # rows that take one filter
_CHUNK_BYTES = 1 << 18  # bytes filtered at once: what stays in the processor's cache with all that is made of it
# Differences other than zero, of all: drawn things have fewer than the first, photos more than the second. Between lie
# gradients, which repeat, and skies, which do not.
_DRAWING_NOISE, _PHOTO_NOISE = 0.15, 0.55
_TRIAL_BYTES = 1 << 14  # bytes deflated both ways to see
_TRIAL_BLOCKS = 4  # blocks


def filter_bands(bands: Iterable[ByteArray], channels: int) -> Iterator[DataBlock]:
    """Yield the scanlines of bands of rows of pixels (bytes, `channels` to a pixel), block by block."""
    above, trial = np.zeros(0, np.uint8), _FilterTrial(channels)
    for band in bands:
        step = max(1, _CHUNK_BYTES // band.shape[1] // _ROWS_PER_FILTER) * _ROWS_PER_FILTER
        for start in range(0, len(band), step):
            rows = band[start : start + step]
            yield _filter_block(rows, above if len(above) else np.zeros_like(rows[0]), trial)
            above = rows[-1]


class _FilterTrial:
    """Tells what repeats by deflating some rows; what it found holds for the next few blocks that are not clear."""

    def __init__(self, channels: int) -> None:
        self.channels, self._blocks_left, self._has_repeats = channels, 0, False

    def has_repeats(self, rows: ByteArray) -> bool:
        """Tell whether rows are shorter deflated as they are than as differences."""
        if not self._blocks_left:
            self._blocks_left, self._has_repeats = _TRIAL_BLOCKS, _deflates_better_raw(rows, self.channels)
        self._blocks_left -= 1
        return self._has_repeats


def _filter_block(rows: ByteArray, above: ByteArray, trial: _FilterTrial) -> DataBlock:
    count, width = rows.shape
    lines = np.empty((count, 1 + width), np.uint8)
    chosen = _choose_filters(rows, trial)
    if chosen is None:
        lines[:, 0], lines[:, 1:] = 0, rows
        return lines.data, False
    around = _find_neighbors(rows, above, trial.channels)
    lines[:, 0] = chosen
    numbers = set(chosen.tolist())
    first, *others = (number for number in _FILTERS if number in numbers)
    _FILTERS[first](*around, lines[:, 1:])
    for number in others:
        taken = np.flatnonzero(chosen == number)
        left = np.empty((len(taken), width), np.uint8)
        _FILTERS[number](*_take_rows(around, taken), left)
        lines[taken, 1:] = left
    return lines.data, True


def _find_neighbors(rows: ByteArray, above: ByteArray, channels: int) -> Neighbors:
    """Return rows and what is beside them; left of the first pixel there are zeros."""
    count, width = rows.shape
    padded = np.empty((count + 1, channels + width), np.uint8)
    padded[:, :channels] = 0
    padded[0, channels:] = above
    padded[1:, channels:] = rows
    return padded[1:, channels:], padded[1:, :-channels], padded[:-1, channels:], padded[:-1, :-channels]


def _take_rows(around: Neighbors, numbers: NDArray[np.int64]) -> Neighbors:
    here, left, above, corner = around
    return here[numbers], left[numbers], above[numbers], corner[numbers]


def _choose_filters(rows: ByteArray, trial: _FilterTrial) -> ByteArray | None:
    """Return the number of the filter for each row; None where there is no noise, and rows are best left as they are.

    Whole letters and edges then repeat, which is more than differences between neighbours can say.
    """
    count, channels = len(rows), trial.channels
    if count < 2 or rows.shape[1] == channels:
        return np.array([_SUB], np.uint8)
    middles = np.arange(min(_ROWS_PER_FILTER // 2, count - 1), count, _ROWS_PER_FILTER)
    here, above = rows[middles, channels:], rows[middles - 1, channels:]
    around = here, rows[middles, :-channels], above, rows[middles - 1, :-channels]
    tried = {number: _measure_residuals(number, around) for number in _NOISE_FILTERS}
    noise = min(np.count_nonzero(left) for left in tried.values()) / here.size
    if noise < _DRAWING_NOISE or (noise < _PHOTO_NOISE and trial.has_repeats(rows)):
        return None
    left = (tried[number] if number in tried else _measure_residuals(number, around) for number in _FILTERS)
    best = np.argmin([one.sum(1, dtype=np.uint32) for one in left], 0)
    # What is left at the bottom goes with the group above it.
    groups = np.minimum(np.arange(count) // _ROWS_PER_FILTER, len(best) - 1)
    chosen: ByteArray = np.array([*_FILTERS], np.uint8)[best][groups]
    return chosen


def _measure_residuals(number: int, around: Neighbors) -> ByteArray:
    """Return how far from zero a filter's differences are: what is small is deflated well (12.8)."""
    left = np.empty(around[0].shape, np.uint8)
    _FILTERS[number](*around, left)
    return np.minimum(left, 0 - left, out=left)


def _deflates_better_raw(rows: ByteArray, channels: int) -> bool:
    middle = len(rows) // 2
    some = rows[middle : middle + max(4, _TRIAL_BYTES // rows.shape[1])]
    left = np.empty(some.shape, np.uint8)
    _paeth(*_find_neighbors(some, rows[middle - 1], channels), left)
    return measure_deflated(some.tobytes(), noisy=False) < measure_deflated(left.data, noisy=True)


def _sub(here: ByteArray, left: ByteArray, _above: ByteArray, _corner: ByteArray, out: ByteArray) -> None:
    np.subtract(here, left, out=out)


def _up(here: ByteArray, _left: ByteArray, above: ByteArray, _corner: ByteArray, out: ByteArray) -> None:
    np.subtract(here, above, out=out)


def _average(here: ByteArray, left: ByteArray, above: ByteArray, _corner: ByteArray, out: ByteArray) -> None:
    """Take half the sum of both: what the two share, and half of what one alone has."""
    half = left & above
    np.bitwise_xor(left, above, out=out)
    np.right_shift(out, 1, out=out)
    half += out
    np.subtract(here, half, out=out)


def _paeth(here: ByteArray, left: ByteArray, above: ByteArray, corner: ByteArray, out: ByteArray) -> None:
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
_FILTERS = {_UP: _up, _SUB: _sub, _AVERAGE: _average, _PAETH: _paeth}
_NOISE_FILTERS = (_SUB, _UP)  # what tells noise
