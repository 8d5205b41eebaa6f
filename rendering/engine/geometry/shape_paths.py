"""The outlines of shapes and of their strokes, in mm, with y down from the centre of the shape's box."""

import functools
import math
from collections.abc import Sequence
from typing import TypeAlias

import pathops

from rendering.engine.geometry.bezier import PATH_UNITS, Curves
from rendering.engine.geometry.trigonometry import cos_sin
from rendering.engine.schema import Shape
from rendering.engine.schema.shape import Stroke

MITER_LIMIT = 4.0  # half-widths that a stroke's corner may reach out by; if one would reach farther, all are round
_KEPT = 256  # outlines: those of a design that somebody is editing are asked for again and again
_MIN_SIZE = 1e-9  # mm, and a fraction of a shape's size: what is smaller is not drawn
_CAPS = {"butt": pathops.LineCap.BUTT_CAP, "round": pathops.LineCap.ROUND_CAP}
# The right half of a heart in a square from -1 to 1, from the notch to the tip: cubic curves that end at its extremes.
_NOTCH = (0.0, -0.52)
_HEART = (
    ((0.10, -0.82), (0.27, -1.0), (0.52, -1.0)),
    ((0.80, -1.0), (1.0, -0.77), (1.0, -0.44)),
    ((1.0, 0.10), (0.45, 0.50), (0.0, 1.0)),
)

Vertex: TypeAlias = tuple[float, float]


@functools.lru_cache(_KEPT)
def outline_fill(shape: Shape) -> Curves | None:
    """Return the outline of a shape's area, mm; None for a line, which has none."""
    if shape.shape == "line":
        return None
    unit = max(shape.box.width, shape.box.height, _MIN_SIZE) / PATH_UNITS
    return Curves.from_path(_build_path(shape, unit), unit)


@functools.lru_cache(_KEPT)
def outline_stroke(shape: Shape, stroke: Stroke) -> Curves | None:
    """Return the outline of a shape's stroke, mm; None for a stroke too thin to be seen."""
    size = max(shape.box.width, shape.box.height, stroke.width, _MIN_SIZE)
    if stroke.width < size * _MIN_SIZE:
        return None
    unit = size / PATH_UNITS
    path = _build_path(shape, unit)
    join = pathops.LineJoin.MITER_JOIN if _miter_ratio(shape) <= MITER_LIMIT else pathops.LineJoin.ROUND_JOIN
    path.stroke(
        stroke.width / unit, _CAPS[stroke.cap], join, MITER_LIMIT, [length / unit for length in stroke.dash] or None
    )
    return Curves.from_path(path, unit)


def measure_edge(shape: Shape) -> float:
    """Return the length of a shape's edge, mm, or a little more."""
    width, height = shape.box.width, shape.box.height
    if shape.shape == "line":
        return width
    if shape.shape in {"polygon", "star"}:
        corners = _polygon_corners(shape)
        return sum(math.dist(one, other) for one, other in zip(corners, corners[1:] + corners[:1], strict=True))
    return 2 * (width + height)


def _build_path(shape: Shape, unit: float) -> pathops.Path:
    """Return a shape's outline as a path; `unit` is mm per unit of the path."""
    path, x, y = pathops.Path(), shape.box.width / unit / 2, shape.box.height / unit / 2
    if shape.shape == "line":
        path.moveTo(-x, 0)
        path.lineTo(x, 0)
    elif shape.shape == "ellipse":
        _add_rounded_rectangle(path, x, y, x, y)
    elif shape.shape == "rectangle":
        radius = min(shape.radius / unit, x, y)
        _add_rounded_rectangle(path, x, y, radius, radius)
    elif shape.shape == "heart":
        _add_heart(path, x, y)
    else:
        _add_polygon(path, [(across / unit, down / unit) for across, down in _polygon_corners(shape)])
    return path


def _polygon_corners(shape: Shape) -> list[Vertex]:
    """Return the corners of a polygon or star, mm: of a regular one, stretched to fill its box."""
    reaches = (1.0, shape.inner) if shape.shape == "star" else (1.0,)
    count = shape.points * len(reaches)
    corners = []
    for number in range(count):
        turn, reach = math.tau * number / count, reaches[number % len(reaches)]
        cos, sin = cos_sin(turn)
        corners.append((reach * sin, -reach * cos))
    (left, right), (top, bottom) = ((min(side), max(side)) for side in zip(*corners, strict=True))
    across, down = shape.box.width / (right - left), shape.box.height / (bottom - top)
    return [((x - (left + right) / 2) * across, (y - (top + bottom) / 2) * down) for x, y in corners]


def _add_polygon(path: pathops.Path, corners: Sequence[Vertex]) -> None:
    path.moveTo(*corners[0])
    for corner in corners[1:]:
        path.lineTo(*corner)
    path.close()


def _add_rounded_rectangle(path: pathops.Path, x: float, y: float, across: float, down: float) -> None:
    """Add the rectangle from (-x, -y) to (x, y), clockwise from its top left; corners are quarters of ellipses."""
    if not across or not down:
        _add_polygon(path, [(-x, -y), (x, -y), (x, y), (-x, y)])
        return
    path.moveTo(across - x, -y)
    for right, low, swapped in ((1, -1, True), (1, 1, False), (-1, 1, True), (-1, -1, False)):
        along, aside = (right * (x - across), low * y), (right * x, low * (y - down))
        # An arc begins on the side before its corner and ends on the side after it.
        path.lineTo(*(along if swapped else aside))
        path.arcTo(across, down, 0, pathops.ArcSize.SMALL, pathops.Direction.CW, *(aside if swapped else along))
    path.close()


def _add_heart(path: pathops.Path, x: float, y: float) -> None:
    """Add a heart: its right half from the notch to the tip, then the mirrored curves back."""
    path.moveTo(_NOTCH[0] * x, _NOTCH[1] * y)
    for curve in _HEART:
        path.cubicTo(*(value for across, down in curve for value in (across * x, down * y)))
    begins = [_NOTCH, *(curve[2] for curve in _HEART[:-1])]
    for (one, two, _), begin in zip(reversed(_HEART), reversed(begins), strict=True):
        path.cubicTo(*(value for across, down in (two, one, begin) for value in (-across * x, down * y)))
    path.close()


def _miter_ratio(shape: Shape) -> float:
    """Return how far the stroke of a shape's sharpest corner reaches out, in half-widths of the stroke."""
    if shape.shape not in {"polygon", "star"}:
        return 1.0
    corners = _polygon_corners(shape)
    farthest = 1.0
    for before, here, after in zip(corners[-1:] + corners[:-1], corners, corners[1:] + corners[:1], strict=True):
        # Half of the distance of two points on the unit circle is the sine of half the angle between them.
        sin = math.dist(_find_direction(here, before), _find_direction(here, after)) / 2
        farthest = max(farthest, 1 / max(_MIN_SIZE, sin))
    return farthest


def _find_direction(here: Vertex, there: Vertex) -> Vertex:
    length = math.dist(here, there)
    return ((there[0] - here[0]) / length, (there[1] - here[1]) / length) if length else (1.0, 0.0)
