"""How much of a QR code may be wrong: its codewords, their blocks, and what each block can repair (ISO/IEC 18004).

Written by hand: segno writes codes but does not say where a codeword lies, and what it says about the kinds of modules
counts one data module as format information.
"""

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from segno import consts

Modules = NDArray[np.bool_]
"""One value per module, of shape (n, n), without the quiet zone."""

_FINDER_SIDE = 7  # modules
# Check words that small codes keep back to notice a misreading, where that lessens what they can repair (table 9).
_KEPT_BACK = {(1, "L"): 3, (1, "M"): 2, (2, "L"): 2}
_LEVELS = {
    "L": consts.ERROR_LEVEL_L,
    "M": consts.ERROR_LEVEL_M,
    "Q": consts.ERROR_LEVEL_Q,
    "H": consts.ERROR_LEVEL_H,
}
_CAPACITIES: Any = consts.SYMBOL_CAPACITY  # bits, by version and level
_BLOCKS: Any = consts.ECC  # blocks of equal length, by version and level


class _Blocks(NamedTuple):
    """The block of each codeword in the order in which they are placed, and how many wrong ones a block can repair."""

    of_codewords: NDArray[np.int64]
    repairable: NDArray[np.int64]


def count_data_bits(version: int, level: str) -> int:
    """Return how many bits of data a code holds, with mode and length of each segment."""
    return int(_CAPACITIES[version][_LEVELS[level]])


def measure_damage(wrong: Modules, level: str) -> float:
    """Return the used share of what error correction can repair, in the block with the most; 1 is all of it.

    `wrong` tells which modules may be read wrongly. The share is infinite if a finder pattern is among them.
    """
    side = _FINDER_SIDE
    if wrong[:side, :side].any() or wrong[:side, -side:].any() or wrong[-side:, :side].any():
        return float("inf")
    version = (len(wrong) - 17) // 4
    rows, columns = _order_data_modules(version)
    blocks = _list_blocks(version, level)
    count = len(blocks.of_codewords)
    is_damaged = wrong[rows, columns][: 8 * count].reshape(count, 8).any(axis=1)
    damaged = np.bincount(blocks.of_codewords[is_damaged], minlength=len(blocks.repairable))
    return float((damaged / blocks.repairable).max())


def find_alignment_centers(version: int) -> list[tuple[int, int]]:
    """Return row and column of the centre of each alignment pattern (annex E)."""
    if version == 1:
        return []
    gaps = version // 7 + 1
    # Equal even steps from the far end; the first step takes the remainder. Version 32 deviates from the rule.
    step = 26 if version == 32 else -(-(version * 4 + 4) // (2 * gaps)) * 2
    last = 10 + 4 * version
    positions = [6, *(last - step * number for number in range(gaps - 1, -1, -1))]
    finders = {(6, 6), (6, last), (last, 6)}
    return [(row, column) for row in positions for column in positions if (row, column) not in finders]


@lru_cache(40)
def _order_data_modules(version: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return row and column of each module that holds data, in the order of their bits (7.7.3)."""
    is_data = ~find_function_modules(version)
    side = len(is_data)
    places = []
    for number, right in enumerate([*range(side - 1, 6, -2), *range(5, 0, -2)]):  # column 6 is a timing pattern
        rows = range(side) if number % 2 else range(side - 1, -1, -1)
        places += [(row, column) for row in rows for column in (right, right - 1) if is_data[row, column]]
    rows_columns = np.array(places).T
    return rows_columns[0], rows_columns[1]


def find_function_modules(version: int) -> Modules:
    """Return which modules hold no data: patterns, and information about format and version (6.3)."""
    side = 17 + 4 * version
    found: Modules = np.zeros((side, side), dtype=bool)
    found[:9, :9] = found[:9, -8:] = found[-8:, :9] = True  # finder patterns, separators, format
    found[6, :] = found[:, 6] = True
    if version >= 7:
        found[:6, -11:] = found[-11:, :6] = True
    for row, column in find_alignment_centers(version):
        found[row - 2 : row + 3, column - 2 : column + 3] = True
    return found


@lru_cache(160)
def _list_blocks(version: int, level: str) -> _Blocks:
    parts = _BLOCKS[version][_LEVELS[level]]
    data_counts = np.array([part.num_data for part in parts for _ in range(part.num_blocks)])
    check_count = parts[0].num_total - parts[0].num_data
    # The first codeword of each block, then the second of each, and so on; shorter blocks end earlier (7.6).
    data = [np.flatnonzero(data_counts > row) for row in range(data_counts.max())]
    numbers = np.arange(len(data_counts))
    order = np.concatenate([*data, *[numbers] * check_count])
    repairable = (check_count - _KEPT_BACK.get((version, level), 0)) // 2
    return _Blocks(order, np.full(len(data_counts), repairable))
