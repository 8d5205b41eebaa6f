"""Paths as glyphs of a TrueType font in memory (OpenType, glyf): strokes, unions, overlaps."""

import itertools
import math
import operator
import struct
from collections.abc import Iterator, Sequence
from typing import TypeAlias

import numpy as np
import pathops

from rendering.engine.text.truetype import COORDINATE_LIMIT

_POINTS_CEILING = 1 << 16  # of a glyph
_LONG = 100  # points
_CUBIC_PIECES = 6  # parabolas that replace a cubic curve, 1/200 as far off as one would be
_ON, _OFF = b"\1", b"\0"  # bit 0 of a glyf flag: whether the point is on the curve

Point: TypeAlias = tuple[float, float]
Bounds: TypeAlias = tuple[int, int, int, int]
"""Left, low, right, high; y up."""


def encode_outline(path: pathops.Path, zoom: float, bend: float = math.inf) -> bytes | None:
    """Return a path as a simple glyph (OpenType, glyf), enlarged by `zoom`; b"" without contours.

    The path must have no conics. Curves whose middle is more than `bend` from their chord are halved until none is:
    HarfBuzz draws what bends less than 1/16 px as a line. None if the path is too large for 16 bits, in which glyf
    holds coordinates, their differences and the numbers of points.
    """
    points, flags, ends = _list_points(path, bend)
    if not points:
        return b""
    places = _round_long(points, zoom) if len(points) > _LONG else _round_short(points, zoom)
    if places is None or len(points) > _POINTS_CEILING:
        return None
    bounds, deltas = places
    count = len(ends)
    data = b"".join((struct.pack(f">5h{count}HH", count, *bounds, *ends, 0), flags, deltas))
    return data + bytes(-len(data) % 4)


def _list_points(path: pathops.Path, bend: float) -> tuple[list[Point], bytes, list[int]]:
    """Return the points of a path, a glyf flag for each, and the index of each contour's last point."""
    points: list[Point] = []
    flags: list[bytes] = []
    ends: list[int] = []
    # Unlike `path.verbs`, segments are plain strings, and quadratic curves that continue each other are one segment.
    for method, steps in path.segments:
        if method == "qCurveTo":
            curve = steps
            if steps[-1] is None:  # a contour without a point on the curve
                points.append(_find_middle(steps[-2], steps[0]))
                flags.append(_ON)
                curve = (*steps[:-1], points[-1])
            pieces = _split_quadratic(points[-1], curve, 4 * bend) if bend < math.inf else (curve,)
            for piece in pieces:
                flags.append(_OFF * (len(piece) - 1) + _ON)
                points += piece
        elif method in {"closePath", "endPath"}:
            ends.append(len(points) - 1)
        elif method == "curveTo":
            flags.append((_OFF + _ON) * _CUBIC_PIECES)
            points += _approximate_cubic(points[-1], *steps)
        else:
            flags.append(_ON)
            points += steps
    return points, b"".join(flags), ends


def _round_short(points: Sequence[Point], zoom: float) -> tuple[Bounds, bytes] | None:
    """Return the bounds of enlarged points, and each coordinate as a 16-bit difference to the point before.

    Without numpy, whose calls take longer than so few points, the more when the processor's caches hold something else.
    """
    xs, ys = [round(x * zoom) for x, _ in points], [round(y * zoom) for _, y in points]
    left, low, right, high = min(xs), min(ys), max(xs), max(ys)
    if max(-left, -low, right, high, right - left, high - low) > COORDINATE_LIMIT:
        return None
    across, down = map(operator.sub, xs, [0, *xs]), map(operator.sub, ys, [0, *ys])
    return (left, low, right, high), struct.pack(f">{2 * len(points)}h", *across, *down)


def _round_long(points: Sequence[Point], zoom: float) -> tuple[Bounds, bytes] | None:
    """Return the same for many points."""
    places = np.rint(np.fromiter(itertools.chain.from_iterable(points), float, 2 * len(points)) * zoom).reshape(-1, 2)
    (left, low), (right, high) = places.min(axis=0).tolist(), places.max(axis=0).tolist()
    if max(-left, -low, right, high, right - left, high - low) > COORDINATE_LIMIT:
        return None
    places[1:] -= places[:-1].copy()
    return (int(left), int(low), int(right), int(high)), places.T.astype(">i2").tobytes()


