from typing import Any

import pytest

from rendering.engine.schema import SIZE_CEILING, TEXT_CEILING, ShortForm, Text
from rendering.engine.validation.parse import parse_design
from rendering.engine.validation.problems import Problem, SpecError
from rendering.engine.values import Rules
from rendering.fonts.catalogue import installed_fonts
from rendering.tests.support.drawings import STRICT_RULES, short_form

KNOWN = {"Bebas-Bold": installed_fonts()["Bebas-Bold"]}
WITHOUT = object()


def refused(data: object, rules: Rules = STRICT_RULES) -> tuple[Problem, ...]:
    with pytest.raises(SpecError) as caught:
        parse_design(data, rules, KNOWN)
    assert all(problem.message.endswith((".", "remove it.")) for problem in caught.value.problems)
    return caught.value.problems


def problems(data: object, rules: Rules = STRICT_RULES) -> list[tuple[str, str]]:
    return [(problem.pointer, problem.code) for problem in refused(data, rules)]


def accepted(data: object) -> Text:
    (placement,) = parse_design(data, STRICT_RULES, KNOWN).placements
    (layer,) = placement.content.layers
    assert isinstance(layer, Text)
    return layer


def changed(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in short_form(**fields).items() if value is not WITHOUT}


@pytest.mark.parametrize("data", [None, [], "text", 3, True, [short_form()], b"{}"])
def test_a_value_that_is_not_an_object_is_refused_as_a_whole(data: object) -> None:
    assert problems(data) == [("", "not_an_object")]


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("text", WITHOUT, "required"),
        ("text", None, "wrong_type"),
        ("text", 5, "wrong_type"),
        ("text", True, "wrong_type"),
        ("text", ["Test"], "wrong_type"),
        ("text", {"text": "Test"}, "wrong_type"),
        ("text", b"Test", "wrong_type"),
        ("text", "", "blank"),
        ("text", "x", "too_short"),
        ("text", "x" * 51, "too_long"),
        ("text", "x" * 1_000_000, "too_long"),
        ("text", "👩‍👩‍👧" * 51, "too_long"),
        ("text", "    ", "blank"),
        ("text", "\u00a0\u2003\u3000", "blank"),
        ("text", "\u200b\u200d\ufeff", "blank"),
        ("text", "two\nlines", "invalid_character"),
        ("text", "\r\n\r\n", "invalid_character"),
        ("text", "nul\x00", "invalid_character"),
        ("text", "\x00\x00", "invalid_character"),
        ("text", "escape\x1b[0m", "invalid_character"),
        ("text", "delete\x7f", "invalid_character"),
        ("text", "next line\x85", "invalid_character"),
        ("text", "line\u2028separator", "invalid_character"),
        ("text", "paragraph\u2029separator", "invalid_character"),
        ("text", "half \ud83d", "invalid_character"),
        ("text", "\udc00 half", "invalid_character"),
        ("text", "non\ufffe", "invalid_character"),
        ("text", "non\ufdd0", "invalid_character"),
        ("text", "non\U0010ffff", "invalid_character"),
        ("font", WITHOUT, "required"),
        ("font", None, "wrong_type"),
        ("font", 7, "wrong_type"),
        ("font", "", "unknown_font"),
        ("font", "Comic-Sans", "unknown_font"),
        ("font", "bebas-bold", "unknown_font"),
        ("font", "../../etc/passwd", "unknown_font"),
        ("font", "x" * 100_000, "unknown_font"),
        ("font", "\ud800", "invalid_character"),
        ("color", WITHOUT, "required"),
        ("color", None, "wrong_type"),
        ("color", 0xFF0000, "wrong_type"),
        ("color", "red", "invalid_color"),
        ("color", "#F00", "invalid_color"),
        ("color", "#FF0000FF", "invalid_color"),
        ("color", "FF0000", "invalid_color"),
        ("color", "#GG0000", "invalid_color"),
        ("color", "#FF0000\n", "invalid_color"),
        ("color", "#\uff11\uff11\uff11\uff11\uff11\uff11", "invalid_color"),
        ("color", "", "invalid_color"),
        ("fontSize", None, "wrong_type"),
        ("fontSize", "48", "wrong_type"),
        ("fontSize", True, "wrong_type"),
        ("fontSize", False, "wrong_type"),
        ("fontSize", [48], "wrong_type"),
        ("fontSize", float("nan"), "not_finite"),
        ("fontSize", float("inf"), "not_finite"),
        ("fontSize", float("-inf"), "not_finite"),
        ("fontSize", 0, "too_small"),
        ("fontSize", -0.0, "too_small"),
        ("fontSize", -48, "too_small"),
        ("fontSize", 11.999, "too_small"),
        ("fontSize", 5e-324, "too_small"),
        ("fontSize", 72.5, "too_large"),
        ("fontSize", 1e308, "too_large"),
        ("fontSize", 10**400, "too_large"),
        ("fontSize", -(10**400), "too_small"),
    ],
)
def test_a_bad_value_is_refused_at_its_own_pointer(field: str, value: object, code: str) -> None:
    assert problems(changed(**{field: value})) == [(f"/{field}", code)]


def test_every_problem_is_reported_at_once() -> None:
    data = {"text": "a\x00", "color": "red", "fontSize": 500, "extra": 1}
    assert sorted(problems(data)) == [
        ("/color", "invalid_color"),
        ("/extra", "unknown_field"),
        ("/font", "required"),
        ("/fontSize", "too_large"),
        ("/text", "invalid_character"),
    ]


