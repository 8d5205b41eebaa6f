"""Grounds, shapes and groups in groups by lot, against a slow drawing of the same by plain Pillow."""

import io
import os
import random
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageStat

from rendering.engine.outputs import parse_outputs
from rendering.engine.values import Area
from rendering.fonts.catalogue import installed_fonts
from rendering.tests.support.drawing import draw
from rendering.tests.support.drawings import RULES, long_form
from rendering.tests.support.layer_oracle import draw_placement

AREA, SIZE = Area("front", 120, 90), 96
USUAL, ALL = 24, 500
MEAN, OFTEN, SHARE = 1.5, 24, 0.016  # of 255: over the picture, and what all but a share of the px keep to


@pytest.mark.parametrize("seed", range(USUAL))
def test_a_random_design_matches_the_oracle(seed: int) -> None:
    assert_alike(seed)


@pytest.mark.chaos
@pytest.mark.parametrize("seed", range(USUAL, ALL))
def test_one_of_many_random_designs_matches_the_oracle(seed: int) -> None:
    assert_alike(seed)


def test_a_missing_layer_does_not_match() -> None:
    data = _design(random.Random(3))
    data["placements"]["front"]["layers"] = [_shape(random.Random(5), whole=True)]
    less = long_form(background=data["placements"]["front"]["background"])
    assert _differences(_found(data), _found(less))[0] > 5 * MEAN


def assert_alike(seed: int) -> None:
    data = _design(random.Random(seed))
    found = _found(data)
    wanted = draw_placement(data["placements"]["front"], AREA.width_mm, AREA.height_mm, SIZE / AREA.width_mm)
    if folder := os.environ.get("ORACLE"):
        found.save(f"{folder}/{seed}-found.png")
        wanted.save(f"{folder}/{seed}-wanted.png")
    mean, share = _differences(found, wanted)
    assert mean < MEAN
    assert share < SHARE


def _found(data: dict[str, Any]) -> Image.Image:
    drawing = draw(data, RULES, installed_fonts(), parse_outputs([f"preview.png:{SIZE}"]), areas=[AREA])
    with Image.open(io.BytesIO(drawing.files[0].data)) as picture:
        return picture.convert("RGBA")


def _differences(one: Image.Image, other: Image.Image) -> tuple[float, float]:
    """Return the mean difference and the share of px that differ much, over black and over white, at the worst."""
    means, shares = [], []
    for under in ("#000000", "#FFFFFF"):
        grounds = [Image.new("RGBA", one.size, under) for _ in range(2)]
        laid = [Image.alpha_composite(*pair).convert("RGB") for pair in zip(grounds, (one, other), strict=True)]
        difference = ImageChops.difference(*laid)
        means.append(max(ImageStat.Stat(difference).mean))
        shares += [sum(channel.histogram()[OFTEN:]) / (one.width * one.height) for channel in difference.split()]
    return max(means), max(shares)


def _design(lot: random.Random) -> dict[str, Any]:
    ground = lot.choice([{"type": "transparent"}, *[_fill(lot) for _ in range(3)]])
    return long_form(*[_layer(lot, 0) for _ in range(lot.randint(1, 4))], background=ground)


def _layer(lot: random.Random, depth: int) -> dict[str, Any]:
    if depth < 3 and lot.random() < 0.3:
        return _random_options(
            lot,
            {"type": "group", "layers": [_layer(lot, depth + 1) for _ in range(lot.randint(1, 3))]},
            x=lot.uniform(-20, 20),
            y=lot.uniform(-20, 20),
            center={"x": lot.uniform(0, 120), "y": lot.uniform(0, 90)},
            rotation=lot.uniform(-90, 90),
            opacity=lot.random(),
            blend=lot.choice(["multiply", "screen"]),
        )
    return _shape(lot)


def _shape(lot: random.Random, *, whole: bool = False) -> dict[str, Any]:
    kind = lot.choice(["rectangle", "ellipse", "line", "polygon", "star"])
    wide, high = (80.0, 60.0) if whole else (lot.uniform(15, 80), lot.uniform(15, 60))
    box = {"x": lot.uniform(-10, 90 if not whole else 10), "y": lot.uniform(-10, 60 if not whole else 10)}
    layer: dict[str, Any] = {"type": "shape", "shape": kind, "box": {**box, "width": wide, "height": high}}
    stroke = {"width": lot.uniform(0.5, 6), "color": _color(lot)}
    if kind == "line":
        layer["stroke"] = stroke
    else:
        layer["fill"] = _fill(lot)
    if kind in {"polygon", "star"}:
        layer["points"] = lot.randint(3, 9)
    if whole:
        return layer
    more: dict[str, Any] = {"rotation": lot.uniform(-180, 180), "opacity": lot.random()}
    if kind in {"rectangle", "ellipse"}:
        more["stroke"] = stroke
    if kind == "rectangle":
        more["radius"] = lot.uniform(3.5, 30)
    if kind == "star":
        more["inner"] = lot.uniform(0.3, 0.9)
    return _random_options(lot, layer, blend=lot.choice(["multiply", "screen"]), **more)


def _fill(lot: random.Random) -> dict[str, Any]:
    stops = [{"offset": offset, "color": _color(lot)} for offset in (0, lot.uniform(0.2, 0.8), 1)]
    return lot.choice(
        [
            {"type": "color", "color": _color(lot)},
            {"type": "linear", "angle": lot.uniform(-360, 360), "stops": stops},
            {"type": "radial", "x": lot.random(), "y": lot.random(), "stops": stops},
        ]
    )


def _color(lot: random.Random) -> str:
    return f"#{lot.randrange(1 << 24):06X}"


def _random_options(lot: random.Random, layer: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a layer with some of what it may have."""
    names = [name for name in layer | more if name in more and name != "stroke"]
    chosen = lot.sample(sorted(names), lot.randint(0, len(names)))
    if "stroke" in more and lot.random() < 0.5:
        chosen.append("stroke")
    return layer | {name: more[name] for name in chosen}
