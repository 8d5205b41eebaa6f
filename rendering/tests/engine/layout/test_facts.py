"""The facts of a placement: what is printed on it, for prices. Expected values are worked out by hand, or read off the
pixels; the frame is a square of 100 mm."""

import io
import math
from typing import Any

import pytest
from PIL import Image

from rendering.engine.encode.outputs import parse_outputs
from rendering.engine.values import Area, PlacementFacts
from rendering.fonts.catalogue import installed_fonts
from rendering.tests.support.drawing import draw
from rendering.tests.support.drawings import CLEAR, LENIENT_RULES, draw_short_form
from rendering.tests.support.layers import draw_layers
from rendering.tests.support.photos import ASSET, StoredImage, quarters

Layer = dict[str, Any]
PICTURES = {ASSET: StoredImage(quarters()).picture()}
FRAME = (0, 0, 100, 100)


def box(x: float, y: float, width: float, height: float) -> dict[str, float]:
    return {"x": x, "y": y, "width": width, "height": height}


EVERYWHERE = box(0, 0, 100, 100)


def plate(color: str = "#ff0000", at: dict[str, float] | None = None, **more: Any) -> Layer:
    """A rectangle from (10, 20) to (40, 60) mm."""
    fill = {"type": "color", "color": color}
    return {"type": "shape", "shape": "rectangle", "box": at or box(10, 20, 30, 40), "fill": fill, **more}


def words(text: str = "HxH", **more: Any) -> Layer:
    place = box(20, 40, 60, 20)
    return {"type": "text", "text": text, "font": "Bebas-Bold", "size": 15, "color": "#112233", "box": place, **more}


def code(**more: Any) -> Layer:
    """A code of 21 modules and a margin of 4 on each side, of 1 mm each."""
    return {"type": "qr", "value": "A", "box": box(10, 10, 29, 29), **more}


def photo(**more: Any) -> Layer:
    return {"type": "image", "asset": ASSET, "box": box(30, 30, 40, 20), "fit": "cover", **more}


def group(*layers: Layer, **more: Any) -> Layer:
    return {"type": "group", "layers": list(layers), **more}


def gradient(*colors: str) -> dict[str, Any]:
    stops = [{"offset": number / 10, "color": color} for number, color in enumerate(colors)]
    return {"type": "linear", "stops": stops}


def facts_of(*layers: Layer, background: dict[str, Any] | None = None) -> PlacementFacts:
    (facts,) = draw_layers(layers, 100, background or CLEAR, PICTURES).facts
    return facts


def counts(text: int = 0, image: int = 0, shape: int = 0, qr: int = 0) -> dict[str, int]:
    return {"text": text, "image": image, "shape": shape, "qr": qr}


def test_a_rectangle_is_as_large_as_its_box() -> None:
    assert facts_of(plate()).to_json() == {
        "placement": "front",
        "layers": counts(shape=1),
        "colors": ["#FF0000"],
        "has_photos": False,
        "has_color_glyphs": False,
        "has_gradients": False,
        "has_transparency": False,
        "bounds": {"x": 10, "y": 20, "width": 30, "height": 40},
        "area_mm2": 1200,
    }


def test_a_rotated_rectangle_takes_the_upright_one_around_it() -> None:
    facts = facts_of(plate(at=box(30, 40, 40, 20), rotation=30))
    width, height = 40 * math.sqrt(3) / 2 + 20 / 2, 40 / 2 + 20 * math.sqrt(3) / 2
    assert facts.bounds == pytest.approx((50 - width / 2, 50 - height / 2, width, height), abs=0.001)
    assert facts.area_mm2 == pytest.approx(width * height, abs=0.1)


def test_the_bounds_are_around_all_layers_and_clipped_to_the_frame() -> None:
    assert facts_of(plate(), plate("#0000FF", box(70, -5, 50, 10))).bounds == (10, 0, 90, 60)
    assert facts_of(plate(at=box(-10, -10, 200, 200))).bounds == FRAME


@pytest.mark.parametrize("place", [box(101, 0, 5, 5), box(100, 0, 5, 5), box(0, -9, 5, 9), box(-50, -50, 20, 20)])
def test_a_layer_outside_the_frame_is_not_printed(place: dict[str, float]) -> None:
    facts = facts_of(plate("#00FF00", place), plate())
    assert (facts.layers, facts.colors, facts.bounds) == (counts(shape=1), ("#FF0000",), (10, 20, 30, 40))


