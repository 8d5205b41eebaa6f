"""Findings about what is printed: colours on the product, transparency, gamut, codes; and values that cure them."""

from dataclasses import replace
from typing import Any

import pytest

from rendering.engine.values import Area, Finding, Technique
from rendering.tests.support.layers import AREA, WHITE, draw_layers
from rendering.tests.support.visible_layers import (
    BUSY_ASSET,
    CLEAR,
    Layer,
    box,
    code,
    gradient,
    group,
    image,
    make_photos,
    plate,
    shadow,
    solid,
    text,
)

DTG = replace(AREA, technique=Technique("dtg", semi_transparency=False))
CLEAR_INKS = replace(AREA, technique=Technique("sublimation", white_ink=False, shows_product=True))
OFFSET = replace(AREA, technique=Technique("offset", max_ink=300))
BLURRED = replace(AREA, technique=Technique("dtg", min_module_mm=0.5, blur_mm=0.3))
SMALL_CODE = code(box=box(20, 20, 12, 12))

# Name, layers, background, area, product colour, the finding and its layer, and whether a value cures it.
FAULTS: list[tuple[str, list[Layer], dict[str, Any], Area, str | None, str, int | None, bool]] = [
    ("white text on a white product", [text("#FFFFFF")], CLEAR, AREA, "#FFFFFF", "invisible_on_product", 0, True),
    ("black text on a black product", [text()], CLEAR, AREA, "#0A0A0A", "invisible_on_product", 0, True),
    ("white without white ink", [text("#FFFFFF")], CLEAR, CLEAR_INKS, "#F0C0C0", "invisible_on_product", 0, True),
    ("black ink on black", [text()], WHITE, CLEAR_INKS, "#000000", "invisible_on_product", 0, False),
    ("blue that is seen on red as black", [text("#00A0FF")], CLEAR, CLEAR_INKS, "#400000", "low_contrast", 0, False),
    ("a white shape on white", [plate("#FFFFFF")], CLEAR, AREA, "#FFFFFF", "invisible_on_product", 0, True),
    ("a black code on black", [code(background=None)], CLEAR, AREA, "#101010", "invisible_on_product", 0, True),
    ("grey text on white", [text("#BBBBBB")], WHITE, AREA, None, "low_contrast", 0, True),
    ("a grey code", [code(color="#D0D0D0")], WHITE, AREA, None, "low_contrast", 0, True),
    ("a text of opacity 0", [text(opacity=0)], WHITE, AREA, None, "no_ink", 0, True),
    (
        "a half covered code",
        [code(), plate("#CC3333", box(50, 0, 50, 100))],
        WHITE,
        AREA,
        None,
        "code_covered",
        0,
        False,
    ),
    ("a faded text", [text(opacity=0.6)], CLEAR, DTG, None, "semi_transparent", 0, True),
    ("a soft shadow", [text(shadow=shadow(blur=2, opacity=1))], CLEAR, DTG, None, "semi_transparent", 0, True),
    ("a faded group", [group(text(), opacity=0.5)], CLEAR, DTG, None, "semi_transparent", 0, True),
    ("pure green", [plate("#00FF00")], WHITE, OFFSET, None, "color_out_of_gamut", 0, True),
    ("a pure blue background", [text("#FFFFFF")], solid("#0000FF"), OFFSET, None, "color_out_of_gamut", None, True),
    ("a code of small modules", [SMALL_CODE], WHITE, BLURRED, None, "code_too_small", 0, True),
    ("a code that ink blurs", [SMALL_CODE], WHITE, BLURRED, None, "code_unreadable", 0, True),
    ("a narrow margin", [code(quiet=1)], WHITE, AREA, None, "quiet_zone", 0, True),
]

