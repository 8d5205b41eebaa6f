"""Letters that run into each other on a circle, found by their outlines. Lengths in ems.

A line on a circle is read in polar coordinates: in each ring of a small height, every letter covers a range of angles,
and these follow each other as the letters do. Letters whose ranges overlap more than on the straight line are compared
exactly. Joined letters are warped, so they cannot collide with each other before the line closes a circle.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import pathops

from rendering.engine.geometry.bezier import FloatArray, IntArray
from rendering.engine.text.arc import Circle, Letter, LetterLine, turn_letters
from rendering.engine.text.face import Face
from rendering.engine.text.outlines import SAMPLE_STEP, sample_outlines

_RING = 2 * SAMPLE_STEP  # height of a ring
_DEPTH_TOLERANCE = 0.03  # by which letters may overlap in a ring more than on the straight line
_AREA_TOLERANCE = 2e-4  # square ems, of the same, exactly
_COMPARISONS_CEILING = 50  # pairs of letters of a line that are compared exactly, the most suspect first
_PATH_UNITS = 1000.0  # of an em, for Skia


@dataclass(frozen=True, slots=True)
class Collision:
    """Where a line on a circle runs into itself: the characters (index of their cluster), and how deep.

    `neighbours`: letters reach into the ones before; `ends`: the end of the line reaches its beginning, or beyond;
    `center`: letters reach beyond the circle's centre.
    """

    kind: Literal["neighbours", "ends", "center"]
    clusters: tuple[int, int]
    depth: float


class _Ranges(NamedTuple):
    """The first and last place of each owner in each ring, shape (owners, rings): +inf and -inf where it has none."""

    begins: FloatArray
    ends: FloatArray
    heights: FloatArray  # of the middle of each ring


def find_collision(line: LetterLine, circle: Circle) -> Collision | None:
    """Return the worst collision of a line's letters; None if they are free of each other."""
    if len(line.letters) == 1 and not line.letters[0].is_joined:
        return None
    lowest = min(line.letters, key=lambda letter: _inner_radius(letter, circle))
    if (reach := _inner_radius(lowest, circle)) <= 0:
        return Collision("center", (lowest.cluster, lowest.cluster), -reach)
    suspects = _find_suspects(line.letters, circle)
    return _compare_ranges(list(_group_joined(suspects)), circle) if suspects else None


def _inner_radius(letter: Letter, circle: Circle) -> float:
    """Return the distance from the circle's centre to the nearest side of a letter's ink; negative beyond it."""
    return circle.radius - letter.ink.bottom if circle.radius > 0 else letter.ink.top - circle.radius


def _find_suspects(letters: Sequence[Letter], circle: Circle) -> list[Letter]:
    """Return the letters whose ink, as rectangles, overlaps that of a letter before or after them; mostly few."""
    radius = abs(circle.radius)
    suspects: set[int] = set()
    first, reached, farthest = math.inf, -math.inf, 0
    for number, letter in enumerate(letters):
        if letter.is_joined:
            begin, end = letter.ink.left / radius, letter.ink.right / radius
        else:
            reach = math.atan2(letter.ink.width / 2, _inner_radius(letter, circle))
            begin, end = letter.middle / radius - reach, letter.middle / radius + reach
        if begin < reached and not (letter.is_joined and letters[farthest].is_joined):
            suspects.update((farthest, number))
        first = min(first, begin)
        if end > reached:
            reached, farthest = end, number
    return list(letters) if reached - first > math.tau else [letters[number] for number in sorted(suspects)]


def _group_joined(letters: Sequence[Letter]) -> Iterator[list[Letter]]:
    """Yield rigid letters one by one, and joined neighbours together."""
    group: list[Letter] = []
    for letter in letters:
        if group and not (letter.is_joined and group[-1].is_joined):
            yield group
            group = []
        group.append(letter)
    yield group


def _compare_ranges(groups: Sequence[Sequence[Letter]], circle: Circle) -> Collision | None:
    owners, points = _sample_groups(groups)
    middles = np.array([np.nan if group[0].is_joined else group[0].middle for group in groups])[owners]
    bent = _find_ranges(owners, *_to_polar(points, middles, circle))
    # The end reaches the beginning where the two share a ring.
    closing = float(((bent.ends.max(axis=0) - bent.begins.min(axis=0) - math.tau) * bent.heights).max())
    if closing > _DEPTH_TOLERANCE:
        return Collision("ends", (groups[-1][-1].cluster, groups[0][0].cluster), closing)
    straight = _find_ranges(owners, points[:, 0], points[:, 1])
    depths, owners_before = _measure_overlaps(bent, bent.heights)
    excess = depths - np.maximum(_measure_overlaps(straight, np.ones_like(straight.heights))[0], 0)
    for number in np.argsort(-excess, kind="stable")[:_COMPARISONS_CEILING].tolist():
        depth, one, other = float(excess[number]), groups[owners_before[number]], groups[number + 1]
        if depth > 0 and _collide(one, other, circle, depth):
            return Collision("neighbours", (one[-1].cluster, other[0].cluster), depth)
    return None


