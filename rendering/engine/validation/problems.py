"""Problems with design_data, and the translation of pydantic's errors into them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from rendering.engine.kinds import GROUP, LAYER_KINDS
from rendering.engine.schema import (
    ASSET_PATTERN,
    COLOR_PATTERN,
    LAYER_MODELS,
    NAME_LENGTH,
    TAG_PATTERN,
    Placement,
    Solid,
)
from rendering.engine.schema.base import LANGUAGE_PATTERN
from rendering.engine.schema.text import COLOR_OR_AUTO_PATTERN

PROBLEMS_CEILING = 50  # a hostile request may have a million problems; the response must not list them all
UNKNOWN_ASSET = "You have no asset with this id; upload the picture first and use the id from the response."


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem with design_data; `pointer` is a JSON Pointer (RFC 6901) into it, "" for all of it."""

    pointer: str
    code: str
    message: str


class SpecError(ValueError):
    """design_data cannot be drawn; `problems` has every reason."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(f"{p.pointer or 'design_data'}: {p.message}" for p in problems))
        self.problems = problems


def find_unknown_fields(data: Mapping[Any, Any], known: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield a problem for each unknown field up to PROBLEMS_CEILING, and one for all others."""
    unknown = [key for key in data if key not in known]
    for key in unknown[:PROBLEMS_CEILING]:
        if isinstance(key, str) and (pointer := join_pointer("", key)):
            yield Problem(pointer, "unknown_field", "This field is not known here; remove it.")
        else:
            yield Problem(
                "", "unknown_field", "A field with a name that is too long or not text is not known here; remove it."
            )
    if (excess := len(unknown) - PROBLEMS_CEILING) > 0:
        yield Problem(
            "", "unknown_field", f"Not known here, too: {count_of(excess, 'more field')}. Remove what is not known."
        )


