"""The thinnest stems and gaps of a glyph, measured once and kept.

From points along its outline, the distance to the other side: through the ink for stems, through the open for gaps.
Only sides that face each other count, so that the tips of serifs are no stems. The thinnest are those that at least
a short length of the outline has: a tip that a curve ends in is no stem either.
"""

import functools
import math
from typing import NamedTuple

import numpy as np
import pathops
from numpy.typing import NDArray

from rendering.engine.geometry.bezier import Curves, FloatArray
from rendering.engine.geometry.transform import Transform
from rendering.engine.text.face import Face

_STEP = 0.025  # ems between two points of the outline
# Cosine between the normals of sides that face each other, at most: those of a gap are nearly parallel, because a
# notch such as that of a v closes at every size.
_STEM_FACING, _GAP_FACING = -0.92, -0.95
_STEM_LENGTH, _GAP_LENGTH = 0.08, 0.1  # ems of the outline that a stem or a side of a gap must have
_NONE = 1e9


class Strokes(NamedTuple):
    """The thinnest stem and the narrowest gap of a glyph, ems; infinite if it has none."""

    stem: float
    gap: float


def measure_strokes(face: Face, glyph: int) -> Strokes:
    """Return the thinnest stem and the narrowest gap within a glyph, ems."""
    return _measure(_ById(face), glyph)


class _ById:
    """A face, told apart by identity: its own equality would compare its tables."""

    __slots__ = ("face",)

    def __init__(self, face: Face) -> None:
        self.face = face

    def __hash__(self) -> int:
        return id(self.face)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ById) and other.face is self.face


@functools.lru_cache(4096)
def _measure(by_id: _ById, glyph: int) -> Strokes:
    face = by_id.face
    if face.has_color_glyphs:
        return Strokes(math.inf, math.inf)
    path = pathops.Path(face.find_outline(glyph))
    path.simplify(fix_winding=True, keep_starting_points=False)
    curves = Curves.from_path(path, 1 / face.upem)
    if not len(curves.points):
        return Strokes(math.inf, math.inf)
    starts, ends = _sample(curves)
    return Strokes(*(_find_thinnest(starts, ends, side) for side in (1.0, -1.0)))


def _sample(curves: Curves) -> tuple[FloatArray, FloatArray]:
    """Return the sides of the outline's polygon, none longer than _STEP: starts and ends, shape (n, 2), ems."""
    polygons = curves.to_polygons(Transform(), 1.0, 0.002)
    starts, ends = [], []
    for part in np.split(polygons.points, polygons.starts[1:]):
        following = np.roll(part, -1, axis=0)
        lengths = np.hypot(*(following - part).T)
        count = np.maximum(1, np.ceil(lengths / _STEP)).astype(np.int64)
        which = np.repeat(np.arange(len(part)), count)
        at = (np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count)) / count[which]
        points = part[which] + (following - part)[which] * at[:, None]
        starts.append(points)
        ends.append(np.roll(points, -1, axis=0))
    return np.concatenate(starts), np.concatenate(ends)


def _find_thinnest(starts: FloatArray, ends: FloatArray, side: float) -> float:
    """Return the thinnest stem for `side` 1, the narrowest gap for -1, ems; infinite if there is none."""
    direction = ends - starts
    lengths = np.hypot(direction[:, 0], direction[:, 1])
    kept = lengths > 1e-9
    starts, ends, direction, lengths = starts[kept], ends[kept], direction[kept], lengths[kept]
    unit = direction / lengths[:, None]
    normals = np.stack([-unit[:, 1], unit[:, 0]], axis=1) * side * _ink_side(starts, ends)
    if side > 0:
        return _find_stem(_cast_rays((starts + ends) / 2, normals, starts, direction, _STEM_FACING), lengths)
    distances = _cast_rays((starts + ends) / 2, normals, starts, direction, _GAP_FACING)
    follows = np.append(False, (np.abs(starts[1:] - ends[:-1]) < 1e-9).all(axis=1))
    return _find_gap(distances, lengths, follows)


def _find_stem(distances: FloatArray, lengths: FloatArray) -> float:
    """Return the least distance that is exceeded nowhere along a part of the outline as long as itself."""
    order = np.argsort(distances, kind="stable")
    enough = np.cumsum(lengths[order]) >= np.maximum(_STEM_LENGTH, distances[order])
    if not enough.any():
        return math.inf
    found = float(distances[order][int(np.argmax(enough))])
    return found if found < _NONE else math.inf


def _find_gap(distances: FloatArray, lengths: FloatArray, follows: NDArray[np.bool_]) -> float:
    """Return the least width of a channel: the median between two sides that face each other without a break.

    The median, because the notch at the top of an A closes at every size, and the letter is none the worse.
    """
    faces = distances < _NONE
    begins = faces & ~(np.append(False, faces[:-1]) & follows)
    numbers = np.cumsum(begins)
    gaps = [math.inf]
    for number in range(1, int(numbers[-1]) + 1 if len(numbers) else 1):
        channel = faces & (numbers == number)
        if float(lengths[channel].sum()) >= _GAP_LENGTH:
            gaps.append(float(np.median(distances[channel])))
    return min(gaps)


def _ink_side(starts: FloatArray, ends: FloatArray) -> float:
    """Return 1 if the ink is to the left of the outline's direction (y up), -1 if to the right."""
    area = float((starts[:, 0] * ends[:, 1] - ends[:, 0] * starts[:, 1]).sum())
    return 1.0 if area > 0 else -1.0  # holes run the other way round, and take off from the sum


def _cast_rays(
    origins: FloatArray, rays: FloatArray, starts: FloatArray, direction: FloatArray, facing: float
) -> FloatArray:
    """Return how far each ray runs before it meets a side that faces it, _NONE if it meets none, or another first."""
    dx, dy = starts[:, 0] - origins[:, 0, None], starts[:, 1] - origins[:, 1, None]
    cross = rays[:, 0, None] * direction[:, 1] - rays[:, 1, None] * direction[:, 0]
    cross = np.where(np.abs(cross) < 1e-12, 1e-12, cross)
    along = (dx * direction[:, 1] - dy * direction[:, 0]) / cross
    at = (dx * rays[:, 1, None] - dy * rays[:, 0, None]) / cross
    hit = (along > 1e-6) & (at >= -1e-9) & (at <= 1 + 1e-9)
    along = np.where(hit, along, _NONE)
    nearest = along.argmin(axis=1)
    rows = np.arange(len(origins))
    distances = along[rows, nearest]
    faces = (rays * rays[nearest]).sum(axis=1) <= facing
    return np.where(faces, distances, _NONE)
