"""Findings about shapes."""

from typing import Any

import pytest

from rendering.tests.support.layers import WHITE, draw_layers

RED = {"type": "color", "color": "#FF0000"}


def shape(x: float, y: float, width: float = 20, height: float = 20, **more: Any) -> dict[str, Any]:
    box = {"x": x, "y": y, "width": width, "height": height}
    return {"type": "shape", "shape": "rectangle", "box": box, "fill": RED, **more}


def findings(layer: dict[str, Any], background: dict[str, Any] = WHITE) -> list[tuple[str, float | None, float | None]]:
    findings = draw_layers([layer], 100, background).findings
    return [(finding.code, finding.measured, finding.required) for finding in findings]


def test_a_shape_over_the_edge_is_not_a_finding() -> None:
    assert findings(shape(-10, 90, 200, 200)) == []


@pytest.mark.parametrize(("x", "y"), [(-20, 10), (100, 10), (10, -20), (10, 100)])
def test_a_shape_outside_of_the_frame_is_a_finding(x: float, y: float) -> None:
    assert findings(shape(x, y)) == [("outside_trim", None, None)]
    # Its stroke reaches into the frame.
    assert findings(shape(x, y, stroke={"width": 1, "color": "#000000"})) == []
