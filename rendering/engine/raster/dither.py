"""Ordered dithering of slow gradients and wide shadows, so that no step between two of 256 levels can be seen.

Two thresholds alternate, by rows or as a checkerboard: on the average they show half levels. That is enough, as a
step of one level is hardly visible, and keeps PNG files small: finer patterns make them three to ten times as large.
The pattern is fixed to the frame, so that bands have the pixels of the whole.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rendering.engine.geometry.viewport import Viewport

QUARTER = 0.25  # of a level: what the thresholds differ from rounding
NARROWEST_STEP = 8.0  # px; narrower steps are not seen, and are left as they are
_LUMINANCE = np.array([0.2126, 0.7152, 0.0722, 0.0])  # of the channels
_SEEN_SHARE = 0.25  # of the light of the brightest step


class DitherTable(NamedTuple):
    """A series of `size` colours, four bytes each; where any differ, once for each threshold."""

    colors: NDArray[np.uint32]
    size: int


def is_slow(rate: float, entries_per_px: float) -> bool:
    """Tell of a rate, levels per entry, whether a step of one level is wide enough to be seen."""
    return rate * entries_per_px * NARROWEST_STEP < 1


def plain_table(values: NDArray[np.float64]) -> DitherTable:
    """Return the colours of values, shape (entries, 4 channels), as they are."""
    return DitherTable(np.rint(values).astype(np.uint8).view(np.uint32)[:, 0], len(values))


def build_table(values: NDArray[np.float64], entries_per_px: float) -> DitherTable:
    """Return the colours of values, shape (entries, 4 channels), of which a px advances `entries_per_px`."""
    rates = np.abs(np.gradient(values, axis=0))  # levels per entry
    steepest = rates.max(1)[:, None]
    is_wide = (rates > 0) & (steepest * entries_per_px * NARROWEST_STEP < 1)
    light = rates * _LUMINANCE
    # Steps of the same width are one step; of others, only those of the brightest channel can be seen.
    is_seen = (light >= _SEEN_SHARE * light.max(1)[:, None]) | np.isclose(rates, steepest)
    quarters = np.where(is_seen & is_wide, QUARTER, 0.0)
    low, high = (np.rint(shifted).astype(np.uint8) for shifted in (values - quarters, values + quarters))
    chosen = low if np.array_equal(low, high) else np.concatenate((low, high))
    return DitherTable(chosen.view(np.uint32)[:, 0], len(low))


def dither_entries(
    entries: NDArray[np.int64], table: DitherTable, viewport: Viewport, out: NDArray[np.uint32], *, by_rows: bool
) -> None:
    """Write the colours of a viewport's px by the numbers of their entries, which are overwritten.

    Numbers outside the table count as its ends. The largest and the smallest must be in corners.
    """
    corners = entries[:: max(1, len(entries) - 1), :: max(1, entries.shape[1] - 1)]
    if corners.min() < 0 or corners.max() >= table.size:
        np.clip(entries, 0, table.size - 1, out=entries)
    if len(table.colors) > table.size:
        odd = viewport.top % 2
        if by_rows:
            entries[1 - odd :: 2] += table.size
        else:
            start = (odd + viewport.left) % 2
            entries[0::2, 1 - start :: 2] += table.size
            entries[1::2, start::2] += table.size
    # All are in the table; numpy takes the least time for this mode.
    table.colors.take(entries, mode="wrap", out=out)
