"""What all findings have in common: severities by technique, and boxes."""

from dataclasses import replace

import pytest

from rendering.engine.values import Area, Rules, SeverityRule, Technique
from rendering.fonts.catalogue import installed_fonts
from rendering.tests.support.drawing import draw

AREA = Area("front", 300, 400, technique=Technique("screen", min_line_mm=0.35))
WIDE = {"type": "text", "text": "Mississippi", "font": "Roboto-Bold", "size": 90, "unit": "mm", "fit": "none"}
GROUPED = {"version": 1, "placements": {"front": {"layers": [{"type": "group", "layers": [WIDE]}]}}}


def _find(severities: dict[str, SeverityRule]) -> dict[str, dict[str, object]]:
    area = replace(AREA, technique=AREA.technique.with_severities(severities))
    drawing = draw(GROUPED, Rules(1, 50, 8, 200), installed_fonts(), [], areas=[area])
    return {finding.code: finding.to_json() for finding in drawing.findings}


def test_a_finding_has_the_box_of_what_is_visible() -> None:
    box = _find({})["text_overflow"]["box"]
    assert isinstance(box, dict)
    assert list(box) == ["x", "y", "width", "height"]
    assert box["width"] > 300


@pytest.mark.parametrize("severity", ["info", "warning", "error"])
def test_a_technique_changes_a_severity(severity: SeverityRule) -> None:
    assert _find({"text_overflow": severity})["text_overflow"]["severity"] == severity


def test_a_technique_drops_a_finding() -> None:
    assert "text_overflow" not in _find({"text_overflow": "off"})


def test_an_area_is_restored_from_json() -> None:
    area = replace(AREA, colors=("#FF0000",), technique=AREA.technique.with_severities({"thin_line": "error"}))
    assert Area.from_json(area.to_json()) == area


def test_an_area_without_later_fields_has_the_json_of_earlier_versions() -> None:
    assert Area("front", 300, 400, 150, 0, 5).to_json() == {
        "placement": "front",
        "width_mm": 300,
        "height_mm": 400,
        "bleed_mm": 0,
        "safe_mm": 5,
        "min_dpi": 150,
    }


def test_a_fix_keeps_the_limits_of_the_product() -> None:
    """A size that the product refuses is no cure: the request with it would fail."""
    layer = {**WIDE, "text": "il", "size": 3}
    area = replace(AREA, technique=Technique("screen", min_line_mm=2))
    data = {"version": 1, "placements": {"front": {"layers": [layer]}}}

    def find_fix(most: float) -> object:
        drawing = draw(data, Rules(1, 50, 1, most), installed_fonts(), [], areas=[area])
        (found,) = (finding for finding in drawing.findings if finding.code == "thin_line")
        return found.fix and found.fix.value

    size = find_fix(200)
    assert isinstance(size, float)
    assert find_fix(2 * size + 0.01) == size  # a unit is half a mm
    assert find_fix(2 * size - 0.1) is None


@pytest.mark.parametrize(("text", "leaves_nothing"), [("Ada \U00013000", False), ("\U00013000", True)])
def test_a_raised_severity_does_not_make_a_finding_fatal(text: str, leaves_nothing: bool) -> None:
    layer = {**WIDE, "text": text, "size": 20}
    data = {"version": 1, "placements": {"front": {"layers": [layer]}}}
    area = replace(AREA, technique=AREA.technique.with_severities({"missing_glyphs": "error"}))
    findings = draw(data, Rules(1, 50, 8, 200), installed_fonts(), [], areas=[area]).findings
    (missing,) = (finding for finding in findings if finding.code == "missing_glyphs")
    assert (missing.severity, missing.leaves_nothing) == ("error", leaves_nothing)