CLEAN: list[tuple[str, list[Layer], dict[str, Any], Area, str | None]] = [
    ("white on navy", [text("#FFFFFF")], CLEAR, DTG, "#1F2A44"),
    ("a white plate under a code", [plate("#FFFFFF", box(10, 10, 80, 80)), code()], CLEAR, DTG, "#FFFFFF"),
    ("a faded text on a plate", [plate("#FFFFFF", box(0, 0, 100, 100)), text(opacity=0.8)], CLEAR, DTG, "#1F2A44"),
    ("a faded text on a background", [text(opacity=0.8)], WHITE, DTG, None),
    ("a hard shadow", [text(shadow=shadow("#FF0000", blur=0, opacity=1))], CLEAR, DTG, "#FFFFFF"),
    ("a faded text where that prints well", [text(opacity=0.8)], CLEAR, AREA, "#FFFFFF"),
    ("white on dark without white ink", [text("#FFFFFF")], solid("#202020"), CLEAR_INKS, "#FFFFFF"),
    ("printable colours", [plate("#C1121F"), text("#FFFFFF")], WHITE, OFFSET, None),
    ("a printable gradient", [plate(), text("#FFFFFF")], gradient("#333333", "#C1121F"), OFFSET, None),
    ("a large code", [code()], WHITE, BLURRED, "#FFFFFF"),
    ("a photo", [image(BUSY_ASSET)], CLEAR, OFFSET, "#FFFFFF"),
]
OTHERS = {"low_resolution", "code_small_in_preview", "text_shrunk", "outside_trim", "outside_safe_zone", "no_bleed"}


def _find(layers: list[Layer], background: dict[str, Any], area: Area, product: str | None) -> list[Finding]:
    drawing = draw_layers(layers, 60, background, make_photos(), area, product)
    return [finding for finding in drawing.findings if finding.code not in OTHERS]


def _apply(fix: Any, layers: list[Layer], background: dict[str, Any]) -> tuple[list[Layer], dict[str, Any]]:
    """Return layers and background with the value at a JSON Pointer replaced."""
    placement: dict[str, Any] = {"layers": [_copy(layer) for layer in layers], "background": _copy(background)}
    *steps, last = fix.path.removeprefix("/placements/front/").split("/")
    target: Any = placement
    for step in steps:
        target = target[int(step) if isinstance(target, list) else step]
    target[int(last) if isinstance(target, list) else last] = fix.value
    return placement["layers"], placement["background"]


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copy(item) for key, item in value.items()}
    return [_copy(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize(
    ("layers", "background", "area", "product", "wanted", "layer", "curable"),
    [fault[1:] for fault in FAULTS],
    ids=[fault[0] for fault in FAULTS],
)
def test_a_fault_is_found_at_its_layer_and_cured_by_its_fix(
    layers: list[Layer],
    background: dict[str, Any],
    area: Area,
    product: str | None,
    wanted: str,
    layer: int | None,
    curable: bool,
) -> None:
    findings = _find(layers, background, area, product)
    (found,) = [finding for finding in findings if finding.code == wanted]
    assert found.layer == layer
    assert (found.box is not None) == (layer is not None)
    assert found.message
    assert found.operator_message
    assert (found.fix is not None) == curable
    if found.fix:
        cured = _find(*_apply(found.fix, layers, background), area, product)
        assert wanted not in {each.code for each in cured}
        assert {each.code for each in cured} <= {each.code for each in findings}


@pytest.mark.parametrize(
    ("layers", "background", "area", "product"), [clean[1:] for clean in CLEAN], ids=[clean[0] for clean in CLEAN]
)
def test_what_prints_well_is_no_finding(
    layers: list[Layer], background: dict[str, Any], area: Area, product: str | None
) -> None:
    assert [finding.code for finding in _find(layers, background, area, product)] == []


def test_the_product_shows_through_clear_inks_only() -> None:
    layers = [text("#FFFFFF")]
    opaque = replace(AREA, technique=Technique("dtf"))
    assert _find(layers, CLEAR, opaque, "#303030") == []
    assert [each.code for each in _find(layers, CLEAR, CLEAR_INKS, "#303030")] == ["invisible_on_product"]


def test_a_measured_difference_of_color_is_that_of_the_product() -> None:
    (found,) = _find([text("#FFFFFF")], CLEAR, AREA, "#F5F5F5")
    assert found.code == "invisible_on_product"
    assert found.measured == pytest.approx(2.2, abs=0.3)
    assert found.required == 6.0
