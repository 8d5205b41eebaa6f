"""Few cubic Bézier curves in place of a polygon with many corners.

After Schneider, "An algorithm for automatically fitting digitized curves" (Graphics Gems, 1990): least squares for the
lengths of the handles, Newton's method for where each point lies on the curve, and a split where that is not enough.
"""

import math
from typing import NamedTuple

import numpy as np

from rendering.engine.geometry.bezier import Curves, FloatArray, IntArray
from rendering.engine.geometry.trigonometry import lengths

_CORNER = 0.64  # cosine of the turn from which a point is a corner
_COARSE = 0.05  # mm; finer detail makes no corner
_STEPS = 4  # of Newton's method
_REACH, _REACH_JOINED = 10.0, 3.0  # times the tolerance; a worse fit is not improved by moving points along it
_FLAT = 1e-12  # a smaller determinant has no solution
# Of the length. A straight line has thirds, half a circle 0.42; longer handles make spikes between the points.
_LEAST_HANDLE, _LONGEST_HANDLE = 1e-6, 0.5
_NEIGHBORS = 2  # points to either side that a tangent is taken from


def fit_curves(contours: list[FloatArray], tolerance: float, step: float) -> Curves:
    """Return curves that closed contours, shape (n, 2) each, are nowhere farther from than `tolerance`, or little more.

    `step` is the distance of the points that they are fitted to.
    """
    pieces: list[FloatArray] = []
    starts: list[int] = []
    for contour in contours:
        starts.append(len(pieces))
        pieces += _fit_contour(contour, tolerance, step)
    points = np.array(pieces).reshape(-1, 4, 2)
    return Curves(np.concatenate([points, np.ones((*points.shape[:2], 1))], axis=-1), np.array(starts, np.int64))


def simplify_ring(ring: FloatArray, tolerance: float) -> FloatArray:
    """Return a closed ring with as few of its points as keep it within a tolerance (Douglas and Peucker)."""
    return ring[_keep_points(ring, tolerance)]


def _keep_points(ring: FloatArray, tolerance: float) -> IntArray:
    points = np.concatenate([ring, ring[:1]])
    keep = np.zeros(len(points), bool)
    middle = int(np.argmax(lengths(points - points[0])))
    keep[[0, middle, -1]] = True
    stack = [(0, middle), (middle, len(points) - 1)]
    while stack:
        first, last = stack.pop()
        if last - first < 2:
            continue
        (x, y), (across, down) = points[first].tolist(), (points[last] - points[first]).tolist()
        length = math.hypot(across, down)
        xs, ys = points[first + 1 : last, 0] - x, points[first + 1 : last, 1] - y
        off = np.abs(xs * down - ys * across) if length else np.sqrt(xs * xs + ys * ys)
        worst = int(off.argmax())
        if off[worst] > tolerance * (length or 1):
            keep[first + 1 + worst] = True
            stack += [(first, first + 1 + worst), (first + 1 + worst, last)]
    return np.flatnonzero(keep[:-1])


def _fit_contour(contour: FloatArray, tolerance: float, step: float) -> list[FloatArray]:
    """Return the curves of a closed contour; corners stay corners."""
    corners = _find_corners(contour)
    breaks = corners or [0]
    fitted: list[FloatArray] = []
    for first, last in zip(breaks, [*breaks[1:], breaks[0] + len(contour)], strict=True):
        part = _space_points(contour[np.arange(first, last + 1) % len(contour)], step)
        if corners:
            leaving, arriving = _direction(part[1] - part[0]), _direction(part[-2] - part[-1])
            fitted += _fit_part(part, leaving, arriving, tolerance)
            continue
        # A round contour is halved: a curve cannot end where it begins.
        half = len(part) // 2
        begin, middle = _direction(part[1] - part[-2]), _direction(part[half + 1] - part[half - 1])
        fitted += _fit_part(part[: half + 1], begin, -middle, tolerance)
        fitted += _fit_part(part[half:], middle, -begin, tolerance)
    return fitted


def _find_corners(contour: FloatArray) -> list[int]:
    """Return the indices of sharp corners: they turn much between sides that remain of a coarse polygon."""
    kept = _keep_points(contour, _COARSE)
    coarse = contour[kept]
    ahead, behind = np.roll(coarse, -1, axis=0) - coarse, coarse - np.roll(coarse, 1, axis=0)
    cosine = (ahead * behind).sum(axis=1) / np.maximum(1e-12, lengths(ahead) * lengths(behind))
    return [int(number) for number in kept[cosine < _CORNER]]


def _space_points(line: FloatArray, step: float) -> FloatArray:
    """Return points of a line from its first to its last, evenly spread, about `step` apart."""
    along = np.append(0, np.cumsum(lengths(np.diff(line, axis=0))))
    places = np.linspace(0, along[-1], max(4, round(along[-1] / step)) + 1)
    return np.column_stack([np.interp(places, along, line[:, 0]), np.interp(places, along, line[:, 1])])


def _direction(vector: FloatArray) -> FloatArray:
    return np.asarray(vector / max(1e-12, float(lengths(vector))))


class _Piece(NamedTuple):
    """Points that one curve runs along, its directions at both ends, and the curve."""

    points: FloatArray
    leaving: FloatArray
    arriving: FloatArray
    curve: FloatArray


