"""The exact ink of an outline: curves are bounded by their extrema, not by their control points."""

import math
from itertools import pairwise
from typing import Any

import numpy as np
import uharfbuzz as hb
from numpy.typing import NDArray

from rendering.engine.geometry import Box

Points = NDArray[np.float64]
SAMPLES = 16  # of a curve


class InkRecorder:
    """Collects the points that bound an outline: segment ends and the extrema of curves."""

    def __init__(self) -> None:
        self._xs: list[float] = []
        self._ys: list[float] = []
        self._at = (0.0, 0.0)

    def draw(self, font: hb.Font, glyph: int) -> None:
        """Take in one glyph of a font, in font units."""
        font.draw_glyph(glyph, _FUNCS, self)

    def box(self) -> Box | None:
        """Return the bounds of all that was drawn, or None if that was nothing."""
        if not self._xs:
            return None
        return Box(min(self._xs), min(self._ys), max(self._xs), max(self._ys))

    def move(self, x: float, y: float) -> None:
        """Begin a contour; a lone move leaves no ink."""
        self._at = (x, y)

    def curve(self, *points: tuple[float, float]) -> None:
        """Add a line, quadratic or cubic segment from the current point, ending at the last of `points`."""
        control = (self._at, *points)
        for axis, seen in enumerate((self._xs, self._ys)):
            seen.extend((control[0][axis], control[-1][axis]))
            seen.extend(_extrema([point[axis] for point in control]))
        self._at = points[-1]


class _PointRecorder:
    """Collects points all along an outline."""

    def __init__(self) -> None:
        self.points: list[tuple[float, float]] = []
        self._at = (0.0, 0.0)

    def move(self, x: float, y: float) -> None:
        self._at = (x, y)

    def curve(self, *points: tuple[float, float]) -> None:
        control = (self._at, *points)
        if len(control) == 2:
            self.points.extend(control)
        else:
            xs, ys = zip(*control, strict=True)
            steps = (step / SAMPLES for step in range(SAMPLES + 1))
            self.points.extend((_point(list(xs), step), _point(list(ys), step)) for step in steps)
        self._at = points[-1]


def sampled(font: hb.Font, glyph: int) -> Points | None:
    """Return points along a glyph's outline, (n, 2) in font units: of each curve SAMPLES + 1, of each line its ends.

    Their bounds in any direction are the outline's to within a thousandth of a curve's length.
    """
    recorder = _PointRecorder()
    font.draw_glyph(glyph, _FUNCS, recorder)
    return np.array(recorder.points) if recorder.points else None


def _extrema(p: list[float]) -> list[float]:
    """Return a Bezier curve's values at the zeros of its derivative inside (0, 1)."""
    if len(p) < 3 or (min(p[0], p[-1]) <= min(p[1:-1]) and max(p[1:-1]) <= max(p[0], p[-1])):
        return []  # a curve lies in the hull of its points: nothing reaches past the ends
    if len(p) == 3:
        zeros = _roots(0.0, p[0] - 2 * p[1] + p[2], p[1] - p[0])
    else:
        zeros = _roots(p[3] - 3 * p[2] + 3 * p[1] - p[0], 2 * (p[2] - 2 * p[1] + p[0]), p[1] - p[0])
    return [_point(p, t) for t in zeros if 0 < t < 1]


def _roots(a: float, b: float, c: float) -> list[float]:
    """Return the real roots of a t² + b t + c."""
    if a == 0:
        return [] if b == 0 else [-c / b]
    square = b * b - 4 * a * c
    if square < 0:
        return []
    # The textbook formula cancels where a is tiny; this form does not.
    q = -(b + math.copysign(math.sqrt(square), b)) / 2
    return [q / a, c / q] if q else [0.0]


def _point(p: list[float], t: float) -> float:
    """Return a Bezier curve's value at t by de Casteljau's construction."""
    while len(p) > 1:
        p = [a + (b - a) * t for a, b in pairwise(p)]
    return p[0]


def _move(x: float, y: float, recorder: Any) -> None:
    recorder.move(x, y)


def _line(x: float, y: float, recorder: Any) -> None:
    recorder.curve((x, y))


def _quadratic(x1: float, y1: float, x: float, y: float, recorder: Any) -> None:
    recorder.curve((x1, y1), (x, y))


def _cubic(*given: Any) -> None:
    x1, y1, x2, y2, x, y, recorder = given
    recorder.curve((x1, y1), (x2, y2), (x, y))


def _functions() -> hb.DrawFuncs:
    functions = hb.DrawFuncs()
    functions.set_move_to_func(_move)
    functions.set_line_to_func(_line)
    functions.set_quadratic_to_func(_quadratic)
    functions.set_cubic_to_func(_cubic)
    return functions


_FUNCS = _functions()
