"""Which colours four process inks can print on coated paper, and how far others are from them.

No profile of a press ships with the service (decision 54). The model is that of Neugebauer with Yule and Nielsen's
factor, from the CIELAB values of the solids, their overprints and the paper that ISO 12647-2:2004/Amd 1:2007 gives for
gloss-coated paper (paper type 1), the printing condition of FOGRA39. It knows no black: that adds only dark colours,
which three inks and the tolerance nearly reach. Single colours can be off by a few units of CIEDE2000, as presses are.
"""

import functools
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rendering.engine.color.difference import (
    lab_to_rgb,
    lab_to_xyz,
    measure_difference,
    rgb_to_lab,
    xyz_to_lab,
)
from rendering.engine.color.srgb import RGB

FloatArray = NDArray[np.float64]

_N = 1.8  # Yule and Nielsen's factor for a fine screen on coated paper
# L*, a*, b* by cyan, magenta and yellow, 0 or 1.
_PRIMARIES = {
    (0, 0, 0): (95, 0, -2),
    (1, 0, 0): (55, -37, -50),
    (0, 1, 0): (48, 74, -3),
    (0, 0, 1): (89, -5, 93),
    (0, 1, 1): (47, 68, 48),
    (1, 0, 1): (50, -65, 27),
    (1, 1, 0): (24, 22, -46),
    (1, 1, 1): (16, 0, 0),  # as dark as black ink, which takes over there
}
_STEPS = 17
_REFINEMENTS = (1 / 32, 1 / 64, 1 / 128)  # of the amount of an ink


class Printable(NamedTuple):
    """The printable colour of the hue nearest to one, and how far it is off: CIEDE2000."""

    color: RGB
    difference: float


def _mix_inks(amounts: FloatArray) -> FloatArray:
    """Return L*, a*, b* of amounts of cyan, magenta and yellow, 0 to 1: shape (n, 3)."""
    keys = list(_PRIMARIES)
    xyz = lab_to_xyz(np.array([_PRIMARIES[key] for key in keys], np.float64)) ** (1 / _N)
    parts = np.ones((len(amounts), len(keys)))
    for ink in range(3):
        amount = amounts[:, ink : ink + 1]
        parts *= np.where(np.array([key[ink] for key in keys])[None, :] == 1, amount, 1 - amount)
    return xyz_to_lab((parts @ xyz) ** _N)


@functools.cache
def _build_grid() -> tuple[FloatArray, FloatArray]:
    amounts = np.array(list(product(np.linspace(0, 1, _STEPS), repeat=3)))
    return amounts, _mix_inks(amounts)


@functools.lru_cache(4096)
def find_printable(color: RGB) -> Printable:
    """Return the printable colour nearest to an sRGB colour, with white taken as the paper's."""
    wanted = _adapt_to_paper(rgb_to_lab([color]))
    amounts, labs = _build_grid()
    best = int(_weigh_distance(labs, wanted).argmin())
    nearest, lab = amounts[best], labs[best]
    for step in _REFINEMENTS:
        around = np.clip(nearest + np.array(list(product((-step, 0, step), repeat=3))), 0, 1)
        labs = _mix_inks(around)
        best = int(_weigh_distance(labs, wanted).argmin())
        nearest, lab = around[best], labs[best]
    return Printable(lab_to_rgb(_adapt_from_paper(lab)), float(measure_difference(wanted[0], lab)))


def _weigh_distance(labs: FloatArray, wanted: FloatArray) -> FloatArray:
    """Return squared distances in which hue counts most and chroma least: a duller blue is nearer than a grey.

    CIEDE2000 is made for small differences; by it, a grey is nearest to a pure magenta.
    """
    chroma, wanted_chroma = np.hypot(labs[:, 1], labs[:, 2]), np.hypot(wanted[:, 1], wanted[:, 2])
    by_chroma = chroma - wanted_chroma
    by_hue = np.square(labs[:, 1:] - wanted[:, 1:]).sum(axis=1) - np.square(by_chroma)
    distance: FloatArray = np.square(labs[:, 0] - wanted[:, 0]) + np.square(by_chroma) / 4 + 4 * by_hue
    return distance


def _adapt_to_paper(lab: FloatArray) -> FloatArray:
    """Scale sRGB, with L* from 0 to 100, to what lies between black ink and the paper, as relative intents do."""
    paper, black = _PRIMARIES[0, 0, 0], _PRIMARIES[1, 1, 1]
    scaled = lab.copy()
    scaled[..., 0] = black[0] + lab[..., 0] * (paper[0] - black[0]) / 100
    scaled[..., 1:] += np.array(paper[1:]) * (lab[..., 0:1] / 100)
    return scaled


def _adapt_from_paper(lab: FloatArray) -> FloatArray:
    paper, black = _PRIMARIES[0, 0, 0], _PRIMARIES[1, 1, 1]
    scaled = lab.copy()
    scaled[..., 0] = np.clip((lab[..., 0] - black[0]) * 100 / (paper[0] - black[0]), 0, 100)
    scaled[..., 1:] -= np.array(paper[1:]) * (scaled[..., 0:1] / 100)
    return scaled
