"""Outlines as rational cubic Bézier curves in mm, and flattened to polygons in px.

Curves are flattened here because HarfBuzz, which draws the polygons, leaves curves by up to 0.06 px (decision 19).
"""

from typing import NamedTuple

import numpy as np
import pathops
from numpy.typing import NDArray

from rendering.engine.geometry.rect import Rect
from rendering.engine.geometry.transform import Transform
from rendering.engine.geometry.trigonometry import lengths
from rendering.engine.geometry.viewport import Viewport

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

PATH_UNITS = 1 << 18  # units of a path's longest side: Skia's curves are exact to a quarter of a unit
_LINES_CEILING = 4096  # lines that one curve is flattened to, at most
_BOUNDS_TOLERANCE = 1e-5  # how much too large a bounding rectangle may be, as a fraction of its size
_MOVE, _LINE, _QUAD, _CONIC, _CUBIC, _CLOSE = range(6)  # pathops.PathVerb
_COUNTS = np.array([1, 1, 2, 2, 3, 0])  # points that each verb adds


class Polygons(NamedTuple):
    """Closed contours: points of shape (n, 2), and the index of each contour's first point."""

    points: FloatArray
    starts: IntArray


class Curves(NamedTuple):
    """Closed contours of rational cubic Bézier curves, and the index of each contour's first curve.

    `points` has shape (n, 4, 3): four control points a curve in homogeneous coordinates (x w, y w, w), mm. Lines,
    parabolas and arcs of ellipses are exactly such curves.
    """

    points: FloatArray
    starts: IntArray

    @classmethod
    def from_path(cls, path: pathops.Path, unit: float) -> "Curves":
        """Return the closed contours of a path; `unit` is mm per unit of the path."""
        steps = list(path)
        verbs = _close_contours([int(verb) for verb, _ in steps])
        if not len(verbs):
            return cls(np.empty((0, 4, 3)), np.empty(0, np.int64))
        places = np.array(path.points, dtype=float).reshape(-1, 2) * unit
        places = np.column_stack([places, np.ones(len(places))])  # homogeneous, weight 1
        last = np.cumsum(_COUNTS[verbs]) - 1
        moved, drawn = verbs == _MOVE, verbs != _MOVE
        first = np.maximum.accumulate(np.where(moved, last, 0))
        begins = places[(last - _COUNTS[verbs])[drawn]]
        ends = places[np.where(verbs == _CLOSE, first, last)[drawn]]
        kind, last = verbs[drawn], last[drawn]
        # Each segment as the line from its beginning to its end, then the others in place of those that bend.
        curves = np.stack([begins, (2 * begins + ends) / 3, (begins + 2 * ends) / 3, ends], axis=1)
        bent = (kind == _QUAD) | (kind == _CONIC)
        middles = places[last[bent] - 1]
        # A quadratic is raised to a cubic; a conic first gets its weight.
        middles[kind[bent] == _CONIC] *= np.array([args[2] for verb, args in steps if verb == _CONIC]).reshape(-1, 1)
        curves[bent, 1], curves[bent, 2] = (begins[bent] + 2 * middles) / 3, (2 * middles + ends[bent]) / 3
        for number in (1, 2):
            curves[kind == _CUBIC, number] = places[last[kind == _CUBIC] - 3 + number]
        starts = (np.cumsum(drawn) - drawn)[moved]
        return cls(curves, np.unique(starts[starts < len(curves)]))

    def to_polygons(
        self, transform: Transform, zoom: float, tolerance: float, viewport: Viewport | None = None
    ) -> Polygons:
        """Return polygons in px that deviate from the curves by about `tolerance` px.

        `transform` is applied in mm, then `zoom` px per mm. Curves that lie wholly to one side of `viewport` become
        single lines: coverage inside it stays the same.
        """
        points = _transform_points(self.points, transform, zoom)
        count = _count_lines(points, tolerance, viewport)
        before = np.cumsum(count) - count
        p0, p1, p2, p3 = points[:, 0], points[:, 1], points[:, 2], points[:, 3]
        if len(count) == before[-1:].sum() + count[-1:].sum():  # one line a curve
            return Polygons(p0[:, :2], self.starts)
        c, b, a = 3 * (p1 - p0), 3 * (p0 - 2 * p1 + p2), p3 - p0 + 3 * (p1 - p2)
        which = np.repeat(np.arange(len(count)), count)
        t = ((np.arange(len(which)) - before[which]) / count[which])[:, None]
        vertices = ((a[which] * t + b[which]) * t + c[which]) * t + p0[which]
        return Polygons(vertices[:, :2] / vertices[:, 2:], before[self.starts])

    def bounding_rect(self, transform: Transform) -> Rect | None:
        """Return the bounding rectangle, mm, at most 0.001 % too large; None if there are no curves."""
        if not len(self.points):
            return None
        rough = max(1e-9, float(np.ptp(self.points[:, (0, 3), :2], axis=(0, 1)).max()) * _BOUNDS_TOLERANCE)
        points = self.to_polygons(transform, 1.0, rough).points
        (left, top), (right, bottom) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
        margin = rough if len(points) > len(self.points) else 0.0
        return Rect(left - margin, top - margin, right + margin, bottom + margin)


def _transform_points(points: FloatArray, transform: Transform, zoom: float) -> FloatArray:
    """Return homogeneous points in px.

    As sums of products: a matrix product is left to BLAS, which rounds in another order on another processor.
    """
    x, y, w = points[..., 0], points[..., 1], points[..., 2]
    cos, sin, right, down = (value * zoom for value in transform)
    return np.stack([cos * x - sin * y + right * w, sin * x + cos * y + down * w, w], axis=-1)


def _close_contours(verbs: list[int]) -> IntArray:
    """Return a path's verbs with a CLOSE at the end of each contour: Skia leaves out some."""
    array = np.array(verbs, dtype=np.int64)
    ends = np.flatnonzero(np.append(array[1:], _MOVE) == _MOVE) + 1
    return np.insert(array, ends[array[ends - 1] != _CLOSE], _CLOSE) if len(array) else array


def _count_lines(points: FloatArray, tolerance: float, viewport: Viewport | None) -> IntArray:
    """Return how many lines replace each curve: one if all of it lies to one side of the viewport."""
    places = points[:, :, :2] / points[:, :, 2:]
    bends = places[:, :-2] - 2 * places[:, 1:-1] + places[:, 2:]
    # A curve deviates from its chord by at most an eighth of its second derivative, which is six times the bend.
    bend = lengths(bends).max(axis=1)
    if viewport:
        corner, size = np.array([viewport.left, viewport.top]), np.array([viewport.width, viewport.height])
        aside = ((places < corner).all(axis=1) | (places > corner + size).all(axis=1)).any(axis=1)
        bend = np.where(aside, 0, bend)
    count: IntArray = np.clip(np.ceil(np.sqrt(bend * (0.75 / tolerance))), 1, _LINES_CEILING).astype(np.int64)
    return count
