from typing import Any

import pytest

from rendering.engine.schema import EXAMPLE, DesignData, LongForm
from rendering.engine.validation.parse import parse_design
from rendering.engine.validation.problems import PROBLEMS_CEILING, SpecError
from rendering.engine.values import Area, DrawLimits, Rules
from rendering.fonts.catalogue import installed_fonts
from rendering.tests.support.drawings import STRICT_RULES, long_form, text_layer

AREAS = [Area("front", 300, 400), Area("back", 300, 400)]
LAYER = "/placements/front/layers/0"
CIRCLE = {"type": "circle", "radius": 50}


def problems(data: object, bounds: DrawLimits = DrawLimits()) -> list[tuple[str, str]]:  # noqa: B008
    with pytest.raises(SpecError) as caught:
        parse_design(data, STRICT_RULES, installed_fonts(), AREAS, bounds)
    assert all(problem.message.endswith(".") for problem in caught.value.problems)
    return [(problem.pointer, problem.code) for problem in caught.value.problems]


def of_layer(**fields: Any) -> list[tuple[str, str]]:
    return [(pointer.removeprefix(LAYER), code) for pointer, code in problems(long_form(text_layer(**fields)))]


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"words": "x"}, [("/text", "too_short")]),
        ({"words": "x" * 51}, [("/text", "too_long")]),
        ({"words": "a\x1bb"}, [("/text", "invalid_character")]),
        ({"words": "\n \n"}, [("/text", "blank")]),
        ({"font": "Comic-Sans"}, [("/font", "unknown_font")]),
        ({"size": 11.9}, [("/size", "too_small")]),
        ({"size": 36.1, "unit": "mm"}, [("/size", "too_large")]),
        ({"size": 103, "unit": "pt"}, [("/size", "too_large")]),
        ({"size": 5.9, "unit": "mm"}, [("/size", "too_small")]),
        ({"size": "48"}, [("/size", "wrong_type")]),
        ({"size": 10**400}, [("/size", "too_large")]),
        ({"size": float("nan")}, [("/size", "not_finite")]),
        ({"unit": "inch"}, [("/unit", "unknown_value")]),
        ({"color": "red"}, [("/color", "invalid_color")]),
        ({"opacity": False}, [("/opacity", "wrong_type")]),
        ({"opacity": 1.1}, [("/opacity", "too_large")]),
        ({"hidden": 0}, [("/hidden", "wrong_type")]),
        ({"fit": "squeeze"}, [("/fit", "unknown_value")]),
        ({"blend": None}, [("/blend", "unknown_value")]),
        ({"box": {"x": 0, "y": 0, "width": 0, "height": 10}}, [("/box/width", "too_small")]),
        ({"box": {"x": 0, "y": 0, "width": 10}}, [("/box/height", "required")]),
        ({"box": []}, [("/box", "wrong_type")]),
        ({"axes": {"wght": 700}}, [("/axes/wght", "unknown_axis")]),
        ({"font": "Roboto-Regular", "axes": {"wght": 1001}}, [("/axes/wght", "too_large")]),
        ({"font": "Roboto-Regular", "axes": {"wght": "bold"}}, [("/axes/wght", "wrong_type")]),
        ({"features": {"smallcaps": 1}}, [("/features/smallcaps", "invalid_tag")]),
        ({"features": {"smcp": -1}}, [("/features/smcp", "too_small")]),
        ({"outline": {"width": 1}}, [("/outline/color", "required")]),
        ({"shadow": {"blur": -1}}, [("/shadow/blur", "too_small")]),
        ({"min_size": 60}, [("/min_size", "too_large")]),
        ({"arc": 90, "words": "two\nlines"}, [("/arc", "conflict")]),
        ({"arc": 90, "fit": "wrap"}, [("/arc", "conflict")]),
        ({"radius": -90, "words": "two\nlines"}, [("/radius", "conflict")]),
        ({"path": CIRCLE, "fit": "ellipsis"}, [("/path", "conflict")]),
        ({"arc": 90, "radius": 50}, [("/radius", "conflict")]),
        ({"arc": 90, "radius": 50, "path": CIRCLE}, [("/radius", "conflict"), ("/path", "conflict")]),
        ({"radius": 10_001}, [("/radius", "too_large")]),
        ({"path": {"type": "square", "radius": 5}}, [("/path/type", "unknown_value")]),
        ({"path": {"type": "circle"}}, [("/path/radius", "required")]),
        ({"path": {**CIRCLE, "radius": 0}}, [("/path/radius", "too_small")]),
        ({"path": {**CIRCLE, "side": "left"}}, [("/path/side", "unknown_value")]),
        ({"path": {**CIRCLE, "span": 361}}, [("/path/span", "too_large")]),
        ({"wieght": 3}, [("/wieght", "unknown_field")]),
    ],
)
def test_a_bad_value_of_a_layer_is_refused_at_its_own_pointer(
    fields: dict[str, Any], found: list[tuple[str, str]]
) -> None:
    assert of_layer(**fields) == found


