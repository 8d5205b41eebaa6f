"""Filters by the shop's own metadata: `?metadata.cart=c-17`, for the names in METADATA_FILTERS."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Q, QuerySet

from designs.models import Design

PREFIX = "metadata."


def metadata_parameters() -> list[str]:
    """Return the names of the query parameters."""
    return [PREFIX + name for name in settings.METADATA_FILTERS]


def filter_metadata(designs: QuerySet[Design], parameters: Mapping[str, Any]) -> QuerySet[Design]:
    """Keep designs whose metadata has the values that the query parameters give."""
    for name in settings.METADATA_FILTERS:
        if raw := parameters.get(PREFIX + name):
            matches = Q()
            for value in _possible_values(raw):
                matches |= _has_value(name, value)
            designs = designs.filter(matches)
    return designs


def _possible_values(raw: str) -> Iterator[str | int | float | bool]:
    """Yield the JSON values that a query parameter may stand for: `17` is the text and the number."""
    yield raw
    try:
        value = json.loads(raw)
    except ValueError:
        return
    if isinstance(value, int | float | bool) and value not in {float("inf"), float("-inf")} and value == value:  # noqa: PLR0124  # not NaN
        yield value


def _has_value(name: str, value: object) -> Q:
    # The index on PostgreSQL is for containment and leaves out empty objects; SQLite has no containment.
    if connection.vendor == "postgresql":
        return Q(metadata__contains={name: value}) & ~Q(metadata={})
    # On SQLite, Django does not tell the text "null" from null.
    return Q(**{f"metadata__{name}": value}) & ~Q(**{f"metadata__{name}": None})
