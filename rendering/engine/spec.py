"""The schema of design_data, shared by API and engine; version 1 knows the short form."""

import math
import unicodedata
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rendering.engine.values import Rules

SCHEMA_VERSION = 1
TEXT_CEILING = 1000  # code points; whatever a product allows, shaping never sees more
SIZE_CEILING = 1000.0  # units of the 600 square
UNKNOWN_FIELDS_NAMED = 50  # a hostile body may hold a million unknown fields; the answer must not
NAME_LENGTH_NAMED = 100


class ShortForm(BaseModel):
    """One centred line of text on a coloured square of 600 units."""

    model_config = ConfigDict(
        strict=True,
        extra="forbid",
        frozen=True,
        title="ShortForm",
        json_schema_extra={"example": {"text": "Test", "font": "Bebas-Bold", "color": "#FF0000", "fontSize": 48}},
    )

    text: str = Field(
        min_length=1,
        max_length=TEXT_CEILING,
        description="One line of text, counted in code points. Each product has narrower limits of its own.",
        examples=["Test"],
    )
    font: str = Field(
        max_length=NAME_LENGTH_NAMED, description="The name of a font of the catalogue.", examples=["Bebas-Bold"]
    )
    color: str = Field(
        pattern=r"^#[0-9A-Fa-f]{6}$",
        description="The background, #RRGGBB. The text on it is white or black, whichever the background calls for.",
        examples=["#FF0000"],
    )
    fontSize: float = Field(  # noqa: N815 the name is the public one
        default=48,
        gt=0,
        le=SIZE_CEILING,
        allow_inf_nan=False,
        description="Em size in units of the 600 square. Each product has narrower limits of its own.",
        examples=[48],
    )


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with design_data; `pointer` is an RFC 6901 pointer into it, "" the whole."""

    pointer: str
    code: str
    message: str


class SpecError(ValueError):
    """design_data is not drawable; `problems` holds every reason."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(f"{p.pointer or 'design_data'}: {p.message}" for p in problems))
        self.problems = problems


def parse(data: object, rules: Rules, fonts: Container[str]) -> ShortForm:
    """Check design_data against the schema, a product's rules and the known fonts.

    Every problem found is raised at once, as SpecError. Nothing here takes longer than the length of the body.
    """
    if not isinstance(data, Mapping):
        raise SpecError((Problem("", "not_an_object", 'design_data must be an object such as {"text": …}.'),))
    known = {name: data[name] for name in ShortForm.model_fields if name in data}
    problems = [*_unknown_fields(data), *_shape_problems(known)]
    bad = {problem.pointer for problem in problems}
    for name, check in (("text", _text_problems), ("font", _font_problems), ("fontSize", _size_problems)):
        if name in known and f"/{name}" not in bad:
            problems += check(known[name], rules, fonts)
    if problems:
        raise SpecError(tuple(problems))
    return ShortForm.model_validate(known)


def _unknown_fields(data: Mapping[Any, Any]) -> Iterator[Problem]:
    unknown = [key for key in data if key not in ShortForm.model_fields]
    for key in unknown[:UNKNOWN_FIELDS_NAMED]:
        if isinstance(key, str) and len(key) <= NAME_LENGTH_NAMED and not _has_surrogate(key):
            yield Problem(f"/{_escape(key)}", "unknown_field", "This field is not known here; remove it.")
        else:
            yield Problem("", "unknown_field", "A field whose name is too long or not text is not known; remove it.")
    if len(unknown) > UNKNOWN_FIELDS_NAMED:
        more = len(unknown) - UNKNOWN_FIELDS_NAMED
        yield Problem("", "unknown_field", f"{more} more fields are not known here; remove them.")


def _escape(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")


def _has_surrogate(text: str) -> bool:
    return any("\ud800" <= char <= "\udfff" for char in text)


_SHAPE = {
    "missing": ("required", "This field is required."),
    "string_type": ("wrong_type", "This must be a string."),
    "float_type": ("wrong_type", "This must be a number."),
    "string_pattern_mismatch": ("invalid_color", "This must be a colour written #RRGGBB, such as #FF0000."),
    "string_unicode": ("invalid_character", "This holds half of a surrogate pair, which is no character."),
}


def _shape_problems(known: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what pydantic finds of missing fields and wrong types; limits are checked against the rules instead."""
    try:
        ShortForm.model_validate(known)
    except ValidationError as error:
        for item in error.errors(include_url=False, include_context=False, include_input=False):
            name = str(item["loc"][0])
            if item["type"] in _SHAPE and not (name == "fontSize" and type(known.get(name)) is int):
                yield Problem(f"/{name}", *_SHAPE[item["type"]])


def _text_problems(text: str, rules: Rules, _fonts: Container[str]) -> Iterator[Problem]:
    longest = min(rules.text_max, TEXT_CEILING)
    if len(text) > longest:
        yield Problem(
            "/text", "too_long", f"The text has {len(text)} characters; this product takes {longest} at most."
        )
        return  # what is too long is not looked into
    if 0 < len(text) < rules.text_min:
        yield Problem(
            "/text", "too_short", f"The text has {len(text)} characters; this product needs {rules.text_min}."
        )
    if invalid := next((char for char in text if _is_invalid(char)), None):
        yield Problem(
            "/text",
            "invalid_character",
            f"The text holds U+{ord(invalid):04X} at position {text.index(invalid) + 1}: "
            "line breaks, control characters and non-characters cannot be drawn.",
        )
    elif all(char.isspace() or unicodedata.category(char) == "Cf" for char in text):
        yield Problem("/text", "blank", "The text is blank; write something to be drawn.")


def _is_invalid(char: str) -> bool:
    """Tell controls, line separators, surrogates and non-characters (Unicode 3.4, D14) from text."""
    if char.isprintable():
        return False
    code = ord(char)
    if 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE:
        return True
    return unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"}


def _font_problems(font: str, _rules: Rules, fonts: Container[str]) -> Iterator[Problem]:
    if font not in fonts:
        yield Problem("/font", "unknown_font", "This font is not in the catalogue; choose one that is.")


def _size_problems(size: float, rules: Rules, _fonts: Container[str]) -> Iterator[Problem]:
    most = min(rules.size_max, SIZE_CEILING)
    # An int beyond a float's range is compared exactly, never converted.
    if isinstance(size, float) and not math.isfinite(size):
        yield Problem("/fontSize", "not_finite", "This must be a finite number.")
    elif size < rules.size_min or size <= 0:
        yield Problem("/fontSize", "too_small", f"The font size must be at least {rules.size_min:g} on this product.")
    elif size > most:
        yield Problem("/fontSize", "too_large", f"The font size must be at most {most:g} on this product.")
