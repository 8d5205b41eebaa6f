"""Findings about QR codes: module size, quiet zone, contrast, position."""

from typing import Any

import pytest

from rendering.tests.support.layers import WHITE, draw_layers


def code(side: float = 40, x: float = 10, **more: Any) -> dict[str, Any]:
    return {"type": "qr", "value": "1", "box": {"x": x, "y": 10, "width": side, "height": side}, **more}


def findings(layer: dict[str, Any], background: dict[str, Any] = WHITE) -> list[tuple[str, float | None, float | None]]:
    findings = draw_layers([layer], 100, background).findings
    return [(finding.code, finding.measured, finding.required) for finding in findings]


def test_an_ordinary_code_has_no_finding() -> None:
    assert findings(code()) == []
    assert findings(code(background=None)) == []
    assert findings(code(background=None), {"type": "transparent"}) == []


def test_modules_too_small_to_print_are_a_finding() -> None:
    assert findings(code(29 * 0.33)) == []  # 21 modules, and 4 of quiet zone on each side
    ((name, measured, required),) = findings(code(29 * 0.32))
    assert (name, required) == ("module_too_small", 0.33)
    assert measured == pytest.approx(0.32, abs=1e-3)


def test_a_narrow_quiet_zone_is_a_finding() -> None:
    assert findings(code(quiet=3)) == [("quiet_zone", 3, 4)]


@pytest.mark.parametrize(("rotation", "over"), [(0, 10), (45, 18.29)])
def test_a_code_over_the_edge_is_a_finding(rotation: float, over: float) -> None:
    assert findings(code(x=70, rotation=rotation)) == [("off_canvas", over, 0)]


def test_colors_without_contrast_are_a_finding() -> None:
    assert [name for name, *_ in findings(code(color="#DDDDDD"))] == ["low_contrast"]
    assert [name for name, *_ in findings(code(color="#FFFFFF", background="#000000"))] == ["light_on_dark"]
    assert [name for name, *_ in findings(code(background=None), {"type": "color", "color": "#303030"})] == [
        "low_contrast"
    ]


def test_a_finding_names_the_layer_also_inside_a_group() -> None:
    group = {"type": "group", "x": 90, "layers": [code()]}
    (finding,) = draw_layers([code(), group], 100).findings
    assert (finding.code, finding.layer, finding.placement) == ("off_canvas", 1, "front")
