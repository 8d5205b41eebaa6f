"""Whether a QR code can be read from arm's length as it is drawn and printed, by the terms of ISO/IEC 15415.

The reflectance of each module is taken from the small picture of the placement, blurred as ink and a camera do,
and compared with the threshold around it. What is on the wrong side, or so near to it that a reader guesses, counts as
damage, which error correction repairs or not. It is arithmetic on one number per module: no decoder is needed.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rendering.engine.layout.qr import QrLayer
from rendering.engine.layout.qr_blocks import measure_damage

FloatArray = NDArray[np.floating]

MODULATION_MIN = 0.2  # of the distance of a module from the threshold; grade D, below which it counts as wrong
# mm; a phone at 350 mm sees about 400 mm on 4,000 px, and its lens spreads a point over about one of them.
CAMERA_BLUR = 0.1
_REACH = 3  # modules to each side that a blur adds something of
_AROUND = 4  # modules to each side, by which readers find the threshold at a place
_FINDER_SIDE = 8  # modules of a finder pattern and the light line beside it
_FINDER_WRONG_MAX = 3  # modules of a finder pattern
DAMAGE_LIMIT = 0.9  # of what error correction can repair


class Reading(NamedTuple):
    """How well a code can be read: the share of its repair that is needed, and whether its finder patterns hold."""

    damage: float
    has_finders: bool

    @property
    def is_readable(self) -> bool:
        """Tell whether readers will succeed."""
        return self.has_finders and self.damage <= DAMAGE_LIMIT

    @property
    def share(self) -> float:
        """The damage as findings give it."""
        return min(9.99, math.ceil(self.damage * 100) / 100) if self.has_finders else 9.99


def read_code(layer: QrLayer, dark: FloatArray, light: FloatArray, blur: float) -> Reading:
    """Judge a code by the luminance of each module if it is dark and if it is light, shape (n, n) with quiet zone.

    `blur` is the standard deviation of ink and camera together, mm.
    """
    quiet = layer.source.quiet
    modules = np.frombuffer(b"".join(layer.modules), np.bool_).reshape(len(layer.modules), -1)
    expected = np.pad(modules, quiet)
    drawn = np.pad(layer.drawn_modules.astype(bool), quiet)
    values = _blur_modules(np.where(drawn, dark, light).astype(np.float64), blur / layer.module_size)
    low, high = _find_extremes(values)
    threshold, contrast = (low + high) / 2, np.maximum(high - low, 1e-9)
    side = np.where(expected, threshold - values, values - threshold)
    wrong = side / (contrast / 2) < MODULATION_MIN
    code = slice(quiet, quiet + len(modules))
    inner: NDArray[np.bool_] = wrong[code, code]
    finder = _FINDER_SIDE
    corners = inner[:finder, :finder], inner[:finder, -finder:], inner[-finder:, :finder]
    has_finders = all(int(corner.sum()) <= _FINDER_WRONG_MAX for corner in corners)
    damaged = inner | layer.plate_modules
    damaged[:finder, :finder] = damaged[:finder, -finder:] = damaged[-finder:, :finder] = False
    return Reading(measure_damage(damaged, layer.symbol.level) if damaged.any() else 0.0, has_finders)


def _blur_modules(values: FloatArray, sigma: float) -> FloatArray:
    """Return the values at the centres of modules after a Gaussian blur; `sigma` in modules.

    Modules are squares of one value, so that the weights are exact integrals.
    """
    edges = [0.5 * (1 + math.erf((offset - 0.5) / (sigma * math.sqrt(2)))) for offset in range(-_REACH, _REACH + 2)]
    weights = np.diff(edges)
    weights = weights / weights.sum()
    if weights[_REACH] > 1 - 1e-6:
        return values
    for axis in (0, 1):
        padded = np.pad(values, [(_REACH, _REACH) if each == axis else (0, 0) for each in (0, 1)], mode="edge")
        length = values.shape[axis]
        parts = (padded.take(range(start, start + length), axis) for start in range(2 * _REACH + 1))
        values = np.sum([weight * part for weight, part in zip(weights, parts, strict=True)], axis=0)
    return values


def _find_extremes(values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the least and the greatest value within some modules of each."""
    low = high = values
    for axis in (0, 1):
        low, high = _slide(low, axis, np.minimum), _slide(high, axis, np.maximum)
    return low, high


def _slide(values: FloatArray, axis: int, choose: np.ufunc) -> FloatArray:
    padded = np.pad(values, [(_AROUND, _AROUND) if each == axis else (0, 0) for each in (0, 1)], mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * _AROUND + 1, axis)
    chosen: FloatArray = choose.reduce(windows, axis=-1)
    return chosen
