"""The outlines of shapes, as paths around the middle of their box: mm, y up."""

import math
from collections.abc import Callable, Iterator

import pathops

from rendering.engine.outlines import without_conics
from rendering.engine.schema import Shape, Stroke

_ARCS = 8  # of an ellipse: cubics of an eighth are off it by a few millionths
_MITER = 10.0  # a corner sharper than 11° is cut off
_CAPS = {"butt": pathops.LineCap.BUTT_CAP, "round": pathops.LineCap.ROUND_CAP}
# From the bottom tip up the left side to the dip; mirrored for the right side. It fills the square from -1 to 1.
_HEART = (((0, -1),), ((-0.35, -0.55), (-1, -0.2), (-1, 0.35)), ((-1, 0.75), (-0.75, 1), (-0.47, 1)),
          ((-0.25, 1), (-0.08, 0.87), (0, 0.62)))  # fmt: skip


def path_of(shape: Shape) -> pathops.Path:
    """Return a shape's outline; a line's is open."""
    path = pathops.Path()
    pen = path.getPen()
    half_width, half_height = shape.box.width / 2, shape.box.height / 2
    if shape.shape == "line":
        pen.moveTo((-half_width, 0))
        pen.lineTo((half_width, 0))
        pen.endPath()
        return path
    _DRAWN[shape.shape](pen, shape, half_width, half_height)
    pen.closePath()
    return path


def stroked(path: pathops.Path, shape: Shape, stroke: Stroke) -> pathops.Path:
    """Return the outline of the line along a path."""
    join = pathops.LineJoin.ROUND_JOIN if shape.shape in {"ellipse", "heart"} else pathops.LineJoin.MITER_JOIN
    line = pathops.Path()
    line.addPath(path)
    # Skia's curves are exact to a fraction of a unit: what is small is drawn large.
    zoom = 2_000.0 / max(shape.box.width, shape.box.height, stroke.width)
    line = line.transform(zoom, 0, 0, zoom)
    dash = [length * zoom for length in stroke.dash] or None
    line.stroke(stroke.width * zoom, _CAPS[stroke.cap], join, _MITER, dash)
    return without_conics(line.transform(1 / zoom, 0, 0, 1 / zoom))


def dashes_in(shape: Shape) -> float:
    """Return about how many dashes a shape's stroke has, which is what drawing it costs."""
    stroke = shape.stroke
    if stroke is None or not stroke.dash:
        return 0.0
    return 2 * (shape.box.width + shape.box.height) / sum(stroke.dash) * len(stroke.dash) / 2


def _rectangle(pen: pathops.PathPen, shape: Shape, x: float, y: float) -> None:
    radius = min(shape.radius, x, y)
    if not radius:
        _polygon_of(pen, iter(((x, y), (-x, y), (-x, -y), (x, -y))))
        return
    pen.moveTo((x, y - radius))
    for number, (across, down) in enumerate(((1, 1), (-1, 1), (-1, -1), (1, -1))):
        center = (across * (x - radius), down * (y - radius))
        start = number * math.pi / 2
        pen.lineTo((center[0] + radius * math.cos(start), center[1] + radius * math.sin(start)))
        _arc(pen, center, (radius, radius), start, start + math.pi / 2)


def _ellipse(pen: pathops.PathPen, _shape: Shape, x: float, y: float) -> None:
    pen.moveTo((x, 0))
    _arc(pen, (0, 0), (x, y), 0, 2 * math.pi)


def _arc(
    pen: pathops.PathPen, center: tuple[float, float], radii: tuple[float, float], start: float, end: float
) -> None:
    """Go along an ellipse, by a cubic for each eighth of it."""
    steps = max(1, round((end - start) / (2 * math.pi / _ARCS)))
    step = (end - start) / steps
    reach = 4 / 3 * math.tan(step / 4)
    for number in range(steps):
        begin, until = start + number * step, start + (number + 1) * step
        (c0, s0), (c1, s1) = (math.cos(begin), math.sin(begin)), (math.cos(until), math.sin(until))
        unit = ((c0 - reach * s0, s0 + reach * c0), (c1 + reach * s1, s1 - reach * c1), (c1, s1))
        pen.curveTo(*((center[0] + radii[0] * u, center[1] + radii[1] * v) for u, v in unit))


def _polygon(pen: pathops.PathPen, shape: Shape, x: float, y: float) -> None:
    _fitted(pen, [_tip(number / shape.points) for number in range(shape.points)], x, y)


def _star(pen: pathops.PathPen, shape: Shape, x: float, y: float) -> None:
    tips = [_tip(number / (2 * shape.points)) for number in range(2 * shape.points)]
    corners = [(u, v) if not number % 2 else (u * shape.inner, v * shape.inner) for number, (u, v) in enumerate(tips)]
    _fitted(pen, corners, x, y)


def _tip(turn: float) -> tuple[float, float]:
    angle = 2 * math.pi * turn
    return math.sin(angle), math.cos(angle)


def _fitted(pen: pathops.PathPen, corners: list[tuple[float, float]], x: float, y: float) -> None:
    """Draw corners as large as the box."""
    us, vs = zip(*corners, strict=True)
    (left, right), (bottom, top) = (min(us), max(us)), (min(vs), max(vs))
    _polygon_of(
        pen,
        (
            ((2 * u - left - right) / (right - left) * x, (2 * v - bottom - top) / (top - bottom) * y)
            for u, v in corners
        ),
    )


def _polygon_of(pen: pathops.PathPen, corners: Iterator[tuple[float, float]]) -> None:
    pen.moveTo(next(corners))
    for corner in corners:
        pen.lineTo(corner)


def _heart(pen: pathops.PathPen, _shape: Shape, x: float, y: float) -> None:
    (start,), *left = _HEART
    pen.moveTo((start[0] * x, start[1] * y))
    for curve in left:
        pen.curveTo(*((u * x, v * y) for u, v in curve))
    ends = [start, *(curve[-1] for curve in left)]
    for number in range(len(left) - 1, -1, -1):
        first, second, _ = left[number]
        pen.curveTo(*((-u * x, v * y) for u, v in (second, first, ends[number])))


_DRAWN: dict[str, Callable[[pathops.PathPen, Shape, float, float], None]] = {
    "rectangle": _rectangle,
    "ellipse": _ellipse,
    "polygon": _polygon,
    "star": _star,
    "heart": _heart,
}
