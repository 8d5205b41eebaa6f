"""Text with a radius, and on a circle around the centre of its box: where it is, and what shrinks."""

import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from rendering.engine.geometry.transform import Transform
from rendering.engine.layout.text import TextLayer, place_layer
from rendering.engine.schema import Text
from rendering.tests.support.contexts import layout_context
from rendering.tests.support.drawings import draw_data, draw_image, find_ink_box, long_form, text_layer

CENTER, RADIUS = 300, 180  # px and mm of the frame


def circle_layer(words: str = "HIH", *, size: float = 50, **fields: Any) -> dict[str, Any]:
    keys = ("side", "angle", "span")
    path = {"type": "circle", "radius": fields.pop("radius", RADIUS)} | {k: fields.pop(k) for k in keys if k in fields}
    box = {"x": 0, "y": 0, "width": 600, "height": 600}
    return text_layer(words, size=size, unit="mm", box=box, path=path, color="#000000", **fields)


def ink_places(layer: dict[str, Any]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the distance from the centre (px) and the angle (degrees clockwise from the top) of all dark pixels."""
    ys, xs = np.nonzero(np.asarray(draw_image(long_form(layer)).convert("L")) < 128)
    across, down = xs + 0.5 - CENTER, ys + 0.5 - CENTER
    return np.hypot(across, down), np.degrees(np.arctan2(across, -down)) % 360


def lay_out(layer: dict[str, Any]) -> TextLayer:
    return place_layer(0, Text.model_validate(layer), layout_context(), Transform())


def codes(layer: dict[str, Any]) -> list[str]:
    return [finding.code for finding in draw_data(long_form(layer)).findings]


@pytest.mark.parametrize("align", ["left", "center", "right"])
@pytest.mark.parametrize("angle", [None, 90, -45])
@pytest.mark.parametrize("side", ["outside", "inside"])
def test_letters_stand_on_the_circle_at_their_angle(side: str, angle: float | None, align: str) -> None:
    distances, angles = ink_places(circle_layer(side=side, angle=angle, align=align, fit="none"))
    outside = side == "outside"
    # Feet on the circle, heads away from it: 0.7 em is the height of the capitals of Bebas Neue.
    feet, heads = (distances.min(), distances.max()) if outside else (distances.max(), distances.min())
    assert feet == pytest.approx(RADIUS, abs=1.5)
    assert heads == pytest.approx(RADIUS + 35 if outside else RADIUS - 35, abs=2)
    expected = (0 if outside else 180) if angle is None else angle
    turned = (angles - expected + 180) % 360 - 180
    turned = turned if outside else -turned  # in reading direction
    # Serifless letters reach up to their corners beyond the angle of their feet.
    edge = {"left": turned.min(), "center": (turned.min() + turned.max()) / 2, "right": turned.max()}[align]
    assert edge == pytest.approx(0, abs=1.5)


def test_text_inside_reads_from_left_to_right_at_the_bottom() -> None:
    found = draw_image(long_form(circle_layer("LI", side="inside", size=60, fit="none")))
    left, top, right, bottom = find_ink_box(found)
    assert bottom == pytest.approx(CENTER + RADIUS, abs=2)
    column = np.asarray(found.convert("L").crop((left, top, right, bottom))) < 128
    # The L comes first, with its foot below.
    assert column[-10:, : column.shape[1] // 2].sum() > column[:10, : column.shape[1] // 2].sum() * 1.5


def test_a_smaller_size_takes_less_of_the_circle() -> None:
    widths = [np.ptp((ink_places(circle_layer("HHHHHH", size=size))[1] + 180) % 360) for size in (20, 40)]
    assert widths[1] == pytest.approx(2 * widths[0], rel=0.05)


@pytest.mark.parametrize("span", [60, 200, 360])
@pytest.mark.parametrize("side", ["outside", "inside"])
def test_a_text_shrinks_to_its_span_and_the_circle_stays(side: str, span: float) -> None:
    layer = circle_layer("MOUNTAIN COFFEE ROASTERS AND MORE", side=side, span=span, size=150)
    distances, angles = ink_places(layer)
    assert (distances.min() if side == "outside" else distances.max()) == pytest.approx(RADIUS, abs=1.5)
    taken = np.ptp((angles + (180 if side == "outside" else 0)) % 360)
    assert taken <= span + 2
    if span < 360:
        assert taken >= 0.93 * span
    assert codes(layer) in (["text_shrunk"], ["text_shrunk", "letters_collide"])


def test_a_text_on_a_circle_shrinks_until_it_is_in_its_box() -> None:
    layer = circle_layer("HHHHHHHHHH", size=200, radius=250)
    found = lay_out(layer)
    assert found.ink is not None
    assert found.ink.top == pytest.approx(0, abs=0.05)
    assert found.ink.top >= -1e-9
    assert codes(layer) == ["text_shrunk"]


def test_a_circle_that_is_not_in_its_box_shrinks_nothing_and_is_a_finding() -> None:
    layer = circle_layer("HIH", radius=280) | {"box": {"x": 200, "y": 200, "width": 200, "height": 200}}
    assert lay_out(layer).size == 50
    assert "text_overflow" in codes(layer)


@pytest.mark.parametrize("radius", [110, -110, 200, -300])
def test_a_radius_bends_text_to_that_circle(radius: float) -> None:
    """Full stops lie on a circle around its centre: as three of them tell, and as far as the text is long."""
    size, count, spacing = 80, 7, 0.4
    layer = text_layer("." * count, size=size, unit="mm", radius=radius, fit="none", letter_spacing=spacing)
    ink = np.asarray(draw_image(long_form(layer, background="#FFFFFF")).convert("L"), dtype=float)
    ys, xs = np.nonzero(ink < 128)
    order = np.argsort(xs, kind="stable")
    dots = np.split(order, np.flatnonzero(np.diff(xs[order]) > 1) + 1)
    assert len(dots) == count
    first, middle, last = (np.array([xs[dots[k]].mean(), ys[dots[k]].mean()]) for k in (0, count // 2, count - 1))
    chord, rise = math.dist(first, last), ((first + last) / 2 - middle)[1]
    found = (chord**2 / 4 + rise**2) / (2 * rise)  # of the circle through the three, positive if it is arched up
    straight = lay_out({**layer, "radius": 0}).ink
    height = lay_out({**layer, "text": ".", "radius": 0}).ink
    assert straight is not None
    assert height is not None
    assert found == pytest.approx(radius + height.height / 2, rel=0.01)
    length = 2 * math.asin(chord / 2 / abs(found)) * abs(radius)
    assert length == pytest.approx(straight.width - height.width, rel=0.01)


@pytest.mark.parametrize("radius", [60, -60, 110, 100_000 / 13])
@pytest.mark.parametrize(
    ("words", "font"), [("MOUNTAIN COFFEE", "Bebas-Bold"), ("Happy Birthday", "GreatVibes-Regular")]
)
def test_a_text_with_a_radius_shrinks_to_the_largest_size_in_its_box(words: str, font: str, radius: float) -> None:
    box = {"x": 10, "y": 10, "width": 260, "height": 120}
    layer = text_layer(words, font=font, size=100, unit="mm", radius=radius, box=box)
    found = lay_out(layer)
    larger = lay_out({**layer, "size": found.size * 1.001, "fit": "none"})
    assert found.ink is not None
    assert larger.ink is not None
    assert max(found.ink.width / 260, found.ink.height / 120) <= 1 + 1e-9
    length = larger.block.line.length * larger.size  # type: ignore[attr-defined]
    assert max(larger.ink.width / 260, larger.ink.height / 120, length / (math.tau * abs(radius))) > 1


def test_the_smallest_size_is_kept_on_a_circle() -> None:
    layer = text_layer(
        "MOUNTAIN COFFEE", size=100, min_size=70, unit="mm", radius=40, box={"x": 0, "y": 0, "width": 50, "height": 50}
    )
    assert lay_out(layer).size == 70
    assert {"text_overflow", "letters_collide"} <= set(codes(layer))


@pytest.mark.parametrize("path", [{"radius": 1e-9}, {"radius": 10_000}, {"radius": 5, "span": 1e-9}])
def test_extreme_circles_are_drawn(path: dict[str, float]) -> None:
    for side in ("outside", "inside"):
        layer = text_layer("नमस्ते Pacifico", font="Pacifico-Regular", path={"type": "circle", "side": side, **path})
        assert draw_image(long_form(layer)).size == (600, 600)


def test_ink_of_warped_letters_with_an_outline_is_exact() -> None:
    layer = circle_layer("Happy Birthday", size=60, fit="none", font="GreatVibes-Regular")
    bounds = lay_out(layer).ink
    assert bounds is not None
    outlined = {**layer, "outline": {"width": 10, "color": "#000000"}}
    for drawn, margin in ((layer, 0), (outlined, 10)):
        box = find_ink_box(draw_image(long_form(drawn), "preview.png:2400"), least=8)
        expected = bounds.expand(margin)
        assert [edge / 4 for edge in box] == pytest.approx(list(expected), abs=0.4)
