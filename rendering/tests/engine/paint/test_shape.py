"""Shapes cover their exact area, to a thousandth, at every size, position and rotation."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageStat

from rendering.engine.geometry.transform import Transform
from rendering.engine.geometry.viewport import Viewport
from rendering.engine.layout import shape as shape_layout
from rendering.engine.paint import shape as shape_paint
from rendering.engine.schema import Shape
from rendering.engine.validation.problems import SpecError
from rendering.tests.support.contexts import layout_context
from rendering.tests.support.layers import draw_layers, draw_layers_image, layer_problems

BLACK = {"type": "color", "color": "#000000"}
SIDE = 100.0  # mm, the frame


def shape(
    kind: str, x: float = 20, y: float = 30, width: float = 50, height: float = 40, **more: Any
) -> dict[str, Any]:
    box = {"x": x, "y": y, "width": width, "height": height}
    return {"type": "shape", "shape": kind, "box": box, "fill": BLACK, **more}


def covered(layer: dict[str, Any], size: int = 300) -> float:
    """Return the area that a black layer covers on white, mm²."""
    picture = draw_layers_image([layer], size).convert("L")
    return (255 - ImageStat.Stat(picture).mean[0]) / 255 * SIDE * SIDE


def spiked(count: int, inner: float = 1.0) -> float:
    """Return which part of its box a star covers; with `inner` 1 it is a polygon."""
    reaches = [1.0, inner] * count if inner < 1 else [1.0] * count
    step = math.tau / len(reaches)
    corners = [(r * math.sin(n * step), r * math.cos(n * step)) for n, r in enumerate(reaches)]
    (left, right), (low, high) = ((min(side), max(side)) for side in zip(*corners, strict=True))
    around = zip(corners, corners[1:] + corners[:1], strict=True)
    doubled: float = sum(x * v - y * u for (x, y), (u, v) in around)
    return float(abs(doubled) / 2 / (right - left) / (high - low))


# Covered part of a box of 30 x 24 mm.
AREAS: list[tuple[dict[str, Any], float]] = [
    (shape("rectangle"), 1.0),
    (shape("rectangle", radius=6), 1 - (4 - math.pi) * 36 / 720),
    (shape("ellipse"), math.pi / 4),
    (shape("polygon", points=3), 0.5),
    (shape("polygon", points=7), spiked(7)),
    (shape("star", inner=0.4), spiked(5, 0.4)),
]


@pytest.mark.parametrize(("layer", "part"), AREAS, ids=["sharp", "round", "ellipse", "triangle", "heptagon", "star"])
@given(x=st.floats(30, 40), y=st.floats(30, 40), size=st.sampled_from([90, 301, 600]), rotation=st.floats(-180, 180))
@settings(max_examples=15, deadline=None)
def test_the_covered_area_is_the_area_of_the_shape(
    layer: dict[str, Any], part: float, x: float, y: float, size: int, rotation: float
) -> None:
    placed = {**layer, "box": {"x": x, "y": y, "width": 30, "height": 24}, "rotation": rotation}
    assert covered(placed, size) == pytest.approx(720 * part, rel=1e-3)


@pytest.mark.parametrize("angle", [0.3, -1.7, 30, 45, 60.5, 89.8])
@pytest.mark.parametrize("size", [60, 600, 5_400])
def test_edges_are_exact_to_a_hundredth_of_a_pixel(angle: float, size: int) -> None:
    """Measured by the coverage below an edge through the middle of a square, by column, or by row where it is steep."""
    zoom = size / 600
    layer = Shape.model_validate(shape("rectangle", -1_700, 300, 4_000, 2_000))
    placed = shape_layout.place_layer(0, layer, layout_context(), Transform.from_rotation((300, 300), angle))
    ((_, mask, part),) = shape_paint.paint_layer(placed, Viewport(zoom, 0, 0, size, size))
    picture = Image.new("L", (size, size))
    picture.paste(mask, (part.left, part.top))
    steep = abs(angle) > 45
    sums = np.asarray(picture).sum(axis=1 if steep else 0, dtype=float) / 255
    off = (np.arange(size) + 0.5 - size / 2) * math.tan(math.radians(90 - angle if steep else angle))
    wanted = size / 2 + off if steep else size / 2 - off
    slant = math.sin(math.radians(angle)) if steep else math.cos(math.radians(angle))
    assert np.abs(sums - wanted)[1:-1].max() * abs(slant) < 0.01


def test_arcs_are_exact_to_a_hundredth_of_a_pixel() -> None:
    size, radius = 5_400, 2_500
    layer = Shape.model_validate(shape("ellipse", 200, 200, 5_000, 5_000))
    ((_, mask, part),) = shape_paint.paint_layer(
        shape_layout.place_layer(0, layer, layout_context(), Transform()), Viewport(1.0, 0, 0, size, size)
    )
    assert (part.left, part.top, part.width, part.height) == pytest.approx((200, 200, 5_000, 5_000), abs=2)
    rows = np.asarray(mask).sum(axis=1, dtype=float) / 255
    y = np.arange(part.height) + part.top + 0.5 - 2_700
    middle = np.abs(y) < 1_800  # where the coverage of a row gives its ends
    across = np.sqrt(radius**2 - np.minimum(y**2, radius**2))
    assert (np.abs(rows / 2 - across) * across / radius)[middle].max() < 0.01


def test_an_edge_between_two_pixels_covers_them_partly() -> None:
    picture = draw_layers_image([shape("rectangle", 20.25, 30.5, 50, 40)], 100).convert("L")
    values = [picture.crop((x, 50, x + 1, 51)).tobytes()[0] for x in (19, 20, 21, 69, 70, 71)]
    assert values == pytest.approx([255, 64, 0, 0, 191, 255], abs=1)
    assert picture.crop((40, 30, 41, 31)).tobytes()[0] == pytest.approx(128, abs=1)


def test_a_rounded_rectangle_lacks_its_corners() -> None:
    assert covered(shape("rectangle", radius=10), 600) == pytest.approx(2000 - (4 - math.pi) * 100, rel=1e-3)
    # The radius is capped at half the shorter side: then it is a stadium.
    stadium = 10 * 40 + math.pi * 400
    assert covered(shape("rectangle", radius=500), 600) == pytest.approx(stadium, rel=1e-3)


def test_a_stroke_is_centered_on_the_edge() -> None:
    line = {"width": 4, "color": "#000000"}
    framed = shape("rectangle", fill=None, stroke=line)
    assert covered(framed, 600) == pytest.approx(54 * 44 - 46 * 36, rel=1e-3)
    ring = shape("ellipse", 20, 20, 40, 40, fill=None, stroke=line)
    assert covered(ring, 600) == pytest.approx(math.pi * (22**2 - 18**2), rel=1e-3)


def test_a_dashed_line_is_as_long_as_its_dashes() -> None:
    dashed = {"width": 2, "color": "#000000", "dash": [3, 2]}
    assert covered(shape("line", width=50, fill=None, stroke=dashed), 600) == pytest.approx(10 * 3 * 2, rel=1e-3)


def test_a_corner_has_a_mitered_stroke_and_a_spike_a_round_one() -> None:
    line = {"width": 4, "color": "#000000"}
    for inner, reach in (
        (0.5, 2.26 * 2),
        (0.1, 2.0),
    ):  # mm above the tip: by the angle of the miter, and half the width
        star = shape("star", 20, 30, 40, 38.04, inner=inner, fill=None, stroke=line)
        picture = draw_layers_image([star], 1_000).convert("L").point(lambda value: 255 - value)
        assert (300 - (picture.getbbox() or (0, 0, 0, 0))[1]) / 10 == pytest.approx(reach, abs=0.15)


def test_dashes_have_the_requested_caps() -> None:
    dashed = {"width": 4, "color": "#000000", "dash": [6, 14]}
    butt = shape("line", 10, 30, 80, 40, fill=None, stroke=dashed)
    rounded = {**butt, "stroke": {**dashed, "cap": "round"}}
    assert covered(butt, 600) == pytest.approx(4 * 6 * 4, rel=1e-3)
    assert covered(rounded, 600) == pytest.approx(4 * (6 * 4 + math.pi * 4), rel=1e-3)


def test_an_invisible_stroke_leaves_no_trace() -> None:
    thin = shape("ellipse", fill=None, stroke={"width": 1e-300, "color": "#000000"})
    drawing = draw_layers([thin], 100)
    assert [finding.code for finding in drawing.findings] == ["empty_layer"]
    assert covered(thin, 100) == 0


@pytest.mark.parametrize("kind", ["rectangle", "ellipse", "polygon", "star", "heart"])
@pytest.mark.parametrize("box", [(1e-300, 40), (5e-324, 5e-324), (10_000, 1e-12), (1e-6, 10_000)])
def test_a_tiny_shape_never_fails(kind: str, box: tuple[float, float]) -> None:
    line = {"width": 1_000, "color": "#000000", "dash": [1_000, 1_000]}
    for stroke in (None, {"width": 1, "color": "#000000"}, line):
        layer = shape(kind, 50, 50, *box, rotation=33, radius=5, stroke=stroke)
        assert draw_layers([layer], 100).files


@pytest.mark.parametrize("kind", ["rectangle", "ellipse", "polygon", "star", "heart"])
def test_a_shape_is_as_large_as_its_box(kind: str) -> None:
    picture = draw_layers_image([shape(kind)], 1_000).convert("L").point(lambda value: 255 - value)
    left, top, right, bottom = picture.getbbox() or (0, 0, 0, 0)
    assert (left, top, right, bottom) == pytest.approx((200, 300, 700, 700), abs=2)


def test_the_same_shape_is_drawn_at_every_size() -> None:
    layers = [shape("star", inner=0.4), shape("heart", 5, 5, 30, 20)]
    large = draw_layers_image(layers, 2_400).convert("L").resize((300, 300), Image.Resampling.BOX)
    small = draw_layers_image(layers, 300).convert("L")
    worst = max(abs(a - b) for a, b in zip(large.tobytes(), small.tobytes(), strict=True))
    assert worst <= 3


def test_a_star_matches_one_drawn_sixteen_times_as_large_by_pillow() -> None:
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
    ours = draw_layers_image([shape("star")], 300).convert("L")
    worst = max(abs(a - b) for a, b in zip(reference.tobytes(), ours.tobytes(), strict=True))
    assert worst <= 24  # Pillow's polygon covers whole pixels, here a sixteenth of ours


def test_a_gradient_spans_the_shape_and_rotates_with_it() -> None:
    gradient = {
        "type": "linear", "angle": 90,
        "stops": [{"offset": 0, "color": "#FF0000"}, {"offset": 1, "color": "#0000FF"}],
    }  # fmt: skip
    upright = draw_layers_image([shape("rectangle", 20, 20, 60, 60, fill=gradient)], 300)
    turned = draw_layers_image([shape("rectangle", 20, 20, 60, 60, fill=gradient, rotation=90)], 300)
    left, right = (upright.crop((x, 150, x + 1, 151)).tobytes() for x in (62, 237))
    assert (left[0] > 240, right[2] > 240) == (True, True)
    top, bottom = (turned.crop((150, y, 151, y + 1)).tobytes() for y in (62, 237))
    assert (top[0] > 240, bottom[2] > 240) == (True, True)


def test_one_shape_on_one_color_is_a_palette_image() -> None:
    assert draw_layers([shape("star")], 300).files[0].data[25] == 3  # the PNG's colour type


def test_contradicting_fields_are_refused_at_their_pointer() -> None:
    line = {"width": 1, "color": "#000000"}
    at = "/placements/front/layers/0"
    assert layer_problems([shape("line")]) == [(f"{at}/stroke", "required"), (f"{at}/fill", "conflict")]
    assert layer_problems([shape("star", fill=None)]) == [(at, "nothing_to_draw")]
    assert layer_problems([shape("star", stroke={**line, "dash": [1, 2, 3]})]) == [(f"{at}/stroke/dash", "odd_number")]
    assert layer_problems([shape("star", stroke={**line, "dash": [1e-4, 1e-4]})]) == [(f"{at}/stroke/dash", "too_many")]
    assert layer_problems([shape("blob")]) == [(f"{at}/shape", "unknown_value")]
    assert layer_problems([shape("star", points=2)]) == [(f"{at}/points", "too_small")]
    with pytest.raises(SpecError):
        draw_layers([shape("star", points=65)], 300)
