"""Findings about how layers look among the others: hard to read, covered, without ink. No false alarms.

Those about QR codes are in `test_visible_codes.py`.
"""

from typing import Any

import pytest

from rendering.tests.support.layers import WHITE
from rendering.tests.support.visible_layers import (
    BUSY_ASSET,
    CLEAR,
    CUTOUT_ASSET,
    DARK,
    DARK_ASSET,
    LIGHT,
    Layer,
    box,
    find_codes,
    gradient,
    group,
    image,
    outline,
    plate,
    shadow,
    solid,
    text,
)

# Name, layers from bottom to top, background, the finding and its layer, product colour.
WRONG: list[tuple[str, list[Layer], dict[str, Any], str, int, str | None]] = [
    # Contrast with layers beneath.
    ("black on a dark plate", [plate(), text()], WHITE, "low_contrast", 1, None),
    ("white on a white plate", [plate("#FFFFFF"), text("#FFFFFF")], solid(DARK), "low_contrast", 1, None),
    ("a dark plate on a transparent ground", [plate(), text()], CLEAR, "low_contrast", 1, None),
    ("a dark photo", [image(DARK_ASSET), text()], WHITE, "low_contrast", 1, None),
    ("grey on grey", [plate("#999999"), text("#777777")], WHITE, "low_contrast", 1, None),
    (
        "a plate in a moved group",
        [group(plate(place=box(0, 0, 100, 40)), y=30), text()],
        WHITE,
        "low_contrast",
        1,
        None,
    ),
    ("a rotated plate", [plate(rotation=90, place=box(30, 0, 40, 100)), text()], WHITE, "low_contrast", 1, None),
    ("half of the letters on a dark plate", [plate(place=box(0, 30, 50, 40)), text()], WHITE, "low_contrast", 1, None),
    (
        "one letter on a dark plate",
        [plate(place=box(0, 30, 16, 40)), text(words="WWWWWWW")],
        WHITE,
        "low_contrast",
        1,
        None,
    ),
    ("a faded dark plate", [plate("#000000", opacity=0.7), text("#202020")], WHITE, "low_contrast", 1, None),
    ("a plate made dark by multiplying", [plate("#303030", blend="multiply"), text()], WHITE, "low_contrast", 1, None),
    (
        "a gradient, dark on the right",
        [text(words="LONG WORDS")],
        gradient("#FFFFFF", "#000000"),
        "low_contrast",
        0,
        None,
    ),
    ("a shape with a gradient", [plate(fill=gradient("#FFFFFF", "#000000")), text()], WHITE, "low_contrast", 1, None),
    ("text in its plate's group", [group(plate(), text(), opacity=0.9)], WHITE, "low_contrast", 0, None),
    ("the edge of a cut-out", [image(CUTOUT_ASSET), text(box=box(5, 15, 90, 12))], WHITE, "low_contrast", 1, None),
    # Contrast by opacity and blend.
    ("opacity 0.05", [text(opacity=0.05)], WHITE, "low_contrast", 0, None),
    ("opacity 0.05 on no background", [text(opacity=0.05)], CLEAR, "low_contrast", 0, None),
    ("a faded group", [group(text(), opacity=0.1)], WHITE, "low_contrast", 0, None),
    ("two faded groups", [group(group(text(), opacity=0.4), opacity=0.4)], WHITE, "low_contrast", 0, None),
    (
        "a dark colour multiplied on a dark ground",
        [text("#C03030", blend="multiply")],
        solid("#402020"),
        "low_contrast",
        0,
        None,
    ),
    (
        "a light colour screened on a light ground",
        [text("#606060", blend="screen")],
        solid("#E0E0E0"),
        "low_contrast",
        0,
        None,
    ),
    # Outlines and shadows.
    (
        "letters and outline in the ground's colour",
        [text("#FFFFFF", outline=outline("#FFFFFF"))],
        WHITE,
        "low_contrast",
        0,
        None,
    ),
    ("a hairline outline", [text("#FFFFFF", outline=outline("#000000", 0.05))], WHITE, "low_contrast", 0, None),
    (
        "an outline like its letters on a plate",
        [plate(), text(outline=outline("#202020"))],
        WHITE,
        "low_contrast",
        1,
        None,
    ),
    ("a faint shadow", [text("#FFFFFF", shadow=shadow(opacity=0.15))], WHITE, "low_contrast", 0, None),
    # The product.
    ("black on a dark product", [text()], CLEAR, "invisible_on_product", 0, "#1A1A1A"),
    ("white on a white product", [text("#FFFFFF")], CLEAR, "invisible_on_product", 0, "#FFFFFF"),
    (
        "a dark product through a faded plate",
        [plate("#FFFFFF", opacity=0.2), text()],
        CLEAR,
        "low_contrast",
        1,
        "#000000",
    ),
    ("dark outline on a dark product", [text(outline=outline("#222222"))], CLEAR, "low_contrast", 0, "#000000"),
    # Above.
    ("a veil of white", [text(), plate("#FFFFFF", opacity=0.85)], WHITE, "low_contrast", 0, None),
    ("a dark layer multiplied over it", [text(), plate("#181818", blend="multiply")], WHITE, "low_contrast", 0, None),
    ("covered by a plate", [text(), plate("#3366CC")], WHITE, "covered", 0, None),
    (
        "covered by two plates",
        [text(), plate(place=box(0, 30, 50, 40)), plate(place=box(50, 30, 50, 40))],
        WHITE,
        "covered",
        0,
        None,
    ),
    ("covered by a photo", [text(), image(BUSY_ASSET)], WHITE, "covered", 0, None),
    (
        "covered by the next layer of its group",
        [group(text(), plate("#3366CC"), opacity=0.9)],
        WHITE,
        "covered",
        0,
        None,
    ),
    ("covered by a group", [text(), group(plate("#AA0000"), opacity=0.99)], WHITE, "covered", 0, None),
    ("a picture beneath a plate", [image(BUSY_ASSET, box=box(10, 35, 30, 30)), plate()], WHITE, "covered", 0, None),
    # No ink.
    ("opacity 0", [text(opacity=0)], WHITE, "no_ink", 0, None),
    ("a group of opacity 0", [group(text(), opacity=0)], WHITE, "no_ink", 0, None),
    ("multiplied on black", [plate("#000000"), text("#FF0000", blend="multiply")], WHITE, "no_ink", 1, None),
    ("white multiplied", [text("#FFFFFF", blend="multiply")], solid("#AACC00"), "no_ink", 0, None),
    ("black screened", [text("#000000", blend="screen")], solid("#AACC00"), "no_ink", 0, None),
    ("a shape of opacity 0", [plate(opacity=0)], WHITE, "empty_layer", 0, None),
]

