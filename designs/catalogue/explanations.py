"""Says of a mistake in a catalogue file what it is and how to fix it, in words for people."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel

from designs.catalogue.entries import (
    AreaEntry,
    CatalogueFile,
    OverrideEntry,
    ProductEntry,
    TechniqueEntry,
    VariantEntry,
)
from designs.catalogue.lines import Location

_AT = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_SLUG_RULE = "Use letters, digits, - and _ only"
_PATTERN_FIXES: Mapping[str, str] = {
    "color": "Write #RRGGBB with capitals, such as #1A2B3C",
    "colors": "Write #RRGGBB with capitals, such as #1A2B3C",
    "placement": _SLUG_RULE,
    "technique": _SLUG_RULE,
    "group": _SLUG_RULE,
}
_FIXES: Mapping[str, str] = {
    "string_type": "Write a text in quotes",
    "bool_type": "Write true or false, without quotes",
    "int_type": "Write a whole number, without quotes",
    "float_type": "Write a number, without quotes",
    "finite_number": "Write a finite number",
    "list_type": "Write a list: […]",
    "dict_type": "Write a table",
    "model_type": "Write a table",
}
_SHOWN = 40  # characters of a value in a message


def explain_syntax(message: str, text: str) -> tuple[int, str]:
    """Return the line of what is no TOML, and what to do; `message` is of `tomllib`."""
    at = _AT.search(message)
    line = int(at[1]) if at and at[1] else text.count("\n") + (not text.endswith("\n"))
    cause = _AT.sub("", message)
    hint = "Correct the TOML of this line or of the one before"
    if match := re.match(r"Cannot (?:declare|mutate|overwrite)", cause):
        hint = "A table or key is there twice: rename one, or remove it"
        cause = cause if match[0] != "Cannot overwrite" else "Cannot overwrite a value that is there already"
    elif at and at[2] and cause.startswith("Invalid value"):
        hint = "Texts need quotes; numbers, true and false need none"
    return max(line, 1), f"{cause}. {hint}; what follows has not been checked yet."


def explain_value(error: Any) -> tuple[Location, str]:
    """Return where a mistake is, and what it is and how to fix it; `error` is one of pydantic's."""
    where: Location = tuple(error["loc"])
    if where[-1:] == ("[key]",):
        return where[:-1], _explain_slug(where[-2], error)
    if error["type"] == "extra_forbidden":
        return where, f"There is no such key.{_suggest_key(where)} Correct or remove it."
    if error["type"] == "missing":
        return where, "It is missing. Add it."
    return where, f"{_show(error['input'])} {_explain_type(where, error)}."


def _explain_slug(slug: str | int, error: Any) -> str:
    is_odd = error["type"] == "string_pattern_mismatch"
    rule = _SLUG_RULE if is_odd else f"Use at most {error.get('ctx', {}).get('max_length', 50)} characters"
    return f"{_show(slug)} is no slug. {rule}."


def _explain_type(where: Location, error: Any) -> str:
    kind = error["type"]
    if kind == "literal_error":
        return f"is not allowed. Write {error['ctx']['expected']}"
    if kind in _FIXES:
        return f"is of the wrong type. {_FIXES[kind]}"
    if kind == "string_pattern_mismatch":
        names = [step for step in where if isinstance(step, str)]
        fix = _PATTERN_FIXES.get(names[-1], "Leave out control characters, such as tabs and line breaks")
        return f"is not allowed. {fix}"
    rule = re.sub("^(Input|String|List) should", "It must", str(error["msg"]))
    return f"is out of range. {rule.partition(' after validation')[0]}"


def _show(value: object) -> str:
    text = repr(value) if not isinstance(value, bool) else str(value).lower()
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _suggest_key(where: Location) -> str:
    model = _model_at(where[:-1])
    near = get_close_matches(str(where[-1]), list(model.model_fields), 1)
    return f" Did you mean {near[0]!r}?" if near else ""


def _model_at(where: Location) -> type[BaseModel]:
    """Return the model of the entry at a location."""
    if len(where) < 2:
        return CatalogueFile
    if where[0] == "techniques":
        return TechniqueEntry
    models: Mapping[str | int, type[BaseModel]] = {
        "areas": AreaEntry,
        "variants": VariantEntry,
        "overrides": OverrideEntry,
    }
    names = [step for step in where[2:] if isinstance(step, str)]
    return models.get(names[-1], ProductEntry) if names else ProductEntry
