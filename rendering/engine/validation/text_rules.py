"""What the text of a layer must keep to beyond the schema: a product's rules, the fonts, and Unicode."""

import math
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rendering.engine.schema import SIZE_CEILING, TEXT_CEILING
from rendering.engine.validation.context import CheckContext
from rendering.engine.validation.problems import Problem
from rendering.engine.values import Font, Rules


@dataclass(frozen=True, slots=True)
class SizeField:
    """Which field gives a layer's size, and how many of its units are a unit of the square."""

    name: str = "size"
    unit: float = 1.0
    word: str = ""


def check_text_fields(
    layer: Mapping[str, Any],
    pointer: str,
    bad: set[str],
    context: CheckContext,
    size: SizeField,
    *,
    one_line: bool = False,
) -> Iterator[Problem]:
    """Yield what is wrong with the text, font and size of the layer at pointer `at`; `bad` fields are known already."""

    def sound(name: str) -> bool:
        return name in layer and f"{pointer}/{name}" not in bad

    if sound("text"):
        yield from _check_text(layer["text"], f"{pointer}/text", context.rules, one_line=one_line)
    if sound("font"):
        if (font := context.fonts.get(layer["font"])) is None:
            message = "This font is not in the catalogue; choose one that is."
            yield Problem(f"{pointer}/font", "unknown_font", message)
        elif sound("axes"):
            yield from _check_axes(layer["axes"], f"{pointer}/axes", font)
    if sound(size.name):
        yield from _check_size(layer[size.name], f"{pointer}/{size.name}", context.rules, size)


def _check_text(text: str, pointer: str, rules: Rules, *, one_line: bool) -> Iterator[Problem]:
    longest = min(rules.text_max, TEXT_CEILING)
    if len(text) > longest:
        yield Problem(
            pointer, "too_long", f"The text has {len(text)} characters; this product takes {longest} at most."
        )
        return  # what is too long is not looked into
    if 0 < len(text) < rules.text_min:
        yield Problem(
            pointer, "too_short", f"The text has {len(text)} characters; this product needs {rules.text_min}."
        )
    allowed = "" if one_line else "\n"
    if invalid := next((char for char in text if char not in allowed and is_invalid_char(char)), None):
        place = f"U+{ord(invalid):04X} at position {text.index(invalid) + 1}"
        kinds = "line breaks, control characters" if one_line else "control characters other than U+000A"
        yield Problem(
            pointer, "invalid_character", f"The text holds {place}: {kinds} and non-characters cannot be drawn."
        )
    elif all(char.isspace() or unicodedata.category(char) == "Cf" for char in text):
        yield Problem(pointer, "blank", "The text is blank; write something to be drawn.")


def is_invalid_char(char: str) -> bool:
    """Tell controls, line separators, surrogates and non-characters (Unicode 3.4, D14) from text."""
    if char.isprintable():
        return False
    code = ord(char)
    if 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE:
        return True
    return unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"}


def _check_axes(axes: Mapping[str, float], pointer: str, font: Font) -> Iterator[Problem]:
    ranges = {tag: (least, most) for tag, least, most in font.ranges}
    for tag, value in axes.items():
        if tag not in ranges:
            known = f"has {', '.join(ranges)}" if ranges else "has none"
            yield Problem(f"{pointer}/{tag}", "unknown_axis", f"The font has no such axis; it {known}.")
            continue
        least, most = ranges[tag]
        if not least <= value <= most:
            code = "too_small" if value < least else "too_large"
            yield Problem(f"{pointer}/{tag}", code, f"This axis of the font runs from {least:g} to {most:g}.")


def _check_size(size: float, pointer: str, rules: Rules, field: SizeField) -> Iterator[Problem]:
    least, most = rules.size_min / field.unit, min(rules.size_max, SIZE_CEILING) / field.unit
    word = f" {field.word}" if field.word else ""
    # An int beyond a float's range is compared exactly, never converted.
    if isinstance(size, float) and not math.isfinite(size):
        yield Problem(pointer, "not_finite", "This must be a finite number.")
    elif size <= 0 or size < least * (1 - 1e-9):
        yield Problem(pointer, "too_small", f"The font size must be at least {least:g}{word} on this product.")
    elif size > most * (1 + 1e-9):
        yield Problem(pointer, "too_large", f"The font size must be at most {most:g}{word} on this product.")
