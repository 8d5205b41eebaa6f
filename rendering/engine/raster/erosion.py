"""Erosion of masks by a disc: each px becomes the least within a radius."""

import math

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.uint8]


def erode_mask(mask: Mask, radius: float) -> Mask:
    """Return a mask narrowed by `radius` px on every side, shape (h, w); what lies beyond its edge counts as covered.

    The disc is taken row by row: a run of px in each, whose least is found by doubling runs.
    """
    reach = math.floor(radius)
    if reach < 1:
        return mask
    eroded: Mask | None = None
    by_width: dict[int, Mask] = {}
    for down in range(reach + 1):
        across = math.floor(math.sqrt(radius * radius - down * down))
        if across not in by_width:
            by_width[across] = _erode_rows(mask, across)
        runs = by_width[across]
        if eroded is None:
            eroded = runs.copy()
        elif down < len(mask):
            np.minimum(eroded[down:], runs[:-down], out=eroded[down:])
            np.minimum(eroded[:-down], runs[down:], out=eroded[:-down])
    return mask if eroded is None else eroded


def _erode_rows(mask: Mask, across: int) -> Mask:
    """Return the least of the px within `across` px to the left and right."""
    if across == 0:
        return mask
    length = 2 * across + 1
    padded = np.pad(mask, ((0, 0), (across, across)), constant_values=255)
    width = 1  # of the runs whose least `padded` holds, each at its first px
    while 2 * width <= length:
        padded = np.minimum(padded[:, : padded.shape[1] - width], padded[:, width:])
        width *= 2
    rest = length - width
    return np.minimum(padded[:, : padded.shape[1] - rest], padded[:, rest:]) if rest else padded
