"""An owner's designs, page by page, with statements that are compiled once: what shops ask more often than all else."""

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

MAX_SHAPES = 128  # kept; a page size, or a way of trimming, that few use is compiled again


class PageShape(NamedTuple):
    """All in which two pages' statements differ."""

    columns: tuple[str, ...]
    is_test: bool
    ordering: tuple[str, ...] = ()
    cursor_lookup: str = ""  # created_at__lt, created_at__gt; empty on a first page
    start: int = 0
    stop: int = 0


class DesignPageQuery:
    """Stands for a queryset before a paginator, which orders it, sets where a page begins, and takes a slice."""

    def __init__(self, tenant: Tenant, columns: Iterable[str]) -> None:
        self._shape = PageShape(tuple(dict.fromkeys(columns)), tenant.is_test)
        self._values: dict[str, Any] = {"owner": tenant.owner_id}

    def order_by(self, *ordering: str) -> Self:
        """Set the order."""
        self._shape = self._shape._replace(ordering=ordering)
        return self

    def filter(self, **beyond: str) -> Self:
        """Set the one condition that a paginator has: where the page begins."""
        ((lookup, self._values["place"]),) = beyond.items()
        self._shape = self._shape._replace(cursor_lookup=lookup)
        return self

    def __getitem__(self, part: slice) -> list[DesignRow]:
        """Return a slice of the rows."""
        prepared, row = _compile_page(self._shape._replace(start=part.start, stop=part.stop))
        return [row(*values) for values in prepared.fetch_rows(**self._values)]


@lru_cache(maxsize=MAX_SHAPES)
def _compile_page(shape: PageShape) -> tuple[CompiledQuery, Any]:
    def write() -> QuerySet[Design, DesignRow]:
        owner = Parameter("owner", BigIntegerField())
        page = select_columns(Design.objects.filter(owner_id=owner, test=shape.is_test, deleted_at=None), shape.columns)
        if shape.cursor_lookup:
            page = page.filter(**{shape.cursor_lookup: Parameter("place", DateTimeField())})
        return page.order_by(*shape.ordering)[shape.start : shape.stop]

    return CompiledQuery(write), namedtuple("Row", shape.columns)  # its columns vary
