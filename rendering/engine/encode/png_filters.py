"""PNG's filters (ISO/IEC 15948, 9): each byte of a row minus a prediction from its neighbours.

Every filter is tried on one row of each group of eight, and the group takes the filter with the smallest residuals.
Drawings are left unfiltered, since deflate finds their repeats (decision 20).
"""

from collections.abc import Iterable, Iterator
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from rendering.engine.encode.deflate import DataBlock, measure_deflated

ByteArray = NDArray[np.uint8]
Neighbors: TypeAlias = tuple[ByteArray, ByteArray, ByteArray, ByteArray]
"""Arrays (rows, bytes) of one shape: rows, and the bytes of the pixels to their left, above, and above left."""

_ROWS_PER_FILTER = 8  # rows that share a filter
_CHUNK_BYTES = 1 << 18  # bytes filtered at once, so that they and their residuals stay in the processor's cache
# The share of residuals that are not zero: plain drawings have less than the first, photos more than the second. In
# between are gradients, which may repeat, and skies, which do not.
_DRAWING_NOISE, _PHOTO_NOISE = 0.005, 0.55
_TRIAL_BYTES = 1 << 16  # bytes that a trial deflates, raw and filtered: some rows, since repeats are rows apart
_TRIAL_BLOCKS = 4  # blocks that the result of a trial holds for


