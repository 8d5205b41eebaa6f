"""Checks of text beyond the schema: the product's rules, the fonts and invalid characters."""

import math
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from rendering.engine.schema import SIZE_CEILING, TEXT_CEILING
from rendering.engine.schema.units import POINT_MM
from rendering.engine.text.characters import LINE_BREAKS, TAB
from rendering.engine.text.graphemes import count_graphemes
from rendering.engine.validation.context import CheckContext
from rendering.engine.validation.problems import Problem, count_of
from rendering.engine.values import Font, Rules


@dataclass(frozen=True, slots=True)
class SizeField:
    """The field with a layer's font size; its unit is `unit` square units, of which one is `square_mm` long."""

    square_mm: float
    name: str = "size"
    unit: float = 1.0
    symbol: str = ""  # of the unit; "" for square units

    def describe(self, limit: float, *, round_up: bool) -> str:
        """Return a limit in square units as a size in this field's unit and in others, each within the limit."""

        def show(size: float, step: int = 100) -> str:
            exact = round(size * step, 6)
            return f"{(math.ceil(exact) if round_up else math.floor(exact)) / step:g}"

        mm = limit * self.square_mm
        others = {"mm": f"{show(mm)} mm", "pt": f"{show(mm / POINT_MM)} pt", "": f"{show(limit)} square units"}
        own = others.pop(self.symbol) if self.symbol else others.pop("").removesuffix(" square units")
        return f"{own} on this product ({' or '.join(others.values())})"


def check_text_fields(
    layer: Mapping[str, Any],
    pointer: str,
    bad: set[str],
    context: CheckContext,
    size: SizeField,
    *,
    one_line: bool = False,
) -> Iterator[Problem]:
    """Yield problems with the text, font and size of the layer at `pointer`; `bad` fields are already reported."""

    def is_checkable(name: str) -> bool:
        return name in layer and f"{pointer}/{name}" not in bad

    if is_checkable("text"):
        yield from _check_text(layer["text"], f"{pointer}/text", context.rules, one_line=one_line)
    if is_checkable("font"):
        if (font := context.fonts.get(layer["font"])) is None:
            yield Problem(f"{pointer}/font", "unknown_font", _describe_unknown_font(layer["font"], context.fonts))
        elif is_checkable("axes"):
            yield from _check_axes(layer["axes"], f"{pointer}/axes", font)
    if is_checkable(size.name):
        yield from _check_size(layer[size.name], f"{pointer}/{size.name}", context.rules, size)


def _check_text(text: str, pointer: str, rules: Rules, *, one_line: bool) -> Iterator[Problem]:
    if too_long := _describe_excess(text, rules.text_max):
        yield Problem(pointer, "too_long", too_long)
        return  # the characters of a text that is too long are not checked
    # By code points, of which there are at least as many as characters: 👍🏽 was long enough for a minimum of 2.
    if 0 < len(text) < rules.text_min:
        count = count_of(count_graphemes(text), "character")
        message = f"The text has {count}; this product needs at least {rules.text_min}."
        yield Problem(pointer, "too_short", message)
    allowed = {TAB} if one_line else {TAB, *LINE_BREAKS}
    if invalid := next((char for char in text if char not in allowed and is_invalid_char(char)), None):
        place = f"U+{ord(invalid):04X} at position {text.index(invalid) + 1}"
        if invalid in LINE_BREAKS:
            message = f"The text contains a line break, {place}: this form has one line; send the long form for more."
        else:
            message = f"The text contains {place}: control characters and non-characters cannot be drawn."
        yield Problem(pointer, "invalid_character", message)
    elif all(char.isspace() or unicodedata.category(char) == "Cf" for char in text):
        yield Problem(pointer, "blank", "The text is blank; enter at least one visible character.")


def _describe_excess(text: str, longest: int) -> str:
    """Return what is wrong with a text that is too long, "" if it is not.

    People count grapheme clusters. Code points, of which one may have any number, are limited for safety.
    """
    if len(text) > TEXT_CEILING:
        return (
            f"The text has {len(text)} code points; at most {TEXT_CEILING} are possible, and this product allows at "
            f"most {longest} characters."
        )
    if len(text) <= longest or (count := count_graphemes(text)) <= longest:
        return ""
    return f"The text has {count} characters; this product allows at most {longest}."


def is_invalid_char(char: str) -> bool:
    """Return whether it is a control, line separator, surrogate or noncharacter (Unicode Standard 3.4, D14)."""
    if char.isprintable():
        return False
    code = ord(char)
    if 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE:
        return True
    return unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"}


def _describe_unknown_font(name: str, fonts: Mapping[str, Font]) -> str:
    near = get_close_matches(name, fonts, 1)
    advice = f"the nearest is {near[0]}." if near else "choose one that is."
    return f"This font is not in the catalogue; {advice}"


def _check_axes(axes: Mapping[str, float], pointer: str, font: Font) -> Iterator[Problem]:
    ranges = {tag: (minimum, maximum) for tag, minimum, maximum in font.ranges}
    for tag, value in axes.items():
        if tag not in ranges:
            available = ", ".join(ranges) or "none"
            yield Problem(f"{pointer}/{tag}", "unknown_axis", f"The font has no such axis; its axes are: {available}.")
            continue
        minimum, maximum = ranges[tag]
        if not minimum <= value <= maximum:
            code = "too_small" if value < minimum else "too_large"
            yield Problem(f"{pointer}/{tag}", code, f"The value of this axis must be {minimum:g} to {maximum:g}.")


def _check_size(size: float, pointer: str, rules: Rules, field: SizeField) -> Iterator[Problem]:
    size_max = min(rules.size_max, SIZE_CEILING)
    minimum, maximum = rules.size_min / field.unit, size_max / field.unit
    # Python compares an int too large for a float exactly, without converting it.
    if isinstance(size, float) and not math.isfinite(size):
        yield Problem(pointer, "not_finite", "This must be a number that is not infinite.")
    elif size <= 0 or size < minimum * (1 - 1e-9):
        yield Problem(
            pointer, "too_small", f"The font size must be at least {field.describe(rules.size_min, round_up=True)}."
        )
    elif size > maximum * (1 + 1e-9):
        yield Problem(
            pointer, "too_large", f"The font size must be at most {field.describe(size_max, round_up=False)}."
        )
