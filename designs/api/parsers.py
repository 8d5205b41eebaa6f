"""Strict JSON: what two parsers could read differently, or a database could not keep, is refused with a pointer."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework.parsers import BaseParser
from rest_framework.renderers import JSONRenderer

from designs.api.errors import BodyTooLarge, InvalidInput, Trouble, pointer

DEPTH = 32  # levels of nesting; a design needs six
SAFE_INTEGER = 2**53 - 1  # beyond it, other readers of JSON (RFC 8259, 6) lose digits


class StrictJSONParser(BaseParser):
    """UTF-8 JSON of at most API_BODY_LIMIT bytes."""

    media_type = "application/json"
    renderer_class = JSONRenderer

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,  # noqa: ARG002
        parser_context: Mapping[str, Any] | None = None,  # noqa: ARG002
    ) -> Any:
        """Return the body's value; raises BodyTooLarge, and InvalidInput naming every place that cannot be kept."""
        body = stream.read(settings.API_BODY_LIMIT + 1)
        if len(body) > settings.API_BODY_LIMIT:
            raise BodyTooLarge(settings.API_BODY_LIMIT)
        value = _loads(body)
        if troubles := list(_troubles(value)):
            raise InvalidInput(troubles)
        return value


def _loads(body: bytes) -> object:
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_refuse_constant, object_pairs_hook=_unique)
    except UnicodeDecodeError as error:
        message = f"The body is not UTF-8 at byte {error.start}."
    except json.JSONDecodeError as error:
        message = f"The body is not JSON: {error.msg} at line {error.lineno}, column {error.colno}."
    except RecursionError:
        message = f"The body is nested deeper than {DEPTH} levels."
    except ValueError as error:
        message = f"The body is not usable JSON: {error}"
    raise InvalidInput([Trouble("#", "invalid_json", message)])


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON number.")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in values if names.count(name) > 1)
        raise ValueError(f"The name {twice[:100]!a} stands twice in one object.")
    return values


def _troubles(body: object) -> Iterator[Trouble]:
    """Walk the value without recursion and yield what cannot be kept."""
    waiting: list[tuple[tuple[str, ...], object]] = [((), body)]
    while waiting:
        path, value = waiting.pop()
        if len(path) > DEPTH:
            yield Trouble(pointer(path[:3]), "too_deep", f"This is nested deeper than {DEPTH} levels.")
            return
        if isinstance(value, str):
            yield from _text_troubles(path, value)
        elif isinstance(value, float) and not math.isfinite(value):
            yield Trouble(pointer(path), "not_finite", "This number is too large for anyone to keep.")
        elif isinstance(value, int) and abs(value) > SAFE_INTEGER:
            yield Trouble(pointer(path), "unsafe_number", "Whole numbers beyond 2^53 - 1 lose digits: send a string.")
        elif isinstance(value, dict):
            for name in value:
                yield from _text_troubles(path, name)
            waiting += [((*path, name), item) for name, item in value.items()]
        elif isinstance(value, list):
            waiting += [((*path, str(index)), item) for index, item in enumerate(value)]


def _text_troubles(path: tuple[str, ...], text: str) -> Iterator[Trouble]:
    if "\0" in text:
        yield Trouble(pointer(path), "invalid_character", "This holds U+0000, which cannot be kept.")
    elif any("\ud800" <= character <= "\udfff" for character in text):
        yield Trouble(pointer(path), "invalid_character", "This holds half of a surrogate pair, which is no character.")
