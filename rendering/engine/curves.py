"""Outlines as cubic curves, in mm, and flattened to polygons, in px."""

from typing import NamedTuple

import numpy as np
import pathops
from numpy.typing import NDArray

from rendering.engine.geometry import Box, Pose

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

UNITS = 1 << 18  # that the longest of a path's lengths should have: Skia's curves are exact to a quarter of a unit
_CONICS = 0.05  # units that the parabolas put in place of a conic may be off
_MOST = 4096  # lines of one curve
_ROUGH = 1e-5  # of its size, that a box may be too large
_COUNTS = np.array([1, 1, 2, 0, 3, 0])  # new points of a path's verbs: move, line, quad, conic, cubic, close
_MOVE, _QUAD, _CUBIC, _CLOSE = pathops.PathVerb.MOVE, pathops.PathVerb.QUAD, pathops.PathVerb.CUBIC, pathops.PathVerb.CLOSE


class Polygons(NamedTuple):
    """Closed contours: points (n, 2), and which of them each contour begins with."""

    points: Floats
    starts: Ints


class Curves(NamedTuple):
    """Closed contours of cubic curves: four points each (n, 4, 2), and which of them each contour begins with."""

    points: Floats
    starts: Ints

    @classmethod
    def of(cls, path: pathops.Path, unit: float) -> "Curves":
        """Return what a path of closed contours encloses; `unit` mm are one of the path's units."""
        path.convertConicsToQuads(_CONICS)
        verbs = np.array([int(verb) for verb in path.verbs], dtype=np.int64)
        points = np.array(path.points, dtype=float).reshape(-1, 2) * unit
        if not len(verbs):
            return cls(np.empty((0, 4, 2)), np.empty(0, np.int64))
        last = np.cumsum(_COUNTS[verbs]) - 1
        moved, drawn = verbs == _MOVE, verbs != _MOVE
        first = np.maximum.accumulate(np.where(moved, last, 0))
        begins = points[(last - _COUNTS[verbs])[drawn]]
        ends = points[np.where(verbs == _CLOSE, first, last)[drawn]]
        kind, last = verbs[drawn], last[drawn]
        curves = np.stack([begins, (2 * begins + ends) / 3, (begins + 2 * ends) / 3, ends], axis=1)
        bent = points[last[kind == _QUAD] - 1]
        for number, end in ((1, begins), (2, ends)):
            curves[kind == _QUAD, number] = (2 * bent + end[kind == _QUAD]) / 3
            curves[kind == _CUBIC, number] = points[last[kind == _CUBIC] - 3 + number]
        starts = (np.cumsum(drawn) - drawn)[moved]
        return cls(curves, np.unique(starts[starts < len(curves)]))

    def flattened(self, onto: Pose, zoom: float, tolerance: float) -> Polygons:
        """Return polygons that leave the curves by `tolerance` px at most; `onto` and then `zoom` make px of mm."""
        turn = np.array([[onto.cos, onto.sin], [-onto.sin, onto.cos]]) * zoom
        points = self.points @ turn + np.array([onto.x, onto.y]) * zoom
        d, one, two, end = points[:, 0], points[:, 1], points[:, 2], points[:, 3]
        c, b, a = 3 * (one - d), 3 * (d - 2 * one + two), end - d + 3 * (one - two)
        bend = np.maximum(np.abs(b), np.abs(b + 3 * a)).max(axis=1, initial=0) / 3
        # A curve leaves its chord by an eighth of its second derivative, six times the bend, along either axis.
        count = np.clip(np.ceil(np.sqrt(bend * (0.75 * 2**0.5 / tolerance))), 1, _MOST).astype(np.int64)
        before = np.cumsum(count) - count
        if len(count) == count.sum():
            return Polygons(d, self.starts)
        which = np.repeat(np.arange(len(count)), count)
        t = ((np.arange(len(which)) - before[which]) / count[which])[:, None]
        return Polygons(((a[which] * t + b[which]) * t + c[which]) * t + d[which], before[self.starts])

    def around(self, onto: Pose) -> Box | None:
        """Return a box around the curves, mm, hardly larger than need be; None if there are none."""
        if not len(self.points):
            return None
        rough = max(1e-9, float(np.ptp(self.points, axis=(0, 1)).max()) * _ROUGH)
        points = self.flattened(onto, 1.0, rough).points
        (left, bottom), (right, top) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
        more = rough if len(points) > len(self.points) else 0.0
        return Box(left - more, bottom - more, right + more, top + more)
