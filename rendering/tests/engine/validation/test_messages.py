"""What people read: numbers agree with their nouns, sizes come in every unit, and each message says what to do."""

from __future__ import annotations

from typing import Any

import pytest

from rendering.engine.validation.parse import parse_design
from rendering.engine.validation.problems import SpecError, count_of
from rendering.engine.values import Area, Rules
from rendering.fonts.catalogue import installed_fonts

RULES = Rules(text_min=1, text_max=50, size_min=12, size_max=72)
FRONT = Area("front", 300.0, 400.0)  # a square unit is 0.5 mm
TEXT = {"type": "text", "text": "Hi", "font": "Anton-Regular", "size": 20}


def read_messages(data: Any) -> dict[str, str]:
    """Return pointer and message of each problem."""
    with pytest.raises(SpecError) as refused:
        parse_design(data, RULES, installed_fonts(), [FRONT])
    return {problem.pointer: problem.message for problem in refused.value.problems}


def message_of_layer(field: str, **values: Any) -> str:
    data = {"version": 1, "placements": {"front": {"layers": [{**TEXT, **values}]}}}
    return read_messages(data)[f"/placements/front/layers/0/{field}"]


def message_of_short_form(field: str, **values: Any) -> str:
    return read_messages({"text": "Hi", "font": "Anton-Regular", "color": "#000000", **values})[f"/{field}"]


def test_one_is_singular() -> None:
    assert message_of_layer("text", text="") == "This must have at least 1 character."
    assert read_messages({"version": 1, "placements": {}}) == {"/placements": "This must have at least 1 item."}
    assert message_of_layer("name", name="x" * 101) == "This may have at most 100 characters (code points)."
    assert [count_of(count, "layer") for count in (0, 1, 2, 1_000)] == [
        "0 layers",
        "1 layer",
        "2 layers",
        "1,000 layers",
    ]


@pytest.mark.parametrize(
    ("unit", "size", "shown"),
    [
        ("mm", 1, "at least 6 mm on this product (17.01 pt or 12 square units)."),
        ("mm", 99, "at most 36 mm on this product (102.04 pt or 72 square units)."),
        ("pt", 1, "at least 17.01 pt on this product (6 mm or 12 square units)."),
        ("pt", 999, "at most 102.04 pt on this product (36 mm or 72 square units)."),
        ("square", 1, "at least 12 on this product (6 mm or 17.01 pt)."),
        ("square", 999, "at most 72 on this product (36 mm or 102.04 pt)."),
    ],
)
def test_a_refused_size_is_told_the_limit_in_every_unit(unit: str, size: float, shown: str) -> None:
    assert message_of_layer("size", unit=unit, size=size) == f"The font size must be {shown}"
    if unit == "square":
        assert message_of_short_form("fontSize", fontSize=size) == f"The font size must be {shown}"


@pytest.mark.parametrize("unit", ["mm", "pt", "square"])
def test_the_size_that_a_message_names_is_accepted(unit: str) -> None:
    for size in (0.01, 9_999):
        message = message_of_layer("size", unit=unit, size=size).partition(" on this product")[0]
        named = float(message.removesuffix(unit).split()[-1])
        layer = {**TEXT, "unit": unit, "size": named}
        data = {"version": 1, "placements": {"front": {"layers": [layer]}}}
        assert parse_design(data, RULES, installed_fonts(), [FRONT]).placements


def test_an_unknown_font_is_told_the_nearest() -> None:
    assert message_of_short_form("font", font="Bebas-bold") == (
        "This font is not in the catalogue; the nearest is Bebas-Bold."
    )
    assert message_of_short_form("font", font="ქართული") == "This font is not in the catalogue; choose one that is."


def test_what_is_missing_is_to_be_added() -> None:
    assert read_messages({"text": "Hi", "font": "Anton-Regular"}) == {"/color": "This field is required; add it."}