def limit_problems(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Return at most PROBLEMS_CEILING problems, and one that says how many were left out."""
    excess = len(problems) - PROBLEMS_CEILING
    rest = [Problem("", "more", f"{count_of(excess, 'more problem')} not listed here.")] if excess > 0 else []
    return (*problems[:PROBLEMS_CEILING], *rest)


def count_of(count: int, noun: str) -> str:
    """Return a number with its noun, as in "1 item" and "2 items"."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _holds_fill(annotation: object) -> bool:
    """Return whether a field's type is a fill, of which pydantic's paths name the member that was tried."""
    return annotation is Solid or any(_holds_fill(argument) for argument in get_args(annotation))


_FILL_OWNERS: tuple[type[BaseModel], ...] = (Placement, *LAYER_MODELS)
_FILL_FIELDS = {
    name for model in _FILL_OWNERS for name, field in model.model_fields.items() if _holds_fill(field.annotation)
}
_FILL_TAGS = {"color", "linear", "radial", "transparent"}
_LAYER_TAGS = {*LAYER_KINDS, GROUP}
_NUMBER_OR_WORD_FIELDS, _NUMBER_OR_WORD_TAGS = {"line_height"}, {"number", "auto"}
_TYPE_NAMES = {
    "string_type": "a string",
    "float_type": "a number",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "an object",
    "model_type": "an object",
    "model_attributes_type": "an object",
}
_PATTERN_MESSAGES = {
    ASSET_PATTERN: ("invalid_asset", "This must be the `id` of an uploaded image: a lower-case UUID with hyphens."),
    COLOR_OR_AUTO_PATTERN: ("invalid_color", "This must be #RRGGBB or auto."),
    COLOR_PATTERN: ("invalid_color", "This must be a colour in the form #RRGGBB, such as #FF0000."),
    LANGUAGE_PATTERN: (
        "invalid_language",
        "This must be a BCP 47 language tag such as tr, sr-Cyrl or zh-Hant-HK.",
    ),
    TAG_PATTERN: ("invalid_tag", "This must be an OpenType tag of four letters or digits, such as wght."),
}
_LIMIT_MESSAGES = {
    "greater_than": ("too_small", "This must be more than {gt:g}."),
    "greater_than_equal": ("too_small", "This must be at least {ge:g}."),
    "less_than": ("too_large", "This must be less than {lt:g}."),
    "less_than_equal": ("too_large", "This must be at most {le:g}."),
    "too_long": ("too_many", "This may have at most {max_length} item{s}."),
    "too_short": ("too_few", "This must have at least {min_length} item{s}."),
    "string_too_long": ("too_long", "This may have at most {max_length} character{s} (code points)."),
    "string_too_short": ("too_short", "This must have at least {min_length} character{s}."),
    "literal_error": ("unknown_value", "This must be {expected}."),
    "union_tag_invalid": ("unknown_type", "The type must be one of {expected_tags}."),
}
_FIXED_MESSAGES = {
    "missing": ("required", "This field is required; add it."),
    "extra_forbidden": ("unknown_field", "This field is not known here; remove it."),
    "finite_number": ("not_finite", "This must be a finite number."),
    "string_unicode": ("invalid_character", "This contains half of a surrogate pair, which is not a character."),
    "union_tag_not_found": ("required", "The field `type` is required; it says what this is."),
}


def from_validation_error(error: ValidationError) -> Iterator[Problem]:
    """Yield the problems that pydantic found, in its order."""
    for item in error.errors(include_url=False):
        code, message = _describe_error(item["type"], item.get("ctx", {}), item["input"])
        if code == "unknown_value" and _is_union_tag(item["loc"][-3:-1], item["loc"][-1]):
            message = message.replace("must be", "must be a number, or", 1)
        yield Problem(_to_pointer(item["loc"]), code, message)


def _describe_error(kind: str, context: Mapping[str, Any], value: object) -> tuple[str, str]:
    if kind == "float_type" and type(value) is int:  # an int too large for a float
        return ("too_large", "This number is too large.") if value > 0 else ("too_small", "This number is too small.")
    if kind in _TYPE_NAMES:
        return "wrong_type", f"This must be {_TYPE_NAMES[kind]}."
    if kind in _FIXED_MESSAGES:
        return _FIXED_MESSAGES[kind]
    if kind == "string_pattern_mismatch":
        return _PATTERN_MESSAGES.get(context["pattern"], ("invalid", "This does not have the required form."))
    if kind in _LIMIT_MESSAGES:
        code, message = _LIMIT_MESSAGES[kind]
        plural = "" if 1 in {context.get("min_length"), context.get("max_length")} else "s"
        return code, message.format(**context, s=plural)
    return "invalid", "This value is not allowed here; see the schema for what is."


def _to_pointer(location: Sequence[int | str]) -> str:
    """Turn pydantic's path into a pointer, without union tags; it ends before a name that `join_pointer` cannot add."""
    pointer = ""
    for number, step in enumerate(location):
        if step == "[key]" or _is_union_tag(location[max(0, number - 2) : number], step):
            continue
        longer = join_pointer(pointer, str(step))
        if longer == pointer:
            break
        pointer = longer
    return pointer


def _is_union_tag(before: Sequence[int | str], step: int | str) -> bool:
    """Return whether a step of pydantic's path is the tag of a union, not a field."""
    if before and before[-1] in _FILL_FIELDS:
        return step in _FILL_TAGS
    if before and before[-1] in _NUMBER_OR_WORD_FIELDS:
        return step in _NUMBER_OR_WORD_TAGS
    return len(before) == 2 and before[0] == "layers" and isinstance(before[1], int) and step in _LAYER_TAGS


def join_pointer(parent: str, key: str) -> str:
    """Return the pointer to a field of `parent`; `parent` itself if the name is too long or has surrogates."""
    if len(key) > NAME_LENGTH or any("\ud800" <= char <= "\udfff" for char in key):
        return parent
    return f"{parent}/{escape_pointer_token(key)}"


def escape_pointer_token(key: str) -> str:
    """Escape one reference token of a JSON Pointer (RFC 6901, section 3)."""
    return key.replace("~", "~0").replace("/", "~1")
