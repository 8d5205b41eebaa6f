"""What is wrong with design_data: a pointer, a code and a sentence each; and what pydantic found, as such."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from rendering.engine.kinds import GROUP, LAYER_KINDS
from rendering.engine.schema import ASSET_PATTERN, COLOR_PATTERN, NAME_LENGTH, TAG_PATTERN

PROBLEMS_CEILING = 50  # a hostile body may hold a million mistakes; the answer must not


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


def find_unknown_fields(data: Mapping[Any, Any], known: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield a problem for each field that is not known, and one for all that are too many to name."""
    unknown = [key for key in data if key not in known]
    for key in unknown[:PROBLEMS_CEILING]:
        if isinstance(key, str) and (pointer := join_pointer("", key)):
            yield Problem(pointer, "unknown_field", "This field is not known here; remove it.")
        else:
            yield Problem("", "unknown_field", "A field whose name is too long or not text is not known; remove it.")
    if len(unknown) > PROBLEMS_CEILING:
        more = len(unknown) - PROBLEMS_CEILING
        yield Problem("", "unknown_field", f"{more} more fields are not known here; remove them.")


def limit_problems(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Return no more problems than can be read, and how many more there are."""
    more = len(problems) - PROBLEMS_CEILING
    rest = [Problem("", "more", f"{more} more problems are not listed here.")] if more > 0 else []
    return (*problems[:PROBLEMS_CEILING], *rest)


_FILL_FIELDS = {"background", "fill"}
_FILL_TAGS = {"color", "linear", "radial", "transparent"}
_LAYER_TAGS = {*LAYER_KINDS, GROUP}
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
    ASSET_PATTERN: ("invalid_asset", "This must be the id of an asset: a UUID in small letters, with dashes."),
    COLOR_PATTERN: ("invalid_color", "This must be a colour written #RRGGBB, such as #FF0000."),
    TAG_PATTERN: ("invalid_tag", "This must be an OpenType tag of four letters or digits, such as wght."),
}
_LIMIT_MESSAGES = {
    "greater_than": ("too_small", "This must be more than {gt:g}."),
    "greater_than_equal": ("too_small", "This must be at least {ge:g}."),
    "less_than": ("too_large", "This must be less than {lt:g}."),
    "less_than_equal": ("too_large", "This must be at most {le:g}."),
    "too_long": ("too_many", "There must be at most {max_length} of these."),
    "too_short": ("too_few", "There must be at least {min_length} of these."),
    "string_too_long": ("too_long", "This must have at most {max_length} characters."),
    "string_too_short": ("too_short", "This must have at least {min_length} characters."),
    "literal_error": ("unknown_value", "This must be {expected}."),
    "union_tag_invalid": ("unknown_type", "The type must be one of {expected_tags}."),
}
_FIXED_MESSAGES = {
    "missing": ("required", "This field is required."),
    "extra_forbidden": ("unknown_field", "This field is not known here; remove it."),
    "finite_number": ("not_finite", "This must be a finite number."),
    "string_unicode": ("invalid_character", "This holds half of a surrogate pair, which is no character."),
    "union_tag_not_found": ("required", "This needs a type."),
}


def from_validation_error(error: ValidationError) -> Iterator[Problem]:
    """Yield what pydantic found wrong, in its own order."""
    for item in error.errors(include_url=False):
        yield Problem(_to_pointer(item["loc"]), *_describe_error(item["type"], item.get("ctx", {}), item["input"]))


def _describe_error(kind: str, context: Mapping[str, Any], value: object) -> tuple[str, str]:
    if kind == "float_type" and type(value) is int:  # beyond a float's range
        return ("too_large", "This number is too large.") if value > 0 else ("too_small", "This number is too small.")
    if kind in _TYPE_NAMES:
        return "wrong_type", f"This must be {_TYPE_NAMES[kind]}."
    if kind in _FIXED_MESSAGES:
        return _FIXED_MESSAGES[kind]
    if kind == "string_pattern_mismatch":
        return _PATTERN_MESSAGES.get(context["pattern"], ("invalid_color", "This must be #RRGGBB or auto."))
    if kind in _LIMIT_MESSAGES:
        code, message = _LIMIT_MESSAGES[kind]
        return code, message.format(**context)
    return "invalid", "This cannot be used here."


def _to_pointer(location: Sequence[int | str]) -> str:
    """Turn pydantic's path into a pointer: without the tags of unions, and no deeper than a name that can be told."""
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
    """Tell whether a step of pydantic's path only says which of a union it took."""
    if before and before[-1] in _FILL_FIELDS:
        return step in _FILL_TAGS
    return len(before) == 2 and before[0] == "layers" and isinstance(before[1], int) and step in _LAYER_TAGS


def join_pointer(parent: str, key: str) -> str:
    """Return the pointer to a field of what `parent` points to, or to that itself where the name cannot be told."""
    if len(key) > NAME_LENGTH or any("\ud800" <= char <= "\udfff" for char in key):
        return parent
    return f"{parent}/{escape_pointer_token(key)}"


def escape_pointer_token(key: str) -> str:
    """Escape one reference token of a JSON Pointer (RFC 6901, section 3)."""
    return key.replace("~", "~0").replace("/", "~1")
