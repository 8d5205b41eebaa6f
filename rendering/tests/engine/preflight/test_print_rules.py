"""Findings by the rules of a print area and its technique: measured rightly, and cured by their fixes."""

from dataclasses import replace
from typing import Any

import pytest

from rendering.engine.values import Area, Finding, Technique
from rendering.fonts.catalogue import installed_fonts
from rendering.tests.support.drawing import draw
from rendering.tests.support.drawings import CLEAR, LENIENT_RULES, long_form
from rendering.tests.support.preflight import apply_fix, inspect

GARMENT = Area("front", 300, 400, safe_mm=10)
CARD = Area("front", 148, 105, bleed_mm=3, safe_mm=4)
STICKER = Area(
    "front",
    80,
    80,
    bleed_mm=1,
    safe_mm=3,
    outline="M40 0 C62 0 80 18 80 40 C80 62 62 80 40 80 C18 80 0 62 0 40 C0 18 18 0 40 0 Z",
)
SCREEN = replace(GARMENT, safe_mm=0, technique=Technique("screen", min_line_mm=0.5, min_gap_mm=0.6, min_text_mm=3))


def box(x: float, y: float, width: float, height: float) -> dict[str, float]:
    return {"x": x, "y": y, "width": width, "height": height}


def shape(kind: str, **fields: Any) -> dict[str, Any]:
    return {"type": "shape", "shape": kind, "box": box(100, 150, 80, 40), **fields}


def text(words: str = "Ada", size: float = 20, **fields: Any) -> dict[str, Any]:
    layer = {"type": "text", "text": words, "font": "Roboto-Regular", "size": size, "color": "#000000", "fit": "none"}
    return {**layer, "box": box(100, 100, 100, 60), **fields}


def code(x: float, y: float, side: float, **fields: Any) -> dict[str, Any]:
    return {
        "type": "qr",
        "value": "https://example.org",
        "box": box(x, y, side, side),
        "background": "#FFFFFF",
    } | fields


def rectangle(x: float, y: float, width: float, height: float, **fields: Any) -> dict[str, Any]:
    return shape("rectangle", fill={"type": "color", "color": "#FF0000"}, box=box(x, y, width, height), **fields)


CASES: dict[str, tuple[str, Area, dict[str, Any], float | None, float | None]] = {
    # code, area, layer, measured, required
    "a code near the edge": ("outside_safe_zone", GARMENT, code(4, 50, 40), 4, 10),
    "a code over the edge": ("outside_trim", GARMENT, code(-5, 50, 40), 5, 0),
    "a code over the bottom edge": ("outside_trim", GARMENT, code(50, 380, 40), 20, 0),
    "a code across the cut": ("cut_through", CARD, code(120, 30, 40), 12, 0),
    "a code at the round edge of a sticker": ("cut_through", STICKER, code(10, 10, 30), 2.475, 0),
    "a text near the edge": ("outside_safe_zone", GARMENT, text(box=box(2, 100, 100, 60), align="left"), 2, 10),
    "a stroke": ("thin_line", SCREEN, shape("line", stroke={"width": 0.2, "color": "#000000"}), 0.2, 0.5),
    "a bar": ("thin_line", SCREEN, rectangle(20, 20, 80, 0.3), 0.3, 0.5),
    "an outline of a text": (
        "thin_line",
        SCREEN,
        text(size=40, outline={"width": 0.1, "color": "#FF0000"}),
        0.1,
        0.5,
    ),
    "gaps between dashes": (
        "thin_gap",
        SCREEN,
        shape("line", stroke={"width": 1, "color": "#000000", "dash": [3, 0.4]}),
        0.4,
        0.6,
    ),
    # Roboto: an x is 1082 of 2048 units high.
    "a small text": ("small_text", SCREEN, text("xenon", size=5), 2.64, 3),
    "art that ends at the trim": ("no_bleed", CARD, rectangle(0, 0, 148, 105), 0, 3),
    "art that ends within the bleed": ("no_bleed", CARD, rectangle(-1, 20, 60, 40), 1, 3),
}


