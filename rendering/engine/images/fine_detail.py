"""Finds fine regular patterns in a picture: stripes, weaves, printed screens.

Averaging pixels, as libjpeg's scaled decoding and mipmaps do, turns such a pattern into a coarse one that is not there
(moiré); only a filter over the whole picture does not. Everything else may be averaged, in a fraction of the time.
"""

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from rendering.engine.geometry.trigonometry import cos_sin

_LINES, _GROUP = 16, 4  # rows and columns that are looked at; of so many neighbours among them the spectra are averaged
_BLOCK = 64  # px of a line whose spectrum is looked at
_LOWEST = 3  # the first part of the spectrum that counts: 3 periods in a block
_PEAK = 6  # parts that the peaks of a pattern take, with what its change over a block and the window add
_PEAK_SHARE = 0.65  # of the energy that the peaks of a pattern have; of grain and texture they have half of it
_MIN_ENERGY = 30.0  # mean square of the differences of neighbours, from which a pattern can be seen
_MIN_BLOCKS = 1 / 40  # of the blocks, from which a picture is fine
_TURNS = [math.tau * number / (_BLOCK + 1) for number in range(1, _BLOCK + 1)]
_WINDOW = np.array([0.5 - 0.5 * cos_sin(turn)[0] for turn in _TURNS], np.float32)  # von Hann's


def has_fine_detail(image: Image.Image) -> bool:
    """Tell whether some part of a picture is a fine pattern."""
    rows = [image.crop((0, y, image.width, y + 1)) for y in _spread_lines(image.height)]
    columns = [image.crop((x, 0, x + 1, image.height)) for x in _spread_lines(image.width)]
    return max(_measure_patterns(rows), _measure_patterns(columns)) >= _MIN_BLOCKS


def _spread_lines(count: int) -> range:
    step = max(1, count // _LINES)
    return range(step // 2, count // step * step, step)[:_LINES]


def _measure_patterns(lines: list[Image.Image]) -> float:
    """Return the share of blocks that are a fine pattern."""
    groups, blocks = len(lines) // _GROUP, (lines[0].width * lines[0].height - 1) // _BLOCK
    if not groups or not blocks:
        return 0.0
    values = np.frombuffer(b"".join(line.convert("L").tobytes() for line in lines), np.uint8)
    values = values.reshape(len(lines), -1)[: groups * _GROUP, : blocks * _BLOCK + 1]
    # Differences instead of values: the spectrum of a photo is flat then, and no coarse shade hides a pattern.
    steps = np.diff(values.astype(np.float32)).reshape(groups, _GROUP, blocks, _BLOCK)
    parts = np.fft.rfft(steps * _WINDOW)[..., _LOWEST:]
    spectra: NDArray[np.float32] = (parts.real * parts.real + parts.imag * parts.imag).mean(1)
    energy = spectra.sum(-1)
    peaks = np.partition(spectra, -_PEAK)[..., -_PEAK:].sum(-1)
    # By Parseval's theorem; half of the spectrum is its mirror image.
    needed = _MIN_ENERGY * _BLOCK * float(np.square(_WINDOW).sum()) / 2
    return float(((peaks >= _PEAK_SHARE * energy) & (energy >= needed)).mean())
