"""Finds the grey and white squares that programs show for transparency, where an upload has them as pixels.

Such squares are flat, in two greys that are about as frequent, and regular: of the spectrum of a tile, a checkerboard
has two thirds at its two diagonal frequencies. Chess boards have too few squares, gingham has a third grey, and the
tiles of a photographed floor are not flat.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Uint8Array = NDArray[np.uint8]
SignArray = NDArray[np.float32]

SHARE_MIN = 0.12  # of a picture that the squares cover
_NEUTRAL = 14  # of 255, by which the channels of a grey may differ after JPEG
_DARKEST = 60  # of the darker squares
_CLOSEST, _FARTHEST = 8, 120  # between the two greys
_FLAT = 5  # by which a px may differ from its grey
_BALANCE_MIN = 0.7  # of the rarer grey to the other
_TILE = 256  # px of a tile
_TILES = 4  # that are looked at: those with most squares
_COVERED_MIN = 0.45  # of a tile
_FEWEST = 5  # pairs of squares across a tile; a chess board has four
_ENERGY_MIN = 0.4  # of a tile's at the frequencies of the squares; 0.66 without noise and gaps
_STRIDE = 5  # px, of a first look


class _Greys(NamedTuple):
    dark: int
    light: int


def measure_checkerboard(pixels: Uint8Array) -> float:
    """Return the share of an RGB picture, shape (h, w, 3), that such squares cover; 0 if it has none."""
    if _find_greys(pixels[::_STRIDE, ::_STRIDE]) is None:
        return 0.0
    greys = _find_greys(pixels)
    if greys is None:
        return 0.0
    signs = _classify_pixels(pixels, greys)
    for step, side in ((1, _TILE), (2, _TILE), (1, _TILE // 2)):  # large squares, and small ones in narrow margins
        if _is_checkered(np.ascontiguousarray(signs[::step, ::step]), side):
            return float(np.abs(signs).mean())
    return 0.0


def _find_greys(pixels: Uint8Array) -> _Greys | None:
    """Return the two most frequent greys if they cover enough of the pixels, about as much each."""
    low, high = pixels.min(axis=-1), pixels.max(axis=-1)
    levels = pixels[..., 1][(high - low <= _NEUTRAL) & (low >= _DARKEST)]
    total = low.size
    if levels.size < SHARE_MIN * total:
        return None
    counts = np.bincount(levels, minlength=256)
    first = int(counts.argmax())
    others = counts.copy()
    others[max(0, first - _CLOSEST + 1) : first + _CLOSEST] = 0
    dark, light = sorted((first, int(others.argmax())))
    rarer, other = sorted(
        int((np.abs(levels.astype(np.int16) - each) <= _limit(dark, light)).sum()) for each in (dark, light)
    )
    is_pair = _CLOSEST <= light - dark <= _FARTHEST and rarer >= _BALANCE_MIN * other
    return _Greys(dark, light) if is_pair and rarer + other >= SHARE_MIN * total else None


def _limit(dark: int, light: int) -> int:
    return min(_FLAT, (light - dark - 1) // 2)


def _classify_pixels(pixels: Uint8Array, greys: _Greys) -> SignArray:
    """Return 1 for px of the light grey, -1 for the dark one, 0 for others: shape (h, w)."""
    level, limit = pixels[..., 1].astype(np.int16), _limit(*greys)
    neutral = pixels.max(axis=-1) - pixels.min(axis=-1) <= _NEUTRAL
    signs = (np.abs(level - greys.light) <= limit).astype(np.float32) - (np.abs(level - greys.dark) <= limit)
    found: SignArray = np.where(neutral, signs, 0).astype(np.float32)
    return found


def _is_checkered(signs: SignArray, wanted: int) -> bool:
    """Tell whether most of the tiles with most squares have the spectrum of a checkerboard."""
    side = min(wanted, *signs.shape)
    if side < 2 * _FEWEST:
        return False
    tiles = [
        signs[y : y + side, x : x + side] for y in _spread(signs.shape[0], side) for x in _spread(signs.shape[1], side)
    ]
    covered = [float(np.abs(tile).mean()) for tile in tiles]
    order = sorted(range(len(tiles)), key=lambda number: (-covered[number], number))[:_TILES]
    chosen = [number for number in order if covered[number] >= _COVERED_MIN]
    found = sum(_has_diagonal_spectrum(tiles[number]) for number in chosen)
    return bool(chosen) and 2 * found > len(chosen)


def _spread(length: int, side: int) -> list[int]:
    """Return the starts of tiles that overlap by about a half, the last at the end."""
    count = max(1, -(-2 * (length - side) // side) + 1)
    return [round(number * (length - side) / max(1, count - 1)) for number in range(count)]


def _has_diagonal_spectrum(tile: SignArray) -> bool:
    side = len(tile)
    power = np.square(np.abs(np.fft.rfft2(tile)))
    half = side // 2
    falling, rising = power[_FEWEST:half, _FEWEST:half], power[side - half + 1 : side - _FEWEST + 1, _FEWEST:half][::-1]
    both = falling + rising
    row, column = divmod(int(both.argmax()), both.shape[1])
    if abs(row - column) > 1:
        return False
    near = both[max(0, row - 1) : row + 2, max(0, column - 1) : column + 2]
    energy = float(np.square(tile).sum()) * side * side
    is_even = min(float(falling[row, column]), float(rising[row, column])) > 0.2 * float(both[row, column])
    return is_even and 2 * float(near.sum()) >= _ENERGY_MIN * energy