def _sample_groups(groups: Sequence[Sequence[Letter]]) -> tuple[IntArray, FloatArray]:
    """Return points of the letters' outlines on the straight line, and the number of each point's group, ascending."""
    glyphs = [
        (number, letter.face, *glyph)
        for number, group in enumerate(groups)
        for letter in group
        for glyph in letter.glyphs
    ]
    points, counts = sample_outlines([(face, glyph) for _, face, glyph, _, _ in glyphs])
    owners = np.repeat([number for number, *_ in glyphs], counts)
    return owners, points + np.repeat([(x, y) for *_, x, y in glyphs], counts, axis=0)


def _to_polar(points: FloatArray, middles: FloatArray, circle: Circle) -> tuple[FloatArray, FloatArray]:
    """Return angle, in reading direction, and distance from the circle's centre of points of the straight line.

    `middles` has the x about which a point's letter is turned, NaN if it is warped.
    """
    radius = abs(circle.radius)
    is_rigid = ~np.isnan(middles)
    aside = np.where(is_rigid, points[:, 0] - middles, 0)
    along = np.where(is_rigid, middles, points[:, 0]) / radius
    height = radius + (points[:, 1] if circle.radius > 0 else -points[:, 1])
    return along + np.arctan2(aside, height), np.hypot(aside, height)


def _find_ranges(owners: IntArray, places: FloatArray, heights: FloatArray) -> _Ranges:
    """Return the ranges of points at these places and heights; owners are numbered from 0 in order."""
    lowest = heights.min()
    rings = np.floor((heights - lowest) / _RING).astype(np.int64)
    count = int(rings.max()) + 1
    begins = np.full((int(owners[-1]) + 1) * count, np.inf)
    ends = -begins
    np.minimum.at(begins, owners * count + rings, places)
    np.maximum.at(ends, owners * count + rings, places)
    return _Ranges(begins.reshape(-1, count), ends.reshape(-1, count), lowest + (np.arange(count) + 0.5) * _RING)


def _measure_overlaps(ranges: _Ranges, scale: FloatArray) -> tuple[FloatArray, IntArray]:
    """Return how far each owner but the first reaches back over one before it, and which one that is.

    `scale` is the length of one unit of a place in each ring. If there is room, the overlap is negative.
    """
    reached = np.maximum.accumulate(ranges.ends, axis=0)[:-1]
    overlaps = (reached - ranges.begins[1:]) * scale
    rings = overlaps.argmax(axis=1)
    rows = np.arange(len(rings))
    owners_before = [int(ranges.ends[: row + 1, ring].argmax()) for row, ring in enumerate(rings.tolist())]
    return overlaps[rows, rings], np.array(owners_before, dtype=np.int64)


def _collide(one: Sequence[Letter], other: Sequence[Letter], circle: Circle, depth: float) -> bool:
    """Tell whether two letters overlap more than on the straight line: exactly, if both are rigid outlines."""
    if any(letter.is_joined or letter.face.has_color_glyphs for letter in (one[0], other[0])):
        return depth > _DEPTH_TOLERANCE
    bent, straight = ([draw(letter, circle) for letter in (one[0], other[0])] for draw in (_draw_bent, _draw_straight))
    return _overlap_area(*bent) - _overlap_area(*straight) > _AREA_TOLERANCE


def _draw_bent(letter: Letter, circle: Circle) -> pathops.Path:
    run = turn_letters([letter], circle)
    return _draw_glyphs(run.face, run.scale, run.glyphs)


def _draw_straight(letter: Letter, circle: Circle) -> pathops.Path:
    del circle
    return _draw_glyphs(letter.face, letter.scale, [(glyph, x, y, 1.0, 0.0) for glyph, x, y in letter.glyphs])


def _draw_glyphs(face: Face, scale: float, glyphs: Iterable[tuple[int, float, float, float, float]]) -> pathops.Path:
    path, unit = pathops.Path(), scale * _PATH_UNITS
    for glyph, x, y, cos, sin in glyphs:
        matrix = (cos * unit, -sin * unit, sin * unit, cos * unit, x * _PATH_UNITS, y * _PATH_UNITS)
        path.addPath(face.get_outline(glyph).transform(*matrix))
    return path


def _overlap_area(one: pathops.Path, other: pathops.Path) -> float:
    """Return the area that two paths share, square ems."""
    return abs(float(pathops.op(one, other, pathops.PathOp.INTERSECTION).area)) / _PATH_UNITS**2