UNSEEN = [
    plate(hidden=True),
    plate(opacity=0),
    plate(opacity=0.001),  # none of 255 levels
    group(plate(), hidden=True),
    group(plate(), words(), photo(), code(), opacity=0),
    group(group(plate(hidden=True)), plate(opacity=0), blend="multiply"),
]


@pytest.mark.parametrize("layer", UNSEEN)
def test_nothing_is_printed_of_what_is_not_seen(layer: Layer) -> None:
    facts = facts_of(layer)
    assert (facts.layers, facts.colors, facts.bounds, facts.area_mm2) == (counts(), (), None, 0)
    assert not any((facts.has_photos, facts.has_transparency, facts.has_gradients, facts.has_color_glyphs))
    assert facts.to_json()["bounds"] is None


def test_layers_in_groups_count_and_groups_do_not() -> None:
    facts = facts_of(group(plate(), group(plate("#0000FF"), code()), x=5, y=-3), words())
    assert facts.layers == counts(text=1, shape=2, qr=1)
    assert facts.colors == ("#000000", "#0000FF", "#112233", "#FF0000", "#FFFFFF")
    assert facts_of(group(group(plate(), x=5), y=-3)).bounds == (15, 17, 30, 40)
    turned = facts_of(group(plate(at=box(50, 20, 20, 10)), rotation=90))
    assert turned.bounds == pytest.approx((70, 50, 10, 20))
    assert not turned.has_transparency


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        (plate(opacity=0.5), True),
        (plate(blend="multiply"), True),
        (group(plate(), opacity=0.5), True),
        (group(group(plate()), blend="screen"), True),
        (words(shadow={"blur": 0, "opacity": 0.5}), True),
        (words(shadow={"blur": 1, "opacity": 1}), True),
        (words(shadow={"blur": 0, "opacity": 1}), False),
        (words(shadow={"blur": 1, "opacity": 0}), False),
        (group(words(outline={"width": 1, "color": "#FFFFFF"}), x=1), False),
    ],
)
def test_transparency_is_told(layer: Layer, expected: bool) -> None:
    assert facts_of(layer).has_transparency is expected


@pytest.mark.parametrize(
    ("layers", "ink"),
    [
        ([plate("#101010", EVERYWHERE), words(color="auto")], "#FFFFFF"),
        ([plate("#EEEEEE", EVERYWHERE), group(words(color="auto"), opacity=0.9)], "#000000"),
    ],
)
def test_the_color_auto_is_the_one_that_was_chosen(layers: list[Layer], ink: str) -> None:
    assert set(facts_of(*layers).colors) == {layers[0]["fill"]["color"], ink}


def test_every_part_of_a_layer_has_its_color() -> None:
    edged = words(outline={"width": 1, "color": "#ffd166"}, shadow={"color": "#abcdef"})
    assert facts_of(edged).colors == ("#112233", "#ABCDEF", "#FFD166")
    assert facts_of(words(shadow={"color": "#abcdef", "opacity": 0})).colors == ("#112233",)
    assert facts_of(words(shadow={"color": "#abcdef", "x": 90, "blur": 0})).colors == ("#112233",)  # beside the frame
    stroked = plate(stroke={"width": 2, "color": "#0a0b0c"})
    assert facts_of(stroked).colors == ("#0A0B0C", "#FF0000")
    assert facts_of(stroked).bounds == (9, 19, 32, 42)
    assert facts_of(code(color="#123456")).colors == ("#123456", "#FFFFFF")


def test_a_color_that_is_used_twice_counts_once() -> None:
    assert facts_of(plate("#FF0000"), plate("#ff0000"), background={"type": "color", "color": "#fF0000"}).colors == (
        "#FF0000",
    )


def test_the_stops_of_gradients_are_colors() -> None:
    facts = facts_of({**plate(), "fill": gradient("#00FF00", "#0000FF", "#00ff00")})
    assert (facts.colors, facts.has_gradients) == (("#0000FF", "#00FF00"), True)
    assert facts_of(background=gradient("#00FF00", "#0000FF")).has_gradients
    same = facts_of({**plate(), "fill": gradient("#00FF00", "#00ff00")})
    assert (same.colors, same.has_gradients) == (("#00FF00",), False)


@pytest.mark.parametrize("ground", [{"type": "color", "color": "#FFFFFF"}, gradient("#FFFFFF", "#FFFFFF")])
def test_a_background_is_printed_on_the_whole_frame(ground: dict[str, Any]) -> None:
    for layers in ((), (plate(hidden=True),), (code(background="#ffffff", color="#ffffff"),)):
        facts = facts_of(*layers, background=ground)
        assert (facts.bounds, facts.area_mm2, facts.colors) == (FRAME, 10_000, ("#FFFFFF",))


