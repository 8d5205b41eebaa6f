"""Pages of an owner's designs, with SQL that is compiled once, because this is the most frequent request of shops."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple, Self

from django.db.models import BigIntegerField, DateTimeField, QuerySet

from designs.api.columns import DesignRow, select_columns
from designs.db.compiled import CompiledQuery, Parameter
from designs.models import Design
from designs.models.tenant import Tenant

MAX_SHAPES = 128  # compiled queries in the cache; rare combinations of page size and fields are compiled again


class PageShape(NamedTuple):
    """Everything by which the SQL of two pages can differ."""

    columns: tuple[str, ...]
    is_test: bool
    ordering: tuple[str, ...] = ()
    cursor_lookup: str = ""  # created_at__lt or created_at__gt; empty on the first page
    start: int = 0
    stop: int = 0


class DesignPageQuery:
    """The part of a queryset that the paginator uses: `order_by`, then `filter` by the cursor, then a slice."""

    def __init__(self, tenant: Tenant, columns: Iterable[str]) -> None:
        self._shape = PageShape(tuple(dict.fromkeys(columns)), tenant.is_test)
        self._values: dict[str, Any] = {"owner": tenant.owner_id}

    def order_by(self, *ordering: str) -> Self:
        """Set the order."""
        self._shape = self._shape._replace(ordering=ordering)
        return self

    def filter(self, **condition: str) -> Self:
        """Set the cursor condition; the paginator passes one lookup."""
        ((lookup, self._values["position"]),) = condition.items()
        self._shape = self._shape._replace(cursor_lookup=lookup)
        return self

    def __getitem__(self, part: slice) -> list[DesignRow]:
        """Return a slice of the rows."""
        query, row_type = _compile_page(self._shape._replace(start=part.start, stop=part.stop))
        return [row_type(*values) for values in query.fetch_rows(**self._values)]


@lru_cache(maxsize=MAX_SHAPES)
def _compile_page(shape: PageShape) -> tuple[CompiledQuery, Any]:
    def build_queryset() -> QuerySet[Design, DesignRow]:
        owner = Parameter("owner", BigIntegerField())
        page = select_columns(Design.objects.filter(owner_id=owner, test=shape.is_test, deleted_at=None), shape.columns)
        if shape.cursor_lookup:
            page = page.filter(**{shape.cursor_lookup: Parameter("position", DateTimeField())})
        return page.order_by(*shape.ordering)[shape.start : shape.stop]

    return CompiledQuery(build_queryset), namedtuple("Row", shape.columns)  # not a NamedTuple class: columns vary