def _fit_part(points: FloatArray, leaving: FloatArray, arriving: FloatArray, tolerance: float) -> list[FloatArray]:
    """Return curves from the first point to the last, with the given directions at both."""
    stack, pieces = [(points, leaving, arriving)], list[_Piece]()
    while stack:
        part, begin, end = stack.pop()
        curve, worst = _fit_one(part, begin, end, tolerance)
        if curve is not None:
            piece = _Piece(part, begin, end, curve)
            pieces[-1:] = _join_pieces(pieces[-1], piece, tolerance) if pieces else [piece]
            continue
        low, high = max(0, worst - _NEIGHBORS), min(len(part) - 1, worst + _NEIGHBORS)
        middle = _direction(part[low] - part[high])
        stack += [(part[worst:], -middle, end), (part[: worst + 1], begin, middle)]
    return [piece.curve for piece in pieces]


def _join_pieces(one: _Piece, other: _Piece, tolerance: float) -> list[_Piece]:
    """Return one piece in place of two neighbours if one curve does for both: halves are rarely the best parts."""
    points = np.concatenate([one.points, other.points[1:]])
    curve, _ = _fit_one(points, one.leaving, other.arriving, tolerance, _REACH_JOINED)
    return [one, other] if curve is None else [_Piece(points, one.leaving, other.arriving, curve)]


def _fit_one(
    points: FloatArray, leaving: FloatArray, arriving: FloatArray, tolerance: float, reach: float = _REACH
) -> tuple[FloatArray | None, int]:
    """Return one curve that is near enough to all points, or None and the point to split at."""
    if len(points) < 3:
        third = float(lengths(points[-1] - points[0])) / 3
        return np.array([points[0], points[0] + leaving * third, points[-1] + arriving * third, points[-1]]), 0
    sides = points[1:] - points[:-1]
    along = np.cumsum(lengths(sides))
    length = float(along[-1])
    t: FloatArray = np.concatenate([[0.0], along / length])
    worst = len(points) // 2
    for _ in range(_STEPS):
        basis = _weigh(t)
        curve = _solve(points, basis, leaving, arriving, length)
        off = _mix(basis, curve) - points
        squares = off[:, 0] ** 2 + off[:, 1] ** 2
        worst = min(max(1, int(squares.argmax())), len(points) - 2)
        farthest = math.sqrt(float(squares[worst]))
        if farthest <= tolerance:
            return curve, 0
        if farthest > reach * tolerance:
            return None, worst
        t = _move_along(curve, t, off)
        if (t[1:] <= t[:-1]).any():
            return None, worst  # the curve turns back
    return None, worst


def _weigh(t: FloatArray) -> FloatArray:
    """Return the weights of a curve's four control points at each `t`: shape (4, n)."""
    s = 1 - t
    ss, tt = s * s, t * t
    return np.stack([ss * s, 3 * ss * t, 3 * s * tt, tt * t])


def _mix(weights: FloatArray, controls: FloatArray) -> FloatArray:
    """Return the sums of control points by weights: shape (n, 2)."""
    mixed = weights[0, :, None] * controls[0]
    for number in range(1, len(controls)):
        mixed += weights[number, :, None] * controls[number]
    return np.asarray(mixed)


def _solve(
    points: FloatArray, basis: FloatArray, leaving: FloatArray, arriving: FloatArray, length: float
) -> FloatArray:
    """Return the curve with the handles of the least squares; where they make no sense, with thirds of the length."""
    b0, b1, b2, b3 = basis
    first, last = points[0], points[-1]
    rest = points - ((b0 + b1)[:, None] * first + (b2 + b3)[:, None] * last)
    along, back = rest[:, 0] * leaving[0] + rest[:, 1] * leaving[1], rest[:, 0] * arriving[0] + rest[:, 1] * arriving[1]
    cosine = float(leaving[0] * arriving[0] + leaving[1] * arriving[1])
    c00, c01, c11 = float((b1 * b1).sum()), cosine * float((b1 * b2).sum()), float((b2 * b2).sum())
    x0, x1 = float((along * b1).sum()), float((back * b2).sum())
    determinant = c00 * c11 - c01 * c01
    a = b = length / 3
    if abs(determinant) > _FLAT:
        found = (x0 * c11 - x1 * c01) / determinant, (c00 * x1 - c01 * x0) / determinant
        if _LEAST_HANDLE * length < min(found) and max(found) < _LONGEST_HANDLE * length:
            a, b = found
    return np.array([first, first + leaving * a, last + arriving * b, last])


def _move_along(curve: FloatArray, t: FloatArray, off: FloatArray) -> FloatArray:
    """Return where on the curve points are nearest, one step of Newton's method nearer than `t`."""
    first = 3 * (curve[1:] - curve[:-1])
    second = 2 * (first[1:] - first[:-1])
    s = 1 - t
    slope, bend = _mix(np.stack([s * s, 2 * s * t, t * t]), first), _mix(np.stack([s, t]), second)
    above = off[:, 0] * slope[:, 0] + off[:, 1] * slope[:, 1]
    below = slope[:, 0] ** 2 + slope[:, 1] ** 2 + off[:, 0] * bend[:, 0] + off[:, 1] * bend[:, 1]
    moved = t - above / np.where(np.abs(below) > _FLAT, below, 1)
    return np.asarray(np.minimum(np.maximum(moved, 0), 1))