def test_a_code_without_a_background_is_as_large_as_its_modules() -> None:
    assert facts_of(code()).bounds == (10, 10, 29, 29)
    clear = facts_of(code(background=None))
    assert (clear.bounds, clear.colors) == ((14, 14, 21, 21), ("#000000",))


def test_pictures_and_emoji_are_told_instead_of_their_colors() -> None:
    facts = facts_of(photo(tint={"color": "#FF0000"}))
    assert (facts.colors, facts.has_photos, facts.layers, facts.bounds) == ((), True, counts(image=1), (30, 30, 40, 20))
    assert facts_of(code(logo={"asset": ASSET})).has_photos
    assert not facts_of(code(logo={"asset": None})).has_photos
    emoji = facts_of(words("😀 😀"))
    assert (emoji.colors, emoji.has_color_glyphs) == ((), True)
    both = facts_of(words("A 😀"))
    assert (both.colors, both.has_color_glyphs) == (("#112233",), True)


AS_DRAWN = {
    "letters": words(),
    "an outline": words(outline={"width": 1, "color": "#000000"}),
    "a sharp shadow": words(shadow={"x": -3, "y": 4, "blur": 0, "opacity": 1}),
    "an outline and its shadow": words(outline={"width": 1, "color": "#000000"}, shadow={"x": 3, "blur": 0}),
    "letters on an arc": words(arc=120),
    "a turned ellipse": {**plate(at=box(30, 40, 40, 20), rotation=30), "shape": "ellipse"},
    "a turned star": {**plate(at=box(30, 30, 40, 40), rotation=20), "shape": "star"},
    "a turned round photo": photo(mask="circle", rotation=30),
    "a turned photo": photo(rotation=30),
    "a code": code(background=None),
    "a turned code": code(rotation=90, background=None),
    "a clipped ellipse": {**plate(at=box(-20, 80, 60, 40)), "shape": "ellipse"},
    "a faded group": group(plate(), words(), opacity=0.5, rotation=0, x=7),
}


@pytest.mark.parametrize("name", AS_DRAWN)
def test_the_bounds_are_those_of_the_pixels(name: str) -> None:
    drawing = draw_layers([AS_DRAWN[name]], 1000, CLEAR, PICTURES)
    (facts,) = drawing.facts
    with Image.open(io.BytesIO(drawing.files[0].data)) as image:
        ink = image.convert("RGBA").getchannel("A").getbbox()
    assert facts.bounds is not None
    assert ink is not None
    x, y, width, height = facts.bounds
    assert (x, y, x + width, y + height) == pytest.approx([edge / 10 for edge in ink], abs=0.15)


def test_the_bounds_of_a_rotated_text_hold_all_of_it() -> None:
    drawing = draw_layers([words(rotation=40)], 1000, CLEAR)
    with Image.open(io.BytesIO(drawing.files[0].data)) as image:
        ink = image.convert("RGBA").getchannel("A").getbbox()
    assert drawing.facts[0].bounds is not None
    assert ink is not None
    x, y, width, height = drawing.facts[0].bounds
    left, top, right, bottom = (edge / 10 for edge in ink)
    assert x - 0.1 <= left < right <= x + width + 0.1
    assert y - 0.1 <= top < bottom <= y + height + 0.1


def test_each_placement_has_its_own_facts_whatever_files_are_drawn() -> None:
    back = {"background": {"type": "color", "color": "#222222"}, "layers": [words()]}
    sides = {"front": {"layers": [plate()]}, "back": back, "left": {"layers": []}}
    areas = [Area("front", 100, 100), Area("back", 200, 300), Area("left", 50, 50)]
    outputs = parse_outputs(["preview.png:100"])
    drawing = draw({"version": 1, "placements": sides}, LENIENT_RULES, installed_fonts(), outputs, areas=areas)
    assert [(one.placement, one.bounds, one.colors) for one in drawing.facts] == [
        ("front", (10, 20, 30, 40), ("#FF0000",)),
        ("back", (0, 0, 200, 300), ("#112233", "#222222")),
        ("left", None, ()),
    ]


def test_the_short_form_is_a_background_and_its_letters() -> None:
    (facts,) = draw_short_form(text="Test", color="#FFD166").facts
    assert (facts.layers, facts.colors, facts.has_transparency) == (counts(text=1), ("#000000", "#FFD166"), False)