def find(data: dict[str, Any], area: Area, wanted: str) -> Finding:
    (found,) = (finding for finding in inspect(data, area) if finding.code == wanted)
    return found


@pytest.mark.parametrize(("wanted", "area", "layer", "measured", "required"), CASES.values(), ids=CASES)
def test_a_fault_is_measured_and_its_fix_cures_it(
    wanted: str, area: Area, layer: dict[str, Any], measured: float, required: float
) -> None:
    data = long_form(layer)
    found = find(data, area, wanted)
    assert (found.layer, found.placement, found.required) == (0, "front", required)
    assert found.measured == pytest.approx(measured, abs=0.03)
    assert found.box is not None
    assert found.operator_message.count(".") >= 2
    after = {finding.code for finding in inspect(apply_fix(data, found), area)}
    assert after <= {finding.code for finding in inspect(data, area)} - {wanted}


@pytest.mark.parametrize(
    ("area", "layer"),
    [
        (GARMENT, code(10, 10, 40)),
        (GARMENT, text()),
        (CARD, code(4, 4, 40)),
        (CARD, rectangle(-3, -3, 154, 111)),
        (CARD, rectangle(20, 20, 40, 40)),
        (STICKER, code(25, 25, 30)),
        # The corners of the box around a ring, a turned line or lines of unlike lengths are empty.
        (STICKER, text("HANDMADE WITH LOVE", 5, box=box(0, 0, 80, 80), path={"type": "circle", "radius": 30})),
        (STICKER, text("a\nlong line\nb", 10, box=box(5, 5, 70, 70), align="center")),
        (CARD, text("Best wishes", 16, box=box(24, 20, 100, 65), rotation=45)),
        (SCREEN, text(size=40)),
        (SCREEN, rectangle(20, 20, 80, 0.5)),
        (replace(SCREEN, technique=Technique()), text(size=2)),
        # Notches: where an M's strokes meet, and where those of a script part. Serifs: many short tips are no line.
        (SCREEN, text("Mum", size=20, font="Inter-Regular", box=box(50, 100, 200, 60))),
        (SCREEN, text("Nana", size=20, font="Pacifico-Regular", box=box(50, 100, 200, 60))),
        (SCREEN, text("HIT", size=20, font="Cinzel-Regular", box=box(50, 100, 200, 60))),
        # An outline in another colour lies beneath the letters and fills no gap of theirs.
        (SCREEN, text("ABBA", size=30, outline={"width": 3, "color": "#FF0000"}, box=box(50, 100, 200, 60))),
    ],
)
def test_what_keeps_the_rules_has_no_finding(area: Area, layer: dict[str, Any]) -> None:
    codes = {finding.code for finding in inspect(long_form(layer), area)}
    assert codes <= {"code_small_in_preview"}


def test_stems_are_as_wide_as_they_are_drawn() -> None:
    # The l of Roboto Regular is a bar of 185 of 2048 units: 0.903 mm at 10 mm.
    thin = find(long_form(text("l", size=5)), SCREEN, "thin_line")
    assert thin.measured == pytest.approx(185 / 2048 * 5, abs=0.01)
    assert thin.fix is not None
    assert thin.fix.value == pytest.approx(0.5 * 2048 / 185, abs=0.05)


def test_the_gap_of_a_letter_is_its_counter() -> None:
    area = replace(SCREEN, technique=Technique("dtf", min_gap_mm=4))
    narrow = find(long_form(text("o", size=10)), area, "thin_gap")
    # The counter of Roboto's o is 1086 - 2 x 188 units wide, and less high.
    assert 2.5 < (narrow.measured or 0) < 3.6


def test_a_script_font_is_thinner_than_a_bold_one() -> None:
    area = replace(SCREEN, technique=Technique("dtf", min_line_mm=20))
    stems = {
        font: find(long_form(text("Hand", size=10, font=font)), area, "thin_line").measured
        for font in ("GreatVibes-Regular", "Roboto-Regular", "Anton-Regular")
    }
    assert list(stems) == sorted(stems, key=lambda font: stems[font] or 0)


