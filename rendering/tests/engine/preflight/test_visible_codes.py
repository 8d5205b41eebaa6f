"""Findings about QR codes that cannot be read among the other layers. No false alarms."""

from typing import Any

import pytest

from rendering.tests.support.layers import WHITE
from rendering.tests.support.visible_layers import (
    BUSY_ASSET,
    CLEAR,
    DARK,
    DARK_ASSET,
    LIGHT,
    Layer,
    box,
    code,
    find_codes,
    image,
    plate,
    solid,
)

# Name, layers from bottom to top, background, the finding and its layer, product colour.
WRONG: list[tuple[str, list[Layer], dict[str, Any], str, int, str | None]] = [
    (
        "a black code on a dark plate",
        [plate(place=box(0, 0, 100, 100)), code(background=None)],
        WHITE,
        "low_contrast",
        1,
        None,
    ),
    ("a faded code", [code(opacity=0.15)], WHITE, "low_contrast", 0, None),
    (
        "a quiet zone on a dark ground",
        [plate("#FFFFFF", box(27, 27, 46, 46)), code(background=None)],
        solid(DARK),
        "low_contrast",
        1,
        None,
    ),
    ("a code over a busy photo", [image(BUSY_ASSET), code(background=None)], WHITE, "low_contrast", 1, None),
    ("a code on a dark product", [code(background=None)], CLEAR, "invisible_on_product", 0, "#101010"),
    (
        "a white code on a dark plate",
        [plate(place=box(0, 0, 100, 100)), code(color="#FFFFFF", background=None)],
        WHITE,
        "light_on_dark",
        1,
        None,
    ),
    ("a half covered code", [code(), plate("#CC3333", box(50, 0, 50, 100))], WHITE, "code_covered", 0, None),
    ("a covered code", [code(), plate("#CC3333", box(0, 0, 100, 100))], WHITE, "code_covered", 0, None),
    ("a covered corner of a code", [code(), plate("#FFFFFF", box(15, 15, 18, 18))], WHITE, "code_covered", 0, None),
]

RIGHT: list[tuple[str, list[Layer], dict[str, Any], str | None]] = [
    ("a code on a light plate", [plate(LIGHT, box(0, 0, 100, 100)), code(background=None)], solid(DARK), None),
    ("a code with its own background on a dark photo", [image(DARK_ASSET), code()], WHITE, None),
    (
        "a code on a plate of its size",
        [plate("#FFFFFF", box(20, 20, 60, 60)), code(background=None)],
        solid(DARK),
        None,
    ),
    ("a code with a small logo", [code(level="H"), plate("#CC3333", box(46, 46, 8, 8))], WHITE, None),
    (
        "a turned code, the corner without a pattern covered",
        [code(rotation=180), plate("#FFFFFF", box(15, 15, 18, 18))],
        WHITE,
        None,
    ),
    (
        "a code with a plate over the edge of its quiet zone",
        [code(), plate("#3333CC", box(0, 0, 100, 21))],
        WHITE,
        None,
    ),
    ("a code on a light product", [code(background=None)], CLEAR, "#FFFFFF"),
]


@pytest.mark.parametrize(
    ("layers", "background", "found", "layer", "product"), [pytest.param(*rest, id=name) for name, *rest in WRONG]
)
def test_a_code_that_cannot_be_read_is_a_finding(
    layers: list[Layer],
    background: dict[str, Any],
    found: str,
    layer: int,
    product: str | None,
) -> None:
    assert find_codes(layers, background, product) == [(found, layer)]


@pytest.mark.parametrize(("layers", "background", "product"), [pytest.param(*rest, id=name) for name, *rest in RIGHT])
def test_a_code_that_can_be_read_is_no_finding(
    layers: list[Layer], background: dict[str, Any], product: str | None
) -> None:
    assert find_codes(layers, background, product) == []