@pytest.mark.parametrize(
    ("data", "found"),
    [
        ({"version": 1}, [("/placements", "required")]),
        ({"placements": {}}, [("/version", "required"), ("/placements", "too_few")]),
        ({"version": 2, "placements": {"front": {"layers": []}}}, [("/version", "unknown_value")]),
        ({"version": 1, "placements": {"sleeve": {"layers": []}}}, [("/placements/sleeve", "unknown_placement")]),
        ({"version": 1, "placements": {"front": {}}}, [("/placements/front/layers", "required")]),
        ({"version": 1, "placements": {"front": {"layers": {}}}}, [("/placements/front/layers", "wrong_type")]),
        ({"version": 1, "placements": {"front": {"layers": [7]}}}, [(LAYER, "wrong_type")]),
        ({"version": 1, "placements": [], "text": "x"}, [("/placements", "wrong_type"), ("/text", "unknown_field")]),
    ],
)
def test_a_bad_shape_is_refused_where_it_is(data: dict[str, Any], found: list[tuple[str, str]]) -> None:
    assert problems(data) == found


@pytest.mark.parametrize(
    ("background", "found"),
    [
        ({"type": "paper"}, ("", "unknown_type")),
        ({"color": "#FFFFFF"}, ("", "required")),
        ({"type": "color", "color": "white"}, ("/color", "invalid_color")),
        ({"type": "linear", "stops": [{"offset": 0, "color": "#FFFFFF"}]}, ("/stops", "too_few")),
        (
            {"type": "radial", "stops": [{"offset": 1, "color": "#FFFFFF"}, {"offset": 0, "color": "#000000"}]},
            ("/stops", "out_of_order"),
        ),
        (
            {"type": "linear", "stops": [{"offset": 2, "color": "#FFFFFF"}, {"offset": 3, "color": "#000000"}]},
            ("/stops/0/offset", "too_large"),
        ),
    ],
)
def test_a_bad_background_is_refused(background: dict[str, Any], found: tuple[str, str]) -> None:
    pointer, code = found
    assert problems(long_form(background=background))[0] == (f"/placements/front/background{pointer}", code)


def test_problems_of_several_layers_are_reported_at_once() -> None:
    data = long_form(text_layer("x"), text_layer(font="None", size=500), text_layer(color="blue"))
    assert problems(data) == [
        ("/placements/front/layers/2/color", "invalid_color"),
        ("/placements/front/layers/0/text", "too_short"),
        ("/placements/front/layers/1/font", "unknown_font"),
        ("/placements/front/layers/1/size", "too_large"),
    ]


def test_layers_and_characters_are_bounded_before_any_work() -> None:
    two = long_form(text_layer("12345"), text_layer("12345"))
    parse_design(two, STRICT_RULES, installed_fonts(), AREAS, DrawLimits(layers=2, code_points=10))
    assert problems(two, DrawLimits(layers=1)) == [("/placements", "too_many")]
    assert problems(two, DrawLimits(code_points=9)) == [("/placements", "too_long")]
    assert problems(long_form(*[text_layer()] * 101))[0] == ("/placements/front/layers", "too_many")


def test_a_thousand_mistakes_get_a_short_answer() -> None:
    found = problems(long_form(*[{"type": "text"}] * 90))
    assert len(found) == PROBLEMS_CEILING + 1
    assert found[-1] == ("", "more")


def test_a_body_of_a_million_values_is_refused_at_once() -> None:
    assert problems(long_form(*[[0] * 1000] * 1000)) == [("", "too_complex")]


def test_the_example_of_the_schema_is_valid() -> None:
    assert LongForm.model_validate(EXAMPLE)
    assert len(parse_design(EXAMPLE, Rules(1, 50, 1, 300), installed_fonts(), AREAS).placements) == 1


def test_the_published_schema_contains_every_limit() -> None:
    schema = DesignData.model_json_schema()
    layer = schema["$defs"]["Text"]["properties"]
    assert layer["text"]["maxLength"] == 2000
    assert layer["size"]["exclusiveMinimum"] == 0
    assert layer["opacity"]["maximum"] == 1
    assert layer["fit"]["enum"] == ["none", "shrink", "wrap", "wrap_shrink", "ellipsis"]
    assert schema["$defs"]["Placement"]["properties"]["layers"]["maxItems"] == 100
    assert all(field.get("description") for name, field in layer.items() if name != "type")


@pytest.mark.parametrize(("name", "at"), [("\ud800", ""), ("x" * 101, ""), ("a/b~c", "/a~1b~0c")])
def test_a_pointer_stops_at_an_unprintable_placement_name(name: str, at: str) -> None:
    found = problems({"version": 1, "placements": {name: {"layers": []}}})
    assert {pointer for pointer, _ in found} == {f"/placements{at}"}
    assert "unknown_placement" in [code for _, code in found]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\u2028"])
def test_a_text_is_kept_as_it_was_sent_and_no_line_break_follows_an_arc(end: str) -> None:
    data = long_form(text_layer(f"two{end}lines\there"))
    (placement,) = parse_design(data, STRICT_RULES, installed_fonts(), AREAS).placements
    assert [layer.texts for layer in placement.content.layers] == [(f"two{end}lines\there",)]
    assert of_layer(words=f"two{end}lines", arc=90) == [("/arc", "conflict")]
