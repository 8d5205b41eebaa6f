"""Strict JSON: rejects what two parsers may read differently or what a database cannot store (decision 8)."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.parsers import BaseParser
from rest_framework.renderers import JSONRenderer
from rest_framework.utils.mediatypes import _MediaType

from designs.api.errors import BodyTooLarge, InvalidInput, ProblemItem, limit_items, to_pointer

MAX_DEPTH = 32  # levels of nesting; a design needs six
SAFE_INTEGER = 2**53 - 1  # beyond this, other JSON parsers lose digits (RFC 8259, section 6)


class StrictJSONParser(BaseParser):
    """UTF-8 JSON of at most API_BODY_LIMIT bytes."""

    media_type = "application/json"
    renderer_class = JSONRenderer

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return the body's value.

        Raises BodyTooLarge, UnsupportedMediaType, or InvalidInput with a pointer to every value that is rejected.
        """
        _check_encoding(media_type or "", parser_context or {})
        body = stream.read(settings.API_BODY_LIMIT + 1)
        if len(body) > settings.API_BODY_LIMIT:
            raise BodyTooLarge.of_json(settings.API_BODY_LIMIT)
        value = _decode_json(body)
        if problems := limit_items(_find_problems(value)):
            raise InvalidInput(problems)
        return value


def _check_encoding(media_type: str, context: Mapping[str, Any]) -> None:
    charset = _MediaType(media_type).params.get("charset", "utf-8")
    request = context.get("request")
    encoding = request.headers.get("Content-Encoding", "identity") if request is not None else "identity"
    if charset.strip('"').lower() not in {"utf-8", "utf8"}:
        raise UnsupportedMediaType(media_type, f"The charset {charset[:50]} is not supported; send UTF-8.")
    if encoding.lower() not in {"", "identity"}:
        raise UnsupportedMediaType(
            media_type, f"Content-Encoding {encoding[:50]} is not supported; send the body uncompressed."
        )


class _DuplicateNames(dict[str, Any]):
    """A JSON object in which a name appeared more than once."""

    name: str  # the first repeated name


def _decode_json(body: bytes) -> object:
    try:
        return json.loads(
            body.decode("utf-8"), parse_constant=float, parse_int=_parse_integer, object_pairs_hook=_note_duplicates
        )
    except UnicodeDecodeError as error:
        message = f"The body is not valid UTF-8 at byte {error.start}."
    except json.JSONDecodeError as error:
        message = f"The body is not valid JSON: {error.msg} at line {error.lineno}, column {error.colno}."
    except RecursionError:
        message = f"The body is nested deeper than {MAX_DEPTH} levels."
    raise InvalidInput([ProblemItem("#", "invalid_json", message)])


def _parse_integer(digits: str) -> int:
    """Convert digits to an int; a longer number becomes 10**20, which is rejected later, with its pointer."""
    return int(digits) if len(digits) <= 20 else 10**20


def _note_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) == len(pairs):
        return values
    repeated, seen = _DuplicateNames(values), set[str]()
    for name, _ in pairs:
        if name in seen:
            repeated.name = name
            break
        seen.add(name)
    return repeated


def _find_problems(body: object) -> Iterator[ProblemItem]:
    """Yield every problem in the value. Iterative, because the nesting is not bounded yet."""
    pending: list[tuple[tuple[str, ...], object]] = [((), body)]
    while pending:
        path, value = pending.pop()
        if len(path) > MAX_DEPTH:
            yield ProblemItem(to_pointer(path[:3]), "too_deep", f"This is nested deeper than {MAX_DEPTH} levels.")
            return
        if isinstance(value, str):
            yield from _find_text_problems(path, value)
        elif isinstance(value, float) and not math.isfinite(value):
            yield ProblemItem(to_pointer(path), "not_finite", "This is not a finite number, or it is too large.")
        elif isinstance(value, int) and abs(value) > SAFE_INTEGER:
            message = "This number is too large: beyond 2^53 - 1 whole numbers lose digits. In metadata, send a string."
            yield ProblemItem(to_pointer(path), "unsafe_number", message)
        elif isinstance(value, dict):
            if isinstance(value, _DuplicateNames):
                message = "This name appears twice in the same object."
                yield ProblemItem(to_pointer((*path, value.name)), "repeated_name", message)
            for name in value:
                yield from _find_text_problems(path, name)
            pending += [((*path, name), item) for name, item in value.items()]
        elif isinstance(value, list):
            pending += [((*path, str(index)), item) for index, item in enumerate(value)]


def _find_text_problems(path: tuple[str, ...], text: str) -> Iterator[ProblemItem]:
    if "\0" in text:
        yield ProblemItem(to_pointer(path), "invalid_character", "This contains U+0000, which cannot be stored.")
    elif any("\ud800" <= character <= "\udfff" for character in text):
        message = "This contains half of a surrogate pair, which is not a character."
        yield ProblemItem(to_pointer(path), "invalid_character", message)
