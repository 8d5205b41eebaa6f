"""Measures of contrast over the ink of a layer."""

import numpy as np
from numpy.typing import NDArray

from rendering.engine.color.luminance import FloatArray

Weights = NDArray[np.int64]

_CELL_INK_MIN = 0.3  # of the ink in the fullest cell; a cell with less holds only the edge of a letter
_CELL_BAD = 0.7  # of a cell's ink that may be hard to read


def weighted_quantile(values: FloatArray, weights: Weights, share: float) -> float:
    """Return the value that `share` of the weights stay at or below; weights are not all 0."""
    counted = weights > 0
    values, weights = np.broadcast_to(values, weights.shape)[counted], weights[counted]
    order = np.argsort(values)
    sums = np.cumsum(weights[order])
    return float(values[order[np.searchsorted(sums, share * int(sums[-1]))]])


def find_edges(ink: Weights) -> Weights:
    """Return by how much ink beside each px exceeds its own: the surroundings of letters, one px wide."""
    padded = np.pad(ink, 1)
    beside = np.maximum(
        np.maximum(padded[:-2, 1:-1], padded[2:, 1:-1]), np.maximum(padded[1:-1, :-2], padded[1:-1, 2:])
    )
    edges: Weights = np.maximum(beside - ink, 0)
    return edges


def find_worst_cell(bad: Weights, ink: Weights, side: int) -> tuple[slice, slice] | None:
    """Return the square of `side` px whose ink is mostly bad, None if there is none; `bad` is a part of `ink`."""
    rows, columns = -(-ink.shape[0] // side), -(-ink.shape[1] // side)
    padding = (0, rows * side - ink.shape[0]), (0, columns * side - ink.shape[1])
    ink_sums, bad_sums = (
        np.pad(each, padding).reshape(rows, side, columns, side).sum(axis=(1, 3)) for each in (ink, bad)
    )
    shares = np.where(ink_sums >= _CELL_INK_MIN * int(ink_sums.max()), bad_sums / np.maximum(ink_sums, 1), 0)
    row, column = divmod(int(shares.argmax()), columns)
    if shares[row, column] < _CELL_BAD:
        return None
    return slice(row * side, (row + 1) * side), slice(column * side, (column + 1) * side)