def test_an_empty_object_lacks_its_three_fields() -> None:
    assert sorted(problems({})) == [("/color", "required"), ("/font", "required"), ("/text", "required")]


@pytest.mark.parametrize(
    ("name", "pointer"),
    [
        ("layers", "/layers"),
        ("Text", "/Text"),
        ("a/b", "/a~1b"),
        ("m~n", "/m~0n"),
        ("", "/"),
        ("~1", "/~01"),
        (" ", "/ "),
    ],
)
def test_an_unknown_field_is_pointed_at_as_rfc_6901_says(name: str, pointer: str) -> None:
    assert problems({**short_form(), name: 1}) == [(pointer, "unknown_field")]


@pytest.mark.parametrize("name", ["\ud800", "x" * 1_000_000, 7, None])
def test_a_field_name_that_cannot_be_echoed_is_refused_as_a_whole(name: object) -> None:
    data: dict[object, object] = {name: 1}
    data.update(short_form())
    assert problems(data) == [("", "unknown_field")]


def test_a_thousand_unknown_fields_get_an_answer_of_bounded_length() -> None:
    found = problems({**short_form(), **{f"field{number}": 1 for number in range(1000)}})
    assert found[0] == ("/field0", "unknown_field")
    assert found[-1] == ("", "unknown_field")
    assert len(found) == 51


def test_a_deeply_nested_value_is_only_a_wrong_type() -> None:
    nested: list[Any] = []
    for _ in range(100_000):
        nested = [nested]
    assert problems(changed(text=nested)) == [("/text", "wrong_type")]


def test_no_rules_raise_the_engines_own_limits() -> None:
    lax = Rules(text_min=0, text_max=10**9, size_min=0, size_max=1e9)
    assert problems(short_form("x" * (TEXT_CEILING + 1)), lax) == [("/text", "too_long")]
    assert problems(short_form(fontSize=SIZE_CEILING + 1), lax) == [("/fontSize", "too_large")]
    assert problems(short_form(""), lax) == [("/text", "blank")]
    assert problems(short_form(fontSize=0), lax) == [("/fontSize", "too_small")]


def test_limits_are_inclusive_and_count_what_a_person_calls_a_character() -> None:
    for text in ("xx", "x" * 50, "🎉" * 50, "e\u0301" * 50, "👩‍👩‍👧" * 50, "🇺🇦" * 50, "क्षि" * 50, "กำ" * 50):
        assert accepted(short_form(text)).text == text
        if len(text) > 2:
            assert problems(short_form(text + "x")) == [("/text", "too_long")]
    for size in (12, 72, 12.5):
        assert accepted(short_form(fontSize=size)).size == size


def test_a_message_counts_characters_as_people_do() -> None:
    (problem,) = refused(short_form("👩‍👩‍👧" * 51))
    assert problem.message == "The text has 51 characters; this product allows at most 50."
    (problem,) = refused(short_form("e\u0301"), Rules(text_min=3, text_max=9, size_min=1, size_max=99))
    assert problem.message == "The text has 1 character; this product needs at least 3."


def test_code_points_are_limited_though_they_are_few_characters() -> None:
    (problem,) = refused(short_form("e" + "\u0301" * TEXT_CEILING))
    assert (problem.pointer, problem.code) == ("/text", "too_long")
    assert "2001 code points; at most 2000" in problem.message


def test_a_minimum_is_met_by_as_many_code_points_as_before() -> None:
    """A text that was long enough when code points were counted stays long enough."""
    assert accepted(short_form("👍🏽")).text == "👍🏽"


def test_text_is_kept_as_written() -> None:
    for text in ("  Test  ", "<b>&amp;</b>", "مرحبا", "👩‍👩‍👧", "a\u00adb", "\u202eabc"):
        assert accepted(short_form(text)).text == text


def test_the_schema_describes_every_field_with_its_limits_and_an_example() -> None:
    schema = ShortForm.model_json_schema()
    assert schema["required"] == ["text", "font", "color"]
    assert schema["additionalProperties"] is False
    assert schema["properties"]["text"]["maxLength"] == TEXT_CEILING
    assert (
        schema["properties"]["fontSize"] | {"maximum": SIZE_CEILING, "default": 48} == schema["properties"]["fontSize"]
    )
    assert all(field["description"] and field["examples"] for field in schema["properties"].values())
    assert ShortForm.model_validate(schema["example"]).text == "Test"


def test_a_line_break_is_refused_with_a_way_out_and_a_tab_is_taken() -> None:
    with pytest.raises(SpecError) as caught:
        parse_design(short_form(text="two\r\nlines"), STRICT_RULES, KNOWN)
    (problem,) = caught.value.problems
    assert "line break, U+000D at position 4" in problem.message
    assert "long form" in problem.message
    assert accepted(short_form(text="a\tb")).text == "a\tb"


@pytest.mark.parametrize(("least", "most", "size"), [(12, 72, 48), (100, 450, 100), (8, 40, 40)])
def test_without_a_size_it_is_48_or_the_nearest_that_the_product_allows(least: float, most: float, size: float) -> None:
    data = changed(fontSize=WITHOUT)
    (placement,) = parse_design(data, Rules(1, 50, least, most), KNOWN).placements
    (layer,) = placement.content.layers
    assert isinstance(layer, Text)
    assert layer.size == size
