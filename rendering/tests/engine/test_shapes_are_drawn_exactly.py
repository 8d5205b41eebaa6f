"""Shapes cover what they should, to a thousandth of their area, at every size, place and turn."""

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageStat

from rendering.engine.problems import SpecError
from rendering.tests.engine.layered import draw_layers, pixels_of, problems_of

BLACK = {"type": "color", "color": "#000000"}
SIDE = 100.0  # mm, the frame


def shape(
    kind: str, x: float = 20, y: float = 30, width: float = 50, height: float = 40, **more: Any
) -> dict[str, Any]:
    box = {"x": x, "y": y, "width": width, "height": height}
    return {"type": "shape", "shape": kind, "box": box, "fill": BLACK, **more}


def covered(layer: dict[str, Any], size: int = 300) -> float:
    """Return the area that a layer covers, mm², by its coverage on white."""
    picture = pixels_of([layer], size).convert("L")
    return (255 - ImageStat.Stat(picture).mean[0]) / 255 * SIDE * SIDE


AREAS = {
    "rectangle": 2000.0,
    "ellipse": math.pi * 25 * 20,
    "polygon": 0.5
    * 5
    * math.sin(2 * math.pi / 5)
    / (2 * math.sin(2 * math.pi / 5) * (1 + math.cos(math.pi / 5)))
    * 2000,
}


@pytest.mark.parametrize("kind", AREAS)
@given(x=st.floats(5, 45), y=st.floats(5, 55), size=st.sampled_from([90, 301, 600]), rotation=st.floats(-180, 180))
@settings(max_examples=12, deadline=None)
def test_what_is_covered_is_the_shapes_area(kind: str, x: float, y: float, size: int, rotation: float) -> None:
    width, height = (50, 40) if rotation == 0 else (30, 24)
    layer = shape(kind, min(x, 60 - width / 2), min(y, 60 - height / 2), width, height, rotation=rotation)
    layer["box"] |= {"x": 35 - width / 2 + x / 9, "y": 45 - height / 2 + y / 11}
    # HarfBuzz draws curves as chords: an ellipse loses about 0.05 px of its edge, most of it seen where it is small.
    near = 8e-3 if size == 90 else 4e-3
    assert covered(layer, size) == pytest.approx(AREAS[kind] * width * height / 2000, rel=near)


def test_an_edge_between_two_pixels_covers_its_part_of_them() -> None:
    picture = pixels_of([shape("rectangle", 20.25, 30.5, 50, 40)], 100).convert("L")
    values = [picture.crop((x, 50, x + 1, 51)).tobytes()[0] for x in (19, 20, 21, 69, 70, 71)]
    assert values == pytest.approx([255, 64, 0, 0, 191, 255], abs=1)
    assert picture.crop((40, 30, 41, 31)).tobytes()[0] == pytest.approx(128, abs=1)


def test_a_rounded_rectangle_lacks_its_corners() -> None:
    assert covered(shape("rectangle", radius=10), 600) == pytest.approx(2000 - (4 - math.pi) * 100, rel=1e-3)
    # No more than half the shorter side counts: then it is a stadium.
    stadium = 10 * 40 + math.pi * 400
    assert covered(shape("rectangle", radius=500), 600) == pytest.approx(stadium, rel=1e-3)


def test_a_stroke_lies_half_on_either_side_of_the_edge() -> None:
    line = {"width": 4, "color": "#000000"}
    framed = shape("rectangle", fill=None, stroke=line)
    assert covered(framed, 600) == pytest.approx(54 * 44 - 46 * 36, rel=1e-3)
    ring = shape("ellipse", 20, 20, 40, 40, fill=None, stroke=line)
    assert covered(ring, 600) == pytest.approx(math.pi * (22**2 - 18**2), rel=2e-3)


def test_a_dashed_line_is_as_long_as_its_dashes() -> None:
    dashed = {"width": 2, "color": "#000000", "dash": [3, 2]}
    assert covered(shape("line", width=50, fill=None, stroke=dashed), 600) == pytest.approx(10 * 3 * 2, rel=5e-3)


