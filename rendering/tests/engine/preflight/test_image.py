"""What preflight says about pictures."""

from typing import Any

import pytest
from PIL import Image

from rendering.engine.values import Area, Finding
from rendering.tests.support.drawings import long_form
from rendering.tests.support.photos import Stored, box, drawing_with, image

PICTURE = Stored(Image.new("RGB", (3000, 1500), "#808080"), working_side=300).picture()
INCH = 25.4


def findings(area: Area, *layers: dict[str, Any]) -> list[Finding]:
    return list(drawing_with(long_form(*layers), PICTURE, outputs=["preview.png:100"], area=area).findings)


def needing(dpi: float) -> Area:
    return Area("front", 10 * INCH, 10 * INCH, dpi)


@pytest.mark.parametrize(
    ("fields", "dpi"),
    [
        ({}, 150),  # 1,500 px on ten inches: the sides are cut off
        ({"fit": "contain"}, 300),
        ({"fit": "stretch"}, 150),
        ({"box": box(0, 0, 5 * INCH, 5 * INCH)}, 300),
        ({"box": box(0, 0, 5 * INCH, 5 * INCH), "crop": {"width": 0.1, "height": 0.2}}, 60),
        ({"box": box(0, 0, 5 * INCH, 5 * INCH), "rotation": 33}, 300),
    ],
)
def test_resolution_is_measured_on_what_is_printed(fields: dict[str, Any], dpi: float) -> None:
    assert findings(needing(dpi), image(**fields)) == []
    (found,) = findings(needing(dpi + 1), image(**fields))
    assert (found.code, found.severity, found.layer, found.placement) == ("low_resolution", "warning", 0, "front")
    assert found.measured == pytest.approx(dpi, abs=0.11)
    assert found.required == dpi + 1
    assert f"{found.measured:g}" in found.message


def test_without_a_least_resolution_any_will_do() -> None:
    assert findings(needing(0), image(crop={"width": 0.001, "height": 0.001})) == []


@pytest.mark.parametrize("place", [box(300, 0, 50, 50), box(0, -60, 50, 50), box(-50, 0, 50, 50), box(0, 254, 9, 9)])
def test_a_picture_outside_of_the_frame_is_told(place: dict[str, float]) -> None:
    (found,) = findings(needing(0), image(), image(box=place))
    assert (found.code, found.severity, found.layer) == ("not_visible", "warning", 1)


def test_a_picture_cut_off_at_the_edge_is_no_finding() -> None:
    assert findings(needing(0), image(box=box(-100, -100, 1000, 1000)), image(box=box(250, 0, 50, 50))) == []
