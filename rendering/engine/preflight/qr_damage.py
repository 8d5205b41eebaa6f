"""Whether a QR code can still be read where some of its modules have the wrong brightness (ISO/IEC 18004)."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import product

import numpy as np
from numpy.typing import NDArray
from segno import consts

Modules = NDArray[np.bool_]
"""One value a module, of shape (n, n), without the quiet zone."""

FINDER_SIDE = 8  # modules of a finder pattern and the light line beside it
_FINDER_WRONG_MAX = 1  # modules; more, and a line through the pattern has not its proportions
# Part of what error correction can repair that may be used up: print and light need the rest.
_REPAIR_SHARE = 0.7
_FIRST_WITH_ALIGNMENT, _FIRST_WITH_VERSION = 2, 7  # versions (sizes) whose codes have these patterns


def is_unreadable(modules: Modules, wrong: Modules) -> bool:
    """Tell whether readers are likely to fail on a code of which some modules are wrong."""
    return _has_broken_finder(wrong) or _exceeds_correction(modules, wrong)


def _has_broken_finder(wrong: Modules) -> bool:
    side = FINDER_SIDE
    finders = wrong[:side, :side], wrong[:side, -side:], wrong[-side:, :side]
    return any(int(finder.sum()) > _FINDER_WRONG_MAX for finder in finders)


def _exceeds_correction(modules: Modules, wrong: Modules) -> bool:
    """Tell whether a block has more wrong codewords than its error correction should have to repair."""
    rows, columns = _find_data_modules(len(modules))
    blocks, repairable = _list_blocks(len(modules), _read_level(modules))
    count = len(blocks)
    bits = wrong[rows, columns][: 8 * count].reshape(count, 8)
    damaged = np.bincount(blocks[bits.any(axis=1)], minlength=len(repairable))
    return bool((damaged > _REPAIR_SHARE * repairable).any())


def _read_level(modules: Modules) -> int:
    """Return the error correction level that the code itself states (7.9): 0 to 3 for M, L, H, Q."""
    return (int(modules[8, 0]) << 1 | int(modules[8, 1])) ^ 0b10  # the mask of the first two bits


@lru_cache(40)
def _find_data_modules(side: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return row and column of each module that holds data, in the order of their bits (7.7.3)."""
    is_data, places, upwards = _mark_data_modules(side), [], True
    for right in [*range(side - 1, 6, -2), *range(5, 0, -2)]:  # column 6 has a timing pattern
        rows = range(side - 1, -1, -1) if upwards else range(side)
        places += [(row, column) for row in rows for column in (right, right - 1) if is_data[row, column]]
        upwards = not upwards
    rows, columns = np.array(places).T
    return rows, columns


def _mark_data_modules(side: int) -> Modules:
    """Return which modules belong to no pattern (6.3), and hold no format or version."""
    is_data = np.ones((side, side), bool)
    is_data[:9, :9] = is_data[:9, -8:] = is_data[-8:, :9] = is_data[6] = is_data[:, 6] = False
    version = _find_version(side)
    if version >= _FIRST_WITH_ALIGNMENT:
        centers = consts.ALIGNMENT_POS[version - _FIRST_WITH_ALIGNMENT]
        corners = {(centers[0], centers[0]), (centers[0], centers[-1]), (centers[-1], centers[0])}
        for row, column in {*product(centers, centers)} - corners:
            is_data[row - 2 : row + 3, column - 2 : column + 3] = False
    if version >= _FIRST_WITH_VERSION:
        is_data[:6, -11:-8] = is_data[-11:-8, :6] = False
    return is_data


def _find_version(side: int) -> int:
    return (side - 17) // 4


@lru_cache(160)
def _list_blocks(side: int, level: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the block of each codeword, in their order (7.6), and how many wrong ones each block can repair."""
    parts: Sequence[consts.EC] = consts.ECC[_find_version(side)][level]  # type: ignore[index]  # typed as object
    sizes = [part.num_data for part in parts for _ in range(part.num_blocks)]
    data = [number for row in range(max(sizes)) for number, size in enumerate(sizes) if row < size]
    check_words = parts[0].num_total - parts[0].num_data
    order = np.array(data + list(range(len(sizes))) * check_words)
    return order, np.full(len(sizes), check_words // 2)
