"""Outlines warped along a circle: each point keeps its height above the baseline and its place along it (decision 33).

The map is smooth, so letters that touch on a straight line touch on the circle, and their strokes bend with it.
"""

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from rendering.engine.geometry.bezier import FloatArray, IntArray
from rendering.engine.geometry.trigonometry import lengths, sines
from rendering.engine.text.face import Face
from rendering.engine.text.outlines import get_curves
from rendering.engine.text.truetype import GlyphContours

_TOLERANCE = 5e-5  # ems that a warped curve may deviate: 0.05 px at an em of 1,000 px
_PIECES_CEILING = 64  # of one curve
_CUBES = np.arange(1.0, _PIECES_CEILING) ** 3
# A parabola through a curve's points at 0, h/2 and h deviates from it by at most this times h^3 times the curve's third
# derivative (the remainder of the interpolation).
_REMAINDER = math.sqrt(3) / 216


def warp_outlines(face: Face, scale: float, glyphs: Sequence[tuple[int, float]], radius: float) -> list[GlyphContours]:
    """Return the outlines of glyphs, given as id and height of their origin, warped over a circle, in ems.

    The origin of each is the point of the baseline at its own origin, and its y is up along the radius there. `scale`
    is ems per font unit; `radius` is in ems, and negative if the centre is above the baseline.
    """
    outlines = [get_curves(face, glyph) for glyph, _ in glyphs]
    counts = np.array([len(curves.points) for curves in outlines])
    points = np.concatenate([curves.points[:, :, :2] for curves in outlines]) * scale
    points[:, :, 1] += np.repeat([height for _, height in glyphs], counts)[:, None]
    pieces = _count_pieces(points, radius)
    warped = _warp_curves(points, pieces, radius)
    first_pieces = np.append(0, np.cumsum(pieces))  # of each curve, and the end
    first_curves = np.append(0, np.cumsum(counts))  # of each glyph, and the end
    shapes = []
    for curves, (begin, end) in zip(outlines, pairwise(first_curves.tolist()), strict=True):
        first, last = first_pieces[begin], first_pieces[end]
        starts = 2 * (first_pieces[begin + curves.starts] - first)
        shapes.append(GlyphContours(warped[2 * first : 2 * last], b"\1\0" * int(last - first), starts.tolist()))
    return shapes


def _count_pieces(points: FloatArray, radius: float) -> IntArray:
    """Return into how many parabolas each cubic curve is divided, so that none deviates by more than the tolerance."""
    first, second = np.diff(points, axis=1), np.diff(points, 2, axis=1)
    speed = 3 * lengths(first).max(axis=1)
    bend = 6 * lengths(second).max(axis=1)
    jerk = 6 * lengths(np.diff(points, 3, axis=1)[:, 0])
    # Bounds of the map's first to third derivative, from its polar form (R + y) exp(i x / R).
    stretch = np.maximum(1, np.abs(1 + points[..., 1] / radius).max(axis=1))
    turn = 1 / abs(radius)
    derivative = stretch * (jerk + 6 * speed * bend * turn + 2 * speed * speed * speed * turn * turn)
    # The cube root, rounded up.
    pieces: IntArray = 1 + np.searchsorted(_CUBES, derivative * (_REMAINDER / _TOLERANCE))
    return pieces


def _warp_curves(points: FloatArray, pieces: IntArray, radius: float) -> FloatArray:
    """Return the warped curves as parabolas: of each piece its first point and its control point, shape (2 n, 2)."""
    p0, p1, p2, p3 = (points[:, number] for number in range(4))
    coefficients = np.stack([p0, 3 * (p1 - p0), 3 * (p0 - 2 * p1 + p2), p3 - p0 + 3 * (p1 - p2)])
    which = np.repeat(np.arange(len(pieces)), pieces)
    step = 1 / pieces[which]
    begin = (np.arange(len(which)) - np.repeat(np.cumsum(pieces) - pieces, pieces)) * step
    d, c, b, a = coefficients[:, which]
    t = np.stack([begin, begin + step / 2, begin + step])[..., None]
    begins, middles, ends = _warp_points(((a * t + b) * t + c) * t + d, radius)
    warped = np.empty((2 * len(which), 2))
    # The middle of a parabola is halfway between its control point and the middle of its ends.
    warped[0::2], warped[1::2] = begins, 2 * middles - (begins + ends) / 2
    return warped


def _warp_points(points: FloatArray, radius: float) -> FloatArray:
    """Map points (x, y up, on the last axis) of a straight line to a circle through its origin."""
    turn, height = points[..., 0] / radius, radius + points[..., 1]
    # 1 - cos(t) = 2 sin(t/2)^2, which is exact for large circles, too.
    half = sines(turn / 2)
    return np.stack([height * sines(turn), points[..., 1] - 2 * height * half * half], axis=-1)