RIGHT: list[tuple[str, list[Layer], dict[str, Any], str | None]] = [
    ("white on a dark plate", [plate(), text("#FFFFFF")], WHITE, None),
    ("white on a dark photo", [image(DARK_ASSET), text("#FFFFFF")], WHITE, None),
    ("white on a busy photo", [image(BUSY_ASSET), text("#FFFFFF")], WHITE, None),
    ("auto on a dark plate", [plate(), text("auto")], WHITE, None),
    ("auto on a dark photo", [image(DARK_ASSET), text("auto")], WHITE, None),
    ("auto on a light plate", [plate(LIGHT), text("auto")], solid(DARK), None),
    ("auto on a dark product", [text("auto")], CLEAR, "#101010"),
    ("auto in a rotated group with its plate", [group(plate(), text("auto"), rotation=30, opacity=0.9)], WHITE, None),
    ("auto over two tones", [plate("#707070", place=box(0, 30, 60, 40)), text("auto")], WHITE, None),
    ("white on white with a dark outline", [text("#FFFFFF", outline=outline("#000000"))], WHITE, None),
    ("black with a white outline on a plate", [plate(), text(outline=outline("#FFFFFF"))], WHITE, None),
    ("an outline in the ground's colour", [text(outline=outline("#FFFFFF"))], WHITE, None),
    (
        "white on white with a strong glow",
        [text("#FFFFFF", font="Anton-Regular", shadow=shadow(x=0, y=0, blur=0.6, opacity=1))],
        WHITE,
        None,
    ),
    (
        "white on white with a hard shadow",
        [text("#FFFFFF", shadow=shadow(x=0.7, y=0.7, blur=0, opacity=1))],
        WHITE,
        None,
    ),
    ("black on no background", [text()], CLEAR, None),
    ("white on no background", [text("#FFFFFF")], CLEAR, None),
    ("white on a dark product", [text("#FFFFFF")], CLEAR, "#1A1A1A"),
    ("faded, but readable", [text(opacity=0.7)], WHITE, None),
    ("multiplied on white", [text("#203060", blend="multiply")], WHITE, None),
    ("a hidden plate beneath", [plate(hidden=True), text()], WHITE, None),
    ("a hidden plate above", [text(), plate(hidden=True)], WHITE, None),
    ("a corner beneath a sticker", [text(), plate("#FF8800", box(88, 38, 12, 8))], WHITE, None),
    ("in the middle beneath a plate", [plate(), text("#FFFFFF"), plate("#FFFFFF", box(30.5, 20, 41, 60))], WHITE, None),
    ("an emoji, which has colours of its own", [text("#FFFFFF", words="🎉")], WHITE, None),
    ("a light veil above", [text(), plate("#FFFFFF", opacity=0.3)], WHITE, None),
    ("a plate beside", [text(box=box(0, 0, 100, 20)), plate(place=box(0, 60, 100, 40))], WHITE, None),
    (
        "a thin frame of a plate",
        [plate("#222222", box(0, 0, 100, 100)), plate("#FFFFFF", box(1, 1, 98, 98)), text()],
        WHITE,
        None,
    ),
    ("a gradient that stays light", [text()], gradient("#FFFFFF", "#BBBBBB"), None),
    (
        "two texts one upon the other's shadow",
        [
            text(shadow=shadow(y=12, blur=3)),
            text("#FFFFFF", box=box(5, 55)),
        ],
        solid("#666666"),
        None,
    ),
    ("the hole of a cut-out", [image(CUTOUT_ASSET), text()], WHITE, None),
    ("text seen through the hole above it", [text(), image(CUTOUT_ASSET)], WHITE, None),
    ("an offset copy as a shadow", [text("#888888", box=box(5.5, 40.5)), text()], WHITE, None),
]


@pytest.mark.parametrize(
    ("layers", "background", "found", "layer", "product"), [pytest.param(*rest, id=name) for name, *rest in WRONG]
)
def test_what_cannot_be_seen_is_a_finding(
    layers: list[Layer],
    background: dict[str, Any],
    found: str,
    layer: int,
    product: str | None,
) -> None:
    assert find_codes(layers, background, product) == [(found, layer)]


@pytest.mark.parametrize(("layers", "background", "product"), [pytest.param(*rest, id=name) for name, *rest in RIGHT])
def test_what_can_be_seen_is_no_finding(layers: list[Layer], background: dict[str, Any], product: str | None) -> None:
    assert find_codes(layers, background, product) == []
