"""Every number of a design may be as small as floats can be: it is refused or drawn, and never breaks the engine."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest

from rendering.engine.validation.problems import SpecError
from rendering.engine.values import Area, Output
from rendering.fonts.catalogue import installed_fonts
from rendering.fonts.fallbacks import fallback_fonts
from rendering.tests.support.drawing import draw
from rendering.tests.support.drawings import LENIENT_RULES

TINY = (5e-324, -5e-324, 1e-160, 1e-12)  # the first two are the smallest that a float can hold
AREA = Area("front", 100, 80)
OUTPUT = Output("preview.png", "preview", "png", 40)
STOPS = [{"offset": 0.1, "color": "#FF0000"}, {"offset": 0.9, "color": "#00FF00"}]
STROKE = {"width": 1, "color": "#000000", "dash": [2, 3]}
RED = {"type": "color", "color": "#FF0000"}


def box() -> dict[str, float]:
    return {"x": 10, "y": 10, "width": 80, "height": 60}


def text(**values: Any) -> dict[str, Any]:
    return {"type": "text", "text": "Ab cd ef gh", "font": "Pacifico-Regular", "size": 20, "box": box(), **values}


def shape(kind: str, **values: Any) -> dict[str, Any]:
    return {"type": "shape", "shape": kind, "box": box(), **values}


OUTLINE, SHADOW = {"width": 1, "color": "#FF0000"}, {"x": 1, "y": 1, "blur": 1, "opacity": 0.5}
LAYERS: dict[str, dict[str, Any]] = {
    "text": text(
        fit="shrink", min_size=1, line_height=1.3, letter_spacing=0.1, rotation=10, opacity=0.5, outline=OUTLINE,
        shadow=SHADOW,
    ),
    "wrapped": text(fit="wrap_shrink", min_size=1, letter_spacing=0.1),
    "cut": text(fit="ellipsis", letter_spacing=0.1),
    "arc": text(arc=40, letter_spacing=0.1, outline=OUTLINE),
    "rigid arc": text(arc=40, font="Roboto-Regular", letter_spacing=0.1),
    "radius": text(radius=40),
    "circle": text(path={"type": "circle", "radius": 30, "angle": 10, "span": 200}),
    "axes": text(font="Roboto-Regular", axes={"wght": 400}),
    "star": shape("star", inner=0.5, rotation=5, fill={"type": "linear", "angle": 30, "stops": STOPS}, stroke=STROKE),
    "rectangle": shape("rectangle", radius=5, fill={"type": "radial", "x": 0.5, "y": 0.5, "stops": STOPS}),
    "ellipse": shape("ellipse", stroke={**STROKE, "cap": "round"}),
    "line": shape("line", stroke=STROKE),
    "heart": shape("heart", fill=RED),
    "code": {"type": "qr", "value": "hello", "box": box(), "rotation": 3, "logo": {"size": 0.2}},
    "group": {"type": "group", "x": 1, "y": 1, "center": {"x": 5, "y": 5}, "rotation": 5, "layers": [text()]},
}  # fmt: skip


def find_numbers(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from find_numbers(inner, (*path, name))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from find_numbers(inner, (*path, index))
    elif isinstance(value, int | float):
        yield path


def with_number(layer: dict[str, Any], path: tuple[Any, ...], number: float) -> dict[str, Any]:
    changed: Any = deepcopy(layer)
    inner = changed
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = number
    return {"version": 1, "placements": {"front": {"layers": [changed]}}}


@pytest.mark.parametrize("layer", LAYERS.values(), ids=LAYERS)
def test_tiny_numbers_are_refused_or_drawn(layer: dict[str, Any]) -> None:
    outcomes = {outcome(with_number(layer, path, number)) for path in find_numbers(layer) for number in TINY}
    assert outcomes == {"drawn", "refused"}


def outcome(design_data: dict[str, Any]) -> str:
    try:
        draw(design_data, LENIENT_RULES, installed_fonts(), [OUTPUT], areas=[AREA], fallbacks=fallback_fonts())
    except SpecError:
        return "refused"
    return "drawn"
