"""Outlines as path operators (8.5.2), in mm with three decimals: whole µm."""

import functools
from typing import TypeAlias

import numpy as np

from rendering.engine.geometry.bezier import Curves, FloatArray, IntArray
from rendering.engine.geometry.rect import Rect
from rendering.engine.geometry.transform import Transform
from rendering.engine.pdf.objects import format_number

Matrix: TypeAlias = tuple[float, float, float, float, float, float]
"""a b c d e f: maps (x, y) to (a x + c y + e, b x + d y + f)."""
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_ARC_PIECES = 4  # cubic curves that replace an arc of an ellipse, which PDF does not have
_STRAIGHT = 1e-6  # mm that the handle of a line may be off
_WEIGHT_TOLERANCE = 1e-9


def write_path(curves: Curves, matrix: Matrix = IDENTITY) -> str:
    """Return the operators that make a path of curves, each contour closed; "" without curves."""
    if not len(curves.points):
        return ""
    points, starts = _to_cubics(curves)
    points = map_points(points, matrix)
    off: FloatArray = np.abs(points[:, 1] - (2 * points[:, 0] + points[:, 3]) / 3).max(axis=1)
    straight = (off < _STRAIGHT).tolist()
    values = format_points(points)
    begins = set(starts.tolist())
    out: list[str] = []
    for number, is_line in enumerate(straight):
        x0, y0, x1, y1, x2, y2, x3, y3 = values[8 * number : 8 * number + 8]
        if number in begins:
            out.append(f"{'h ' if out else ''}{x0} {y0} m")
        out.append(f"{x3} {y3} l" if is_line else f"{x1} {y1} {x2} {y2} {x3} {y3} c")
    return "\n".join([*out, "h"])


def map_points(points: FloatArray, matrix: Matrix) -> FloatArray:
    """Return points, shape (…, 2), mapped by a matrix; as sums, which every processor rounds alike."""
    a, b, c, d, e, f = matrix
    x, y = points[..., 0], points[..., 1]
    return np.stack([a * x + c * y + e, b * x + d * y + f], axis=-1)


def format_points(points: FloatArray) -> list[str]:
    """Return the coordinates of points as numbers of a file, one after another."""
    return [_format_thousandths(value) for value in np.rint(points.ravel() * 1000).astype(np.int64).tolist()]


@functools.lru_cache(1 << 16)
def _format_thousandths(value: int) -> str:
    return format_number(value / 1000)


def write_rect(rect: Rect) -> str:
    """Return the operator that makes a path of a rectangle."""
    return " ".join([*map(format_number, (rect.left, rect.top, rect.width, rect.height)), "re"])


def write_matrix(matrix: Matrix) -> str:
    """Return the operator that applies a matrix, with seven significant digits."""
    return f"{' '.join(format_significant(value) for value in matrix)} cm"


def format_significant(value: float) -> str:
    """Return a number with seven significant digits, never with an exponent (7.3.3)."""
    if value == 0 or abs(value) < 1e-7:
        return "0"
    text = np.format_float_positional(float(f"{value:.7g}"), trim="-")
    return text.removesuffix(".")


def to_matrix(transform: Transform) -> Matrix:
    """Return the matrix of a transform of layers."""
    return transform.cos, transform.sin, -transform.sin, transform.cos, transform.x, transform.y


def _to_cubics(curves: Curves) -> tuple[FloatArray, IntArray]:
    """Return cubic curves, shape (n, 4, 2), and the index of each contour's first: arcs become `_ARC_PIECES` each.

    A piece has the ends and the tangents of the arc (Hermite), whose speed is that of its rational parametrisation.
    """
    points, weights = curves.points[..., :2], curves.points[..., 2]
    bent = np.abs(weights - 1).max(axis=1) > _WEIGHT_TOLERANCE
    if not bent.any():
        return points, curves.starts
    count = np.where(bent, _ARC_PIECES, 1)
    which = np.repeat(np.arange(len(count)), count)
    first = np.cumsum(count) - count
    step = 1 / count[which]
    begin = (np.arange(len(which)) - first[which]) * step
    chosen = curves.points[which]
    (start, leaving), (end, arriving) = _evaluate(chosen, begin), _evaluate(chosen, begin + step)
    third = step[:, None] / 3
    pieces = np.stack([start, start + leaving * third, end - arriving * third, end], axis=1)
    pieces[~bent[which]] = points[~bent]
    return pieces, first[curves.starts]


def _evaluate(points: FloatArray, t: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the places of rational cubic curves at `t`, and their derivatives there."""
    p0, p1, p2, p3 = (points[:, number] for number in range(4))
    c, b, a, at = 3 * (p1 - p0), 3 * (p0 - 2 * p1 + p2), p3 - p0 + 3 * (p1 - p2), t[:, None]
    value, slope = ((a * at + b) * at + c) * at + p0, (3 * a * at + 2 * b) * at + c
    weight, change = value[:, 2:], slope[:, 2:]
    place = value[:, :2] / weight
    return place, (slope[:, :2] - place * change) / weight
