"""Outlines as curves, in mm, and flattened to polygons, in px."""

from typing import NamedTuple

import numpy as np
import pathops
from numpy.typing import NDArray

from rendering.engine.geometry.rect import Rect
from rendering.engine.geometry.transform import Transform
from rendering.engine.geometry.viewport import Viewport

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

PATH_UNITS = 1 << 18  # that the longest of a path's lengths should have: Skia's curves are exact to a quarter of a unit
_LINES_CEILING = 4096  # lines of one curve
_BOUNDS_TOLERANCE = 1e-5  # of its size, that a box may be too large
_MOVE, _LINE, _QUAD, _CONIC, _CUBIC, _CLOSE = range(6)  # pathops.PathVerb
_COUNTS = np.array([1, 1, 2, 2, 3, 0])  # new points of each


class Polygons(NamedTuple):
    """Closed contours: points (n, 2), and which of them each contour begins with."""

    points: FloatArray
    starts: IntArray


class Curves(NamedTuple):
    """Closed contours of rational cubic curves, and which of the curves each contour begins with.

    A curve is four points (n, 4, 3), each with its weight and already multiplied by it: lines, parabolas and the arcs
    of ellipses are such curves exactly.
    """

    points: FloatArray
    starts: IntArray

    @classmethod
    def from_path(cls, path: pathops.Path, unit: float) -> "Curves":
        """Return what a path of closed contours encloses; `unit` mm are one of the path's units."""
        steps = list(path)
        verbs = _close_contours([int(verb) for verb, _ in steps])
        if not len(verbs):
            return cls(np.empty((0, 4, 3)), np.empty(0, np.int64))
        places = np.array(path.points, dtype=float).reshape(-1, 2) * unit
        places = np.column_stack([places, np.ones(len(places))])
        last = np.cumsum(_COUNTS[verbs]) - 1
        moved, drawn = verbs == _MOVE, verbs != _MOVE
        first = np.maximum.accumulate(np.where(moved, last, 0))
        begins = places[(last - _COUNTS[verbs])[drawn]]
        ends = places[np.where(verbs == _CLOSE, first, last)[drawn]]
        kind, last = verbs[drawn], last[drawn]
        curves = np.stack([begins, (2 * begins + ends) / 3, (begins + 2 * ends) / 3, ends], axis=1)
        bent = (kind == _QUAD) | (kind == _CONIC)
        middles = places[last[bent] - 1]
        middles[kind[bent] == _CONIC] *= np.array([args[2] for verb, args in steps if verb == _CONIC]).reshape(-1, 1)
        curves[bent, 1], curves[bent, 2] = (begins[bent] + 2 * middles) / 3, (2 * middles + ends[bent]) / 3
        for number in (1, 2):
            curves[kind == _CUBIC, number] = places[last[kind == _CUBIC] - 3 + number]
        starts = (np.cumsum(drawn) - drawn)[moved]
        return cls(curves, np.unique(starts[starts < len(curves)]))

    def to_polygons(
        self, transform: Transform, zoom: float, tolerance: float, viewport: Viewport | None = None
    ) -> Polygons:
        """Return polygons that leave the curves by some `tolerance` px; `onto` and then `zoom` make px of mm.

        What is outside of a view is flattened only so far as it throws nothing into that.
        """
        matrix = (
            np.array(
                [
                    [transform.cos, transform.sin, 0],
                    [-transform.sin, transform.cos, 0],
                    [transform.x, transform.y, 1 / zoom],
                ]
            )
            * zoom
        )
        points = self.points @ matrix
        count = _count_lines(points, tolerance, viewport)
        before = np.cumsum(count) - count
        d, one, two, end = points[:, 0], points[:, 1], points[:, 2], points[:, 3]
        if len(count) == before[-1:].sum() + count[-1:].sum():
            return Polygons(d[:, :2], self.starts)
        c, b, a = 3 * (one - d), 3 * (d - 2 * one + two), end - d + 3 * (one - two)
        which = np.repeat(np.arange(len(count)), count)
        t = ((np.arange(len(which)) - before[which]) / count[which])[:, None]
        found = ((a[which] * t + b[which]) * t + c[which]) * t + d[which]
        return Polygons(found[:, :2] / found[:, 2:], before[self.starts])

    def bounding_rect(self, transform: Transform) -> Rect | None:
        """Return a box around the curves, mm, hardly larger than need be; None if there are none."""
        if not len(self.points):
            return None
        rough = max(1e-9, float(np.ptp(self.points[:, (0, 3), :2], axis=(0, 1)).max()) * _BOUNDS_TOLERANCE)
        points = self.to_polygons(transform, 1.0, rough).points
        (left, top), (right, bottom) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
        margin = rough if len(points) > len(self.points) else 0.0
        return Rect(left - margin, top - margin, right + margin, bottom + margin)


def _close_contours(verbs: list[int]) -> IntArray:
    """Return the verbs of a path, each of its contours closed: Skia leaves that out of some."""
    found = np.array(verbs, dtype=np.int64)
    ends = np.flatnonzero(np.append(found[1:], _MOVE) == _MOVE) + 1
    return np.insert(found, ends[found[ends - 1] != _CLOSE], _CLOSE) if len(found) else found


def _count_lines(points: FloatArray, tolerance: float, viewport: Viewport | None) -> IntArray:
    """Return how many lines stand for each curve: one if all of it lies on one side of the view."""
    places = points[:, :, :2] / points[:, :, 2:]
    bends = places[:, :-2] - 2 * places[:, 1:-1] + places[:, 2:]
    # A curve leaves its chord by an eighth of its second derivative, which is six times the bend.
    bend = np.hypot(bends[:, :, 0], bends[:, :, 1]).max(axis=1)
    if viewport:
        corner, size = np.array([viewport.left, viewport.top]), np.array([viewport.width, viewport.height])
        aside = ((places < corner).all(axis=1) | (places > corner + size).all(axis=1)).any(axis=1)
        bend = np.where(aside, 0, bend)
    count: IntArray = np.clip(np.ceil(np.sqrt(bend * (0.75 / tolerance))), 1, _LINES_CEILING).astype(np.int64)
    return count