@pytest.mark.parametrize("kind", ["rectangle", "ellipse", "polygon", "star", "heart"])
def test_a_shape_is_as_large_as_its_box(kind: str) -> None:
    picture = pixels_of([shape(kind)], 1_000).convert("L").point(lambda value: 255 - value)
    left, top, right, bottom = picture.getbbox() or (0, 0, 0, 0)
    assert (left, top, right, bottom) == pytest.approx((200, 300, 700, 700), abs=2)


def test_the_same_shape_is_drawn_at_every_size() -> None:
    layers = [shape("star", inner=0.4), shape("heart", 5, 5, 30, 20)]
    large = pixels_of(layers, 2_400).convert("L").resize((300, 300), Image.Resampling.BOX)
    small = pixels_of(layers, 300).convert("L")
    worst = max(abs(a - b) for a, b in zip(large.tobytes(), small.tobytes(), strict=True))
    assert worst <= 3


def test_plain_pillow_draws_the_same_star_sixteen_times_as_large() -> None:
    many = 16
    corners = []
    for number in range(10):
        radius, turn = (1.0, 0.5)[number % 2], number * math.pi / 5
        corners.append((radius * math.sin(turn), radius * math.cos(turn)))
    us, vs = zip(*corners, strict=True)
    points = [
        (
            (45 + (2 * u - min(us) - max(us)) / (max(us) - min(us)) * 25) * many * 3,
            (50 - (2 * v - min(vs) - max(vs)) / (max(vs) - min(vs)) * 20) * many * 3,
        )
        for u, v in corners
    ]
    drawn = Image.new("L", (300 * many, 300 * many), 255)
    ImageDraw.Draw(drawn).polygon(points, fill=0)
    reference = drawn.resize((300, 300), Image.Resampling.BOX)
    ours = pixels_of([shape("star")], 300).convert("L")
    worst = max(abs(a - b) for a, b in zip(reference.tobytes(), ours.tobytes(), strict=True))
    assert worst <= 24  # Pillow's own polygon covers whole pixels, a sixteenth of ours


def test_a_gradient_lies_over_the_shape_and_turns_with_it() -> None:
    gradient = {
        "type": "linear", "angle": 90,
        "stops": [{"offset": 0, "color": "#FF0000"}, {"offset": 1, "color": "#0000FF"}],
    }  # fmt: skip
    upright = pixels_of([shape("rectangle", 20, 20, 60, 60, fill=gradient)], 300)
    turned = pixels_of([shape("rectangle", 20, 20, 60, 60, fill=gradient, rotation=90)], 300)
    left, right = (upright.crop((x, 150, x + 1, 151)).tobytes() for x in (62, 237))
    assert (left[0] > 240, right[2] > 240) == (True, True)
    top, bottom = (turned.crop((150, y, 151, y + 1)).tobytes() for y in (62, 237))
    assert (top[0] > 240, bottom[2] > 240) == (True, True)


def test_one_shape_on_one_colour_is_a_palette_picture() -> None:
    assert draw_layers([shape("star")], 300).files[0].data[25] == 3  # the PNG's colour type


def test_what_contradicts_itself_is_refused_where_it_does() -> None:
    line = {"width": 1, "color": "#000000"}
    at = "/placements/front/layers/0"
    assert problems_of([shape("line")]) == [(f"{at}/stroke", "required"), (f"{at}/fill", "conflict")]
    assert problems_of([shape("star", fill=None)]) == [(at, "nothing_to_draw")]
    assert problems_of([shape("star", stroke={**line, "dash": [1, 2, 3]})]) == [(f"{at}/stroke/dash", "odd_number")]
    assert problems_of([shape("star", stroke={**line, "dash": [1e-4, 1e-4]})]) == [(f"{at}/stroke/dash", "too_many")]
    assert problems_of([shape("blob")]) == [(f"{at}/shape", "unknown_value")]
    assert problems_of([shape("star", points=2)]) == [(f"{at}/points", "too_small")]
    with pytest.raises(SpecError):
        draw_layers([shape("star", points=65)], 300)
