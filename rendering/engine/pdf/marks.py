"""Crop and registration marks, on all plates, outside of the bleed."""

from collections.abc import Sequence

from rendering.engine.pdf.content import Content
from rendering.engine.pdf.objects import format_number
from rendering.engine.schema.units import POINT_MM

SLUG_MM = 10.0  # around the bleed, for the marks
_GAP, _RADIUS, _CROSS = 1.0, 1.5, 2.4  # mm
_LINE_WIDTH = 0.25 * POINT_MM  # mm; a quarter of a point is usual
_ARC = 0.5523  # of a quarter of a circle as a cubic curve: length of its handles, in radii


def write_marks(content: Content, width: float, height: float, bleed: float, folds: Sequence[float] = ()) -> str:
    """Return the operators that draw the marks of a trim of `width` × `height` mm; `folds` are dashed."""
    name = content.add_resource("ColorSpace", content.add_separation("All", (1.0, 1.0, 1.0, 1.0)))
    near, far = bleed + _GAP, bleed + SLUG_MM - 2 * _GAP
    lines = [
        _line((x + across * near, y), (x + across * far, y)) + _line((x, y + down * near), (x, y + down * far))
        for x, across in ((0.0, -1), (width, 1))
        for y, down in ((0.0, -1), (height, 1))
    ]
    middle = (near + far) / 2
    for x, y in (
        (width / 2, -middle),
        (width / 2, height + middle),
        (-middle, height / 2),
        (width + middle, height / 2),
    ):
        lines.append(_line((x - _CROSS, y), (x + _CROSS, y)) + _line((x, y - _CROSS), (x, y + _CROSS)) + _circle(x, y))
    drawn = "\n".join([*lines, "S"])
    if folds:
        dashed = (_line((x, -near), (x, -far)) + _line((x, height + near), (x, height + far)) for x in folds)
        drawn = "\n".join([drawn, "[1 1] 0 d", *dashed, "S"])
    return f"q /{name} CS 1 SCN {format_number(_LINE_WIDTH)} w\n{drawn} Q"


def _line(begin: tuple[float, float], end: tuple[float, float]) -> str:
    return f"{_point(*begin)} m {_point(*end)} l "


def _point(x: float, y: float) -> str:
    return f"{format_number(x)} {format_number(y)}"


def _circle(x: float, y: float) -> str:
    r, k = _RADIUS, _RADIUS * _ARC
    arcs = ((r, k, k, r, 0.0, r), (-k, r, -r, k, -r, 0.0), (-r, -k, -k, -r, 0.0, -r), (k, -r, r, -k, r, 0.0))
    curves = " ".join(
        f"{_point(x + a, y + b)} {_point(x + c, y + d)} {_point(x + e, y + f)} c" for a, b, c, d, e, f in arcs
    )
    return f"{_point(x + r, y)} m {curves}"
