"""Random (seeded) backgrounds, shapes and nested groups, against a slow drawing of the same by plain Pillow."""

import io
import os
import random
from typing import Any

import pytest
from PIL import Image, ImageChops

from rendering.engine.encode.outputs import parse_outputs
from rendering.engine.values import Area
from rendering.fonts.catalogue import installed_fonts
from rendering.tests.support.drawing import draw
from rendering.tests.support.drawings import RULES, long_form
from rendering.tests.support.image_comparison import flatten, mean_difference
from rendering.tests.support.layer_oracle import draw_placement

AREA, SIZE = Area("front", 120, 90), 96
USUAL, ALL = 24, 500
MEAN, OFTEN, SHARE = 1.5, 24, 0.016  # of 255: mean over the image, and a limit that at most SHARE of the pixels exceed


@pytest.mark.parametrize("seed", range(USUAL))
def test_a_random_design_matches_the_oracle(seed: int) -> None:
    assert_matches_oracle(seed)


@pytest.mark.exhaustive
@pytest.mark.parametrize("seed", range(USUAL, ALL))
def test_one_of_many_random_designs_matches_the_oracle(seed: int) -> None:
    assert_matches_oracle(seed)


def test_a_missing_layer_does_not_match() -> None:
    data = _design(random.Random(3))
    data["placements"]["front"]["layers"] = [_shape(random.Random(5), whole=True)]
    less = long_form(background=data["placements"]["front"]["background"])
    assert _differences(_drawn(data), _drawn(less))[0] > 5 * MEAN


def assert_matches_oracle(seed: int) -> None:
    data = _design(random.Random(seed))
    drawn = _drawn(data)
    expected = draw_placement(data["placements"]["front"], AREA.width_mm, AREA.height_mm, SIZE / AREA.width_mm)
    if folder := os.environ.get("ORACLE"):
        drawn.save(f"{folder}/{seed}-drawn.png")
        expected.save(f"{folder}/{seed}-expected.png")
    mean, share = _differences(drawn, expected)
    assert mean < MEAN
    assert share < SHARE


def _drawn(data: dict[str, Any]) -> Image.Image:
    drawing = draw(data, RULES, installed_fonts(), parse_outputs([f"preview.png:{SIZE}"]), areas=[AREA])
    with Image.open(io.BytesIO(drawing.files[0].data)) as picture:
        return picture.convert("RGBA")


def _differences(one: Image.Image, other: Image.Image) -> tuple[float, float]:
    """Return the mean difference and the share of pixels that differ by OFTEN, the larger of over black and white."""
    means, shares = [], []
    for under in ("#000000", "#FFFFFF"):
        images = flatten(one, under), flatten(other, under)
        means.append(mean_difference(*images))
        channels = ImageChops.difference(*images).split()
        shares += [sum(channel.histogram()[OFTEN:]) / (one.width * one.height) for channel in channels]
    return max(means), max(shares)


def _design(rng: random.Random) -> dict[str, Any]:
    background = rng.choice([{"type": "transparent"}, *[_fill(rng) for _ in range(3)]])
    return long_form(*[_layer(rng, 0) for _ in range(rng.randint(1, 4))], background=background)


def _layer(rng: random.Random, depth: int) -> dict[str, Any]:
    if depth < 3 and rng.random() < 0.3:
        return _random_options(
            rng,
            {"type": "group", "layers": [_layer(rng, depth + 1) for _ in range(rng.randint(1, 3))]},
            x=rng.uniform(-20, 20),
            y=rng.uniform(-20, 20),
            center={"x": rng.uniform(0, 120), "y": rng.uniform(0, 90)},
            rotation=rng.uniform(-90, 90),
            opacity=rng.random(),
            blend=rng.choice(["multiply", "screen"]),
        )
    return _shape(rng)


def _shape(rng: random.Random, *, whole: bool = False) -> dict[str, Any]:
    kind = rng.choice(["rectangle", "ellipse", "line", "polygon", "star"])
    wide, high = (80.0, 60.0) if whole else (rng.uniform(15, 80), rng.uniform(15, 60))
    box = {"x": rng.uniform(-10, 90 if not whole else 10), "y": rng.uniform(-10, 60 if not whole else 10)}
    layer: dict[str, Any] = {"type": "shape", "shape": kind, "box": {**box, "width": wide, "height": high}}
    stroke = {"width": rng.uniform(0.5, 6), "color": _color(rng)}
    if kind == "line":
        layer["stroke"] = stroke
    else:
        layer["fill"] = _fill(rng)
    if kind in {"polygon", "star"}:
        layer["points"] = rng.randint(3, 9)
    if whole:
        return layer
    more: dict[str, Any] = {"rotation": rng.uniform(-180, 180), "opacity": rng.random()}
    if kind in {"rectangle", "ellipse"}:
        more["stroke"] = stroke
    if kind == "rectangle":
        more["radius"] = rng.uniform(3.5, 30)
    if kind == "star":
        more["inner"] = rng.uniform(0.3, 0.9)
    return _random_options(rng, layer, blend=rng.choice(["multiply", "screen"]), **more)


def _fill(rng: random.Random) -> dict[str, Any]:
    stops = [{"offset": offset, "color": _color(rng)} for offset in (0, rng.uniform(0.2, 0.8), 1)]
    return rng.choice(
        [
            {"type": "color", "color": _color(rng)},
            {"type": "linear", "angle": rng.uniform(-360, 360), "stops": stops},
            {"type": "radial", "x": rng.random(), "y": rng.random(), "stops": stops},
        ]
    )


def _color(rng: random.Random) -> str:
    return f"#{rng.randrange(1 << 24):06X}"


def _random_options(rng: random.Random, layer: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a layer with a random choice of its optional fields."""
    names = [name for name in layer | more if name in more and name != "stroke"]
    chosen = rng.sample(sorted(names), rng.randint(0, len(names)))
    if "stroke" in more and rng.random() < 0.5:
        chosen.append("stroke")
    return layer | {name: more[name] for name in chosen}
