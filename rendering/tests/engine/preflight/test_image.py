"""Findings about images."""

from typing import Any

import pytest
from PIL import Image

from rendering.engine.values import Area, Finding
from rendering.tests.support.drawings import long_form
from rendering.tests.support.photos import StoredImage, box_data, draw_with_pictures, image_layer

PICTURE = StoredImage(Image.new("RGB", (3000, 1500), "#808080"), working_side=300).picture()
INCH = 25.4


def findings(area: Area, *layers: dict[str, Any]) -> list[Finding]:
    return list(draw_with_pictures(long_form(*layers), PICTURE, outputs=["preview.png:100"], area=area).findings)


def needing(dpi: float) -> Area:
    return Area("front", 10 * INCH, 10 * INCH, dpi)


@pytest.mark.parametrize(
    ("fields", "dpi"),
    [
        ({}, 150),  # 1,500 px on 10 inches: the sides are cropped
        ({"fit": "contain"}, 300),
        ({"fit": "stretch"}, 150),
        ({"box": box_data(0, 0, 5 * INCH, 5 * INCH)}, 300),
        ({"box": box_data(0, 0, 5 * INCH, 5 * INCH), "crop": {"width": 0.1, "height": 0.2}}, 60),
        ({"box": box_data(0, 0, 5 * INCH, 5 * INCH), "rotation": 33}, 300),
    ],
)
def test_resolution_is_measured_on_the_printed_part(fields: dict[str, Any], dpi: float) -> None:
    assert findings(needing(dpi), image_layer(**fields)) == []
    (found,) = findings(needing(dpi + 1), image_layer(**fields))
    assert (found.code, found.severity, found.layer, found.placement) == ("low_resolution", "warning", 0, "front")
    assert found.measured == pytest.approx(dpi, abs=0.11)
    assert found.required == dpi + 1
    assert f"{found.measured:g}" in found.message


def test_a_picture_that_leaves_nothing_blank_is_not_to_be_made_smaller() -> None:
    # 140 dpi of the 150 that are needed.
    side = 1500 / 140 * INCH
    whole = box_data(0, 0, side, side)
    (filling,) = findings(Area("front", side, side, 150), image_layer(box=whole))
    (placed,) = findings(Area("front", side + 10, side, 150), image_layer(box=whole))
    assert (filling.code, filling.fix) == ("low_resolution", None)
    assert placed.fix is not None


def test_without_a_minimum_resolution_any_is_accepted() -> None:
    assert findings(needing(0), image_layer(crop={"width": 0.001, "height": 0.001})) == []


@pytest.mark.parametrize(
    "place", [box_data(300, 0, 50, 50), box_data(0, -60, 50, 50), box_data(-50, 0, 50, 50), box_data(0, 254, 9, 9)]
)
def test_an_image_outside_of_the_frame_is_a_finding(place: dict[str, float]) -> None:
    (found,) = findings(needing(0), image_layer(), image_layer(box=place))
    assert (found.code, found.severity, found.layer) == ("outside_trim", "warning", 1)


def test_an_image_cut_off_at_the_edge_is_not_a_finding() -> None:
    assert (
        findings(
            needing(0), image_layer(box=box_data(-100, -100, 1000, 1000)), image_layer(box=box_data(250, 0, 50, 50))
        )
        == []
    )
