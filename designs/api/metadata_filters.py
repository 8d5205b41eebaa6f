"""Filters by the shop's own metadata: `?metadata.cart=c-17`, for the names in METADATA_FILTERS."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.fields.json import KeyTransform

from designs.api.errors import InvalidInput, ProblemItem
from designs.models import Design

PREFIX = "metadata."


def metadata_parameters() -> list[str]:
    """Return the names of the query parameters."""
    return [PREFIX + name for name in settings.METADATA_FILTERS]


def filter_metadata(designs: QuerySet[Design], parameters: Mapping[str, Any]) -> QuerySet[Design]:
    """Keep designs whose metadata has the values that the query parameters give."""
    for name in settings.METADATA_FILTERS:
        if raw := parameters.get(PREFIX + name):
            if "\0" in raw:
                message = "A text must not contain NUL characters."
                raise InvalidInput([ProblemItem(PREFIX + name, "null_characters_not_allowed", message, "parameter")])
            designs = _filter_values(designs, name, list(_possible_values(raw)))
    return designs


_OTHER_VALUES = re.compile(r"true|false|-?(?:0|[1-9][0-9]{0,15})(?:\.[0-9]{1,15})?", re.ASCII)  # JSON


def _possible_values(raw: str) -> Iterator[str | int | float | bool]:
    """Yield the JSON values that a query parameter may stand for: `17` is the text and the number."""
    yield raw
    if _OTHER_VALUES.fullmatch(raw):
        yield json.loads(raw)


def _filter_values(designs: QuerySet[Design], name: str, values: Sequence[object]) -> QuerySet[Design]:
    # The index on PostgreSQL is for containment and leaves out empty objects; SQLite has no containment.
    if connection.vendor == "postgresql":
        matches = reduce(or_, (Q(metadata__contains={name: value}) for value in values))
        return designs.filter(matches).exclude(metadata={})
    # A name may be that of a lookup, so no keyword holds it. Django does not tell the text "null" from null here.
    found = designs.alias(found=KeyTransform(name, "metadata"))
    return found.filter(reduce(or_, (Q(found=value) for value in values))).exclude(found=None)
