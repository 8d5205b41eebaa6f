"""Outlines of glyphs as arrays, for arithmetic on whole lines; each is made once and kept by its face."""

from collections.abc import Sequence

import numpy as np
import pathops

from rendering.engine.geometry.bezier import Curves, FloatArray, IntArray
from rendering.engine.geometry.trigonometry import lengths
from rendering.engine.text.face import Face

SAMPLE_STEP = 0.02  # ems between two points of a sampled outline, at most
_CURVES_KEPT = 256  # outlines per face; one has a few KB
_ARC_CONTROL = 0.5523  # of a quarter of an ellipse as a cubic curve: length of its handles, in radii


def get_curves(face: Face, glyph: int) -> Curves:
    """Return a glyph's outline in font units, y up.

    Of a colour glyph, whose outline is not known, the ellipse in the rectangle of its ink.
    """
    curves = face.curves.get(glyph)
    if curves is None:
        path = _draw_ellipse(face, glyph) if face.has_color_glyphs else face.get_outline(glyph)
        if len(face.curves) >= _CURVES_KEPT:
            face.curves.clear()
        curves = face.curves[glyph] = Curves.from_path(path, 1.0)
    return curves


def _draw_ellipse(face: Face, glyph: int) -> pathops.Path:
    path = pathops.Path()
    if ink := face.measure_ink(glyph):
        (x, y), across, up = (ink.center[0], -ink.center[1]), ink.width / 2, ink.height / 2
        path.moveTo(x + across, y)
        for cos, sin in ((1, 0), (0, 1), (-1, 0), (0, -1)):
            handles = ((cos, sin), (-sin, cos)), ((-sin, cos), (cos, sin))
            (a, b), (c, d) = ((one[0] + k[0] * _ARC_CONTROL, one[1] + k[1] * _ARC_CONTROL) for one, k in handles)
            path.cubicTo(x + a * across, y + b * up, x + c * across, y + d * up, x - sin * across, y + cos * up)
        path.close()
    return path


def sample_outlines(glyphs: Sequence[tuple[Face, int]]) -> tuple[FloatArray, IntArray]:
    """Return points of glyphs' outlines, shape (n, 2), in ems with y up, and how many of them each glyph has.

    They are at most SAMPLE_STEP apart.
    """
    outlines = [get_curves(face, glyph).points[:, :, :2] / face.upem for face, glyph in glyphs]
    owners = np.repeat(np.arange(len(glyphs)), [len(curves) for curves in outlines])
    points = np.concatenate(outlines)
    sides = np.diff(points, axis=1)
    # A curve's speed is at most three times the longest side of its control polygon.
    speed = 3 * lengths(sides).max(axis=1, initial=0)
    count = np.maximum(np.ceil(speed / SAMPLE_STEP), 1).astype(np.int64)
    which = np.repeat(np.arange(len(count)), count)
    t = ((np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count)) / count[which])[:, None]
    p0, p1, p2, p3 = (points[:, number] for number in range(4))
    c, b, a = (3 * (p1 - p0))[which], (3 * (p0 - 2 * p1 + p2))[which], (p3 - p0 + 3 * (p1 - p2))[which]
    return ((a * t + b) * t + c) * t + p0[which], np.bincount(owners[which], minlength=len(glyphs))