def test_a_finding_in_a_group_has_no_fix_for_its_box() -> None:
    group = {"type": "group", "x": 30, "y": 0, "layers": [code(-32, 50, 40)]}
    assert find(long_form(group), GARMENT, "outside_trim").fix is None


def test_a_finding_in_a_group_points_at_its_layer() -> None:
    group = {"type": "group", "layers": [text(), shape("line", stroke={"width": 0.2, "color": "#000000"})]}
    found = find(long_form(rectangle(10, 10, 40, 40), group), SCREEN, "thin_line")
    assert found.fix is not None
    assert found.fix.path == "/placements/front/layers/1/layers/1/stroke/width"


def test_a_layer_outside_of_the_print_area_is_named() -> None:
    assert find(long_form(text(), rectangle(310, 10, 40, 40)), GARMENT, "outside_trim").layer == 1


def test_a_layer_that_is_there_twice_is_named_once() -> None:
    data = long_form(rectangle(10, 10, 40, 40), text(), rectangle(10, 10, 40, 40, name="copy"))
    found = find(data, GARMENT, "duplicate_layer")
    assert found.layer == 2
    assert inspect(apply_fix(data, found), GARMENT) == []


def test_a_translucent_layer_may_be_there_twice() -> None:
    twice = rectangle(10, 10, 40, 40, opacity=0.5)
    assert inspect(long_form(twice, twice), GARMENT) == []


def test_too_many_colors_are_counted() -> None:
    area = replace(GARMENT, max_colors=2)
    layers = [rectangle(20 + 50 * number, 20, 40, 40) for number in range(3)]
    for layer, color in zip(layers, ("#FF0000", "#00FF00", "#0000FF"), strict=True):
        layer["fill"] = {"type": "color", "color": color}
    assert inspect(long_form(*layers[:2], background=CLEAR), area) == []
    found = find(long_form(*layers, background=CLEAR), area, "too_many_colors")
    assert (found.measured, found.required, found.layer) == (3, 2, None)


def test_a_color_off_the_palette_becomes_the_nearest() -> None:
    area = replace(GARMENT, colors=("#000000", "#E03020"))
    data = long_form(rectangle(20, 20, 40, 40))
    found = find(data, area, "color_not_allowed")
    assert found.fix is not None
    assert found.fix.value == "#E03020"
    assert inspect(apply_fix(data, found), area) == []


def test_a_gradient_becomes_one_color() -> None:
    area = replace(GARMENT, technique=Technique("vinyl", gradients=False))
    stops = [{"offset": 0, "color": "#FF0000"}, {"offset": 1, "color": "#0000FF"}]
    data = long_form(rectangle(20, 20, 40, 40), background={"type": "linear", "stops": stops})
    data["placements"]["front"]["layers"][0]["fill"] = {"type": "radial", "stops": stops}
    for _ in range(2):
        data = apply_fix(data, next(one for one in inspect(data, area) if one.code == "gradient_not_allowed"))
    assert "gradient_not_allowed" not in {finding.code for finding in inspect(data, area)}


def test_an_empty_side_beside_one_with_art_is_named() -> None:
    both: dict[str, Any] = long_form(text(), background=CLEAR)
    both["placements"]["back"] = {"layers": [text(hidden=True)]}
    areas = [GARMENT, replace(GARMENT, placement="back")]
    found = draw(both, LENIENT_RULES, installed_fonts(), [], areas=areas).findings
    assert [(finding.code, finding.placement, finding.layer) for finding in found] == [
        ("empty_placement", "back", None)
    ]


def test_a_design_with_nothing_on_it_is_blank() -> None:
    (found,) = inspect(long_form(text(hidden=True), background=CLEAR), GARMENT)
    assert (found.code, found.severity, found.box) == ("blank_design", "error", (0, 0, 300, 400))