def _split_quadratic(start: Point, steps: Sequence[Point], bend: float) -> Iterator[list[Point]]:
    """Yield the control points of each curve of a segment, of which `bend` is the second difference, and its end.

    Between two control points of a curve, its middle is not stated: that is what TrueType assumes there.
    """
    *controls, end = steps
    for number, control in enumerate(controls):
        following = _find_middle(control, controls[number + 1]) if number + 1 < len(controls) else end
        (x0, y0), (x1, y1), (x2, y2) = start, control, following
        count, rest = 1, max(abs(x0 - 2 * x1 + x2), abs(y0 - 2 * y1 + y2))
        while rest > bend:
            count, rest = 2 * count, rest / 4
        pieces = []
        for piece in range(count):
            # The curve's blossom at both ends of a piece is that piece's control point.
            t, u = piece / count, (piece + 1) / count
            first, middle, last = (1 - t) * (1 - u), t + u - 2 * t * u, t * u
            pieces.append((first * x0 + middle * x1 + last * x2, first * y0 + middle * y1 + last * y2))
        yield [*pieces, following]
        start = following


def _find_middle(one: Point, other: Point) -> Point:
    return (one[0] + other[0]) / 2, (one[1] + other[1]) / 2


def measure_outline(path: pathops.Path) -> tuple[float, float]:
    """Return the length of an outline, about, in half perimeters of its bounds, and the part of it that is curved."""
    straight = curved = 0.0
    start = at = (0.0, 0.0)
    for method, steps in path.segments:
        if method == "moveTo":
            start = at = steps[0]
        elif method == "lineTo":
            straight += math.dist(at, steps[0])
            at = steps[0]
        elif steps:
            # Without a point on the curve, the contour begins and ends at its first control point, about.
            corners = (at, *steps) if steps[-1] else (*steps[:-1], steps[0])
            curved += sum(itertools.starmap(math.dist, itertools.pairwise(corners)))
            start, at = start if steps[-1] else corners[-1], corners[-1]
        else:
            straight += math.dist(at, start)
    left, low, right, high = path.controlPointBounds
    length = straight + curved
    return length / max(right - left + high - low, 1e-9), curved / length if length else 0.0


def _approximate_cubic(p0: Point, p1: Point, p2: Point, p3: Point) -> Iterator[Point]:
    """Yield the control point and the end of each of the parabolas that replace a cubic curve."""
    # As sums of products of plain numbers: numpy leaves a matrix product to BLAS, which rounds as the processor suits.
    (xs, dxs), (ys, dys) = (_sample_cubic(*coordinates) for coordinates in zip(p0, p1, p2, p3, strict=True))
    step = 1 / _CUBIC_PIECES / 4  # the mean of what the tangents at both ends ask for
    for number in range(_CUBIC_PIECES):
        (x0, x1), (y0, y1) = xs[number : number + 2], ys[number : number + 2]
        (dx0, dx1), (dy0, dy1) = dxs[number : number + 2], dys[number : number + 2]
        yield (x0 + x1) / 2 + (dx0 - dx1) * step, (y0 + y1) / 2 + (dy0 - dy1) * step
        yield (x1, y1) if number < _CUBIC_PIECES - 1 else p3


def _sample_cubic(p0: float, p1: float, p2: float, p3: float) -> tuple[list[float], list[float]]:
    """Return one coordinate of a cubic curve at the ends of its pieces, and how fast it changes there."""
    b, c, d = 3 * (p1 - p0), 3 * (p0 - 2 * p1 + p2), p3 - p0 + 3 * (p1 - p2)
    places = [number / _CUBIC_PIECES for number in range(_CUBIC_PIECES + 1)]
    return (
        [((d * t + c) * t + b) * t + p0 for t in places],
        [(3 * d * t + 2 * c) * t + b for t in places],
    )
