"""Findings about QR codes: module size, quiet zone, contrast, position."""

from typing import Any

import pytest

from rendering.engine.values import Area
from rendering.gallery.pictures import BADGE, make_pictures
from rendering.tests.support.layers import AREA, WHITE, draw_layers


def code(side: float = 40, x: float = 10, **more: Any) -> dict[str, Any]:
    return {"type": "qr", "value": "1", **more, "box": {"x": x, "y": 10, "width": side, "height": side}}


def findings(
    layer: dict[str, Any], background: dict[str, Any] = WHITE, area: Area = AREA
) -> list[tuple[str, Any, Any]]:
    findings = draw_layers([layer], 100, background, make_pictures(), area).findings
    return [(finding.code, finding.measured, finding.required) for finding in findings]


def warnings(layer: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    return [found for found in findings(layer) if found[0] != "code_small_in_preview"]


def test_an_ordinary_code_has_no_finding() -> None:
    assert findings(code()) == []
    assert findings(code(background=None)) == []
    assert findings(code(background=None), {"type": "transparent"}) == []


def test_modules_too_small_to_print_are_a_finding() -> None:
    assert warnings(code(29 * 0.33)) == []  # 21 modules, and 4 of quiet zone on each side
    ((name, measured, required),) = warnings(code(29 * 0.32))
    assert (name, required) == ("code_too_small", 0.33)
    assert measured == pytest.approx(0.32, abs=1e-3)


def test_a_narrow_quiet_zone_is_a_finding() -> None:
    assert findings(code(quiet=3)) == [("quiet_zone", 3, 4)]


@pytest.mark.parametrize(("rotation", "over"), [(0, 10), (45, 18.29)])
def test_a_code_over_the_edge_is_a_finding(rotation: float, over: float) -> None:
    assert warnings(code(x=70, rotation=rotation)) == [("outside_trim", over, 0)]


@pytest.mark.parametrize(("rotation", "required"), [(0, 3), (90, 3), (45, 4)])
def test_a_code_too_small_in_a_thumbnail_is_a_finding(rotation: float, required: float) -> None:
    """250 px show the frame's longer side; a code of "1" has 29 modules with its margin."""
    small, large = 29 * required / 250 * 299, 29 * required / 250 * 301
    area = Area("front", 150, 300)
    found = {name: more for name, *more in findings(code(small, rotation=rotation), area=area)}
    measured, least = found["code_small_in_preview"]
    assert least - 0.02 <= measured < least == required
    assert "code_small_in_preview" not in dict(name[:2] for name in findings(code(large, rotation=rotation), area=area))


@pytest.mark.parametrize("value", ["1", "https://example.com/t/1", "x" * 100])
def test_too_large_a_logo_is_a_finding(value: str) -> None:
    def named(**logo: Any) -> list[str]:
        return [name for name, *_ in warnings(code(80, value=value, logo=logo))]

    assert named() == named(size=0.15) == named(size=0.22, asset=BADGE) == []
    assert named(size=0.3) == ["logo_too_large"]
    ((_, measured, required),) = warnings(code(80, value="1", logo={"size": 0.3}))
    assert 0.7 == required < measured < 1


def test_a_logo_that_hides_an_alignment_pattern_is_a_finding() -> None:
    """Of a code of 700 letters it hides little that cannot be repaired, but some readers lose their way."""
    assert warnings(code(90, value="x" * 700, logo={})) == [("logo_too_large", None, None)]


def test_a_logo_without_enough_pixels_is_a_finding() -> None:
    area = Area("front", 100, 100, min_dpi=700)
    ((name, measured, _),) = findings(code(80, logo={"asset": BADGE, "size": 0.25}), area=area)
    assert name == "low_resolution"
    assert measured == pytest.approx(635, rel=0.1)


def test_colors_without_contrast_are_a_finding() -> None:
    assert [name for name, *_ in findings(code(color="#DDDDDD"))] == ["low_contrast"]
    assert [name for name, *_ in findings(code(color="#FFFFFF", background="#000000"))] == ["light_on_dark"]
    assert [name for name, *_ in findings(code(background=None), {"type": "color", "color": "#303030"})] == [
        "low_contrast"
    ]


def test_a_finding_names_the_layer_also_inside_a_group() -> None:
    group = {"type": "group", "x": 90, "layers": [code()]}
    (finding,) = (found for found in draw_layers([code(), group], 100).findings if found.severity != "info")
    assert (finding.code, finding.layer, finding.placement) == ("outside_trim", 1, "front")