def filter_bands(bands: Iterable[ByteArray], channels: int) -> Iterator[DataBlock]:
    """Yield the filtered scanlines of bands (arrays of rows × bytes, `channels` bytes to a pixel), in blocks."""
    above, trial = np.zeros(0, np.uint8), _FilterTrial(channels)
    for band in bands:
        step = max(1, _CHUNK_BYTES // band.shape[1] // _ROWS_PER_FILTER) * _ROWS_PER_FILTER
        for start in range(0, len(band), step):
            rows = band[start : start + step]
            yield _filter_block(rows, above if len(above) else np.zeros_like(rows[0]), trial)
            above = rows[-1]


class _FilterTrial:
    """Finds out whether an image repeats by deflating some rows; reuses the result for the next unclear blocks."""

    def __init__(self, channels: int) -> None:
        self.channels, self._blocks_left, self._has_repeats = channels, 0, False

    def has_repeats(self, rows: ByteArray) -> bool:
        """Tell whether rows deflate to fewer bytes raw than filtered."""
        if not self._blocks_left:
            self._blocks_left, self._has_repeats = _TRIAL_BLOCKS, _deflates_better_raw(rows, self.channels)
        self._blocks_left -= 1
        return self._has_repeats


def _filter_block(rows: ByteArray, above: ByteArray, trial: _FilterTrial) -> DataBlock:
    """Return rows as scanlines, each after the number of its filter; `above` is the row before the first."""
    count, width = rows.shape
    used = _find_used(rows, above, trial.channels)
    if used is None:
        return bytes(count * (1 + width)), False
    lines = np.empty((count, 1 + width), np.uint8)
    lines[:, : 1 + used.start] = lines[:, 1 + used.stop :] = 0
    chosen = _choose_filters(rows, used, trial)
    if chosen is None:
        lines[:, 1:][:, used] = rows[:, used]
        return lines.data, False
    around = _find_neighbors(rows[:, used], above[used], trial.channels)
    lines[:, 0] = chosen
    filtered = lines[:, 1:][:, used]
    numbers = set(chosen.tolist())
    first, *others = (number for number in _FILTERS if number in numbers)
    # The first filter writes all rows, straight into place; most blocks use no other.
    _FILTERS[first](*around, filtered)
    for number in others:
        indices = np.flatnonzero(chosen == number)
        residuals = np.empty((len(indices), filtered.shape[1]), np.uint8)
        _FILTERS[number](*_take_rows(around, indices), residuals)
        filtered[indices] = residuals
    return lines.data, True


def _find_used(rows: ByteArray, above: ByteArray, channels: int) -> slice | None:
    """Return the columns from the first pixel that is not zero to the one after the last; None if all are zero.

    Transparent margins are zero in every filter. Pictures without transparency have none, and are not searched.
    """
    if channels != np.uint32().itemsize:
        return slice(0, rows.shape[1])
    pixels = np.bitwise_or.reduce(rows.view(np.uint32), axis=0)
    pixels |= above.view(np.uint32)
    is_used = pixels != 0
    first = int(is_used.argmax())
    if not is_used[first]:
        return None
    return slice(first * channels, (len(is_used) - int(is_used[::-1].argmax()) + 1) * channels)


def _find_neighbors(rows: ByteArray, above: ByteArray, channels: int) -> Neighbors:
    """Return rows and their neighbours; left of the first pixel there are zeros."""
    count, width = rows.shape
    padded = np.empty((count + 1, channels + width), np.uint8)
    padded[:, :channels] = 0
    padded[0, channels:] = above
    padded[1:, channels:] = rows
    return padded[1:, channels:], padded[1:, :-channels], padded[:-1, channels:], padded[:-1, :-channels]


def _take_rows(around: Neighbors, indices: NDArray[np.int64]) -> Neighbors:
    here, left, above, corner = around
    return here[indices], left[indices], above[indices], corner[indices]


def _choose_filters(rows: ByteArray, used: slice, trial: _FilterTrial) -> ByteArray | None:
    """Return each row's filter number; None where there is no noise and rows are best left unfiltered.

    Outside of the columns `used`, all bytes are zero.

    In drawings whole letters and edges repeat, and deflate gains more from that than from residuals.
    """
    count, channels = len(rows), trial.channels
    if count < 2 or rows.shape[1] == channels:
        return np.array([_SUB], np.uint8)
    first, start, end = min(_ROWS_PER_FILTER // 2, count - 1), max(used.start, channels), min(used.stop, rows.shape[1])
    middle, before = rows[first::_ROWS_PER_FILTER], rows[first - 1 : count - 1 : _ROWS_PER_FILTER]
    around = (
        middle[:, start:end],
        middle[:, start - channels : end - channels],
        before[:, start:end],
        before[:, start - channels : end - channels],
    )
    tried = {number: _measure_residuals(number, around) for number in _NOISE_FILTERS}
    noise = min(np.count_nonzero(sizes) for sizes in tried.values()) / (len(middle) * (rows.shape[1] - channels))
    if noise < _DRAWING_NOISE or (noise < _PHOTO_NOISE and trial.has_repeats(rows)):
        return None
    residuals = (tried[number] if number in tried else _measure_residuals(number, around) for number in _FILTERS)
    best = np.argmin([sizes.sum(1, dtype=np.uint32) for sizes in residuals], 0)
    # An incomplete group at the bottom takes the filter of the group above it.
    groups = np.minimum(np.arange(count) // _ROWS_PER_FILTER, len(best) - 1)
    chosen: ByteArray = np.array([*_FILTERS], np.uint8)[best][groups]
    return chosen


def _measure_residuals(number: int, around: Neighbors) -> ByteArray:
    """Return the distance from zero, modulo 256, of a filter's residuals: small ones deflate well (12.8)."""
    residuals = np.empty(around[0].shape, np.uint8)
    _FILTERS[number](*around, residuals)
    return np.minimum(residuals, 0 - residuals, out=residuals)


def _deflates_better_raw(rows: ByteArray, channels: int) -> bool:
    middle = len(rows) // 2
    sample = rows[middle : middle + max(4, _TRIAL_BYTES // rows.shape[1])]
    residuals = np.empty(sample.shape, np.uint8)
    _paeth(*_find_neighbors(sample, rows[middle - 1], channels), residuals)
    return measure_deflated(sample.tobytes(), noisy=False) < measure_deflated(residuals.data, noisy=True)


def _sub(here: ByteArray, left: ByteArray, _above: ByteArray, _corner: ByteArray, out: ByteArray) -> None:
    np.subtract(here, left, out=out)


def _up(here: ByteArray, _left: ByteArray, above: ByteArray, _corner: ByteArray, out: ByteArray) -> None:
    np.subtract(here, above, out=out)


def _average(here: ByteArray, left: ByteArray, above: ByteArray, _corner: ByteArray, out: ByteArray) -> None:
    """Subtract half the sum of both neighbours, which has nine bits: shared bits, plus half of the differing ones."""
    half = left & above
    np.bitwise_xor(left, above, out=out)
    np.right_shift(out, 1, out=out)
    half += out
    np.subtract(here, half, out=out)


def _paeth(here: ByteArray, left: ByteArray, above: ByteArray, corner: ByteArray, out: ByteArray) -> None:
    """Subtract whichever of the three is nearest to left + above - corner (9.4).

    Without branches and in eight bits: clamp the corner between the other two. If twice its distance to the lower one
    is at most its distance to the higher one, the prediction is the higher one; the other way round, the lower one;
    else the corner.
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
_NOISE_FILTERS = (_SUB, _UP)  # whose residuals show whether there is noise
