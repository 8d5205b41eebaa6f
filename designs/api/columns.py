"""Selects, in one query, exactly the columns of a design that a response needs."""

from __future__ import annotations

from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

from django.db.models import (
    Aggregate,
    Case,
    Expression,
    F,
    FilteredRelation,
    JSONField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.fields.json import KeyTextTransform, KeyTransform

from designs.models import Design, Override, Rendition

DesignRow = Any
"""A named tuple of the selected columns, from `select_columns`; or all of them, from `build_new_row`."""

_PNG_FIRST = Case(When(format="png", then=0), default=1)


def _file_key(kind: str) -> Subquery:
    """Select the storage key of the main file of a kind; the same choice as `Rendition.pick_main`."""
    files = Rendition.objects.filter(render=OuterRef("published_render"), kind=kind)
    return Subquery(files.order_by(_PNG_FIRST, "id").values("key")[:1])


class JsonList(Aggregate):
    """Collects values into a JSON list."""

    function = "JSONB_AGG"
    output_field = JSONField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Name SQLite's function."""
        return self.as_sql(compiler, connection, function="JSON_GROUP_ARRAY", **context)


def overridden_codes() -> Subquery:
    """Select the codes of findings that are overridden for the published revision, as a JSON list; null for none."""
    of_published = Override.objects.filter(
        revision__design=OuterRef("pk"), revision__number=OuterRef("published_revision")
    )
    return Subquery(of_published.order_by().values("revision").annotate(codes=JsonList("code")).values("codes"))


JOINED_COLUMNS: dict[str, Expression | F | Subquery] = {  # beside those of the designs table
    "product_slug": F("product__slug"),
    "newest_data": F("newest__design_data"),
    "findings": F("published_render__findings"),
    "overridden": overridden_codes(),
    "placeholder": KeyTextTransform("placeholder", "published_render__receipt"),
    "facts": KeyTransform("facts", "published_render__receipt"),
    "preview_key": _file_key("preview"),
    "thumbnail_key": _file_key("thumbnail"),
}
_IS_NEWEST = Q(revisions__number=F("revision"))


def select_columns(designs: QuerySet[Design], columns: Iterable[str]) -> QuerySet[Design, DesignRow]:
    """Return designs as named tuples of these columns; names in JOINED_COLUMNS come from related tables."""
    names = tuple(dict.fromkeys(columns))
    annotations = {name: JOINED_COLUMNS[name] for name in names if name in JOINED_COLUMNS}
    if "newest_data" in annotations:
        designs = designs.annotate(newest=FilteredRelation("revisions", condition=_IS_NEWEST))
    return designs.annotate(**annotations).values_list(*names, named=True)


def build_new_row(design: Design) -> DesignRow:
    """Return the row of a design that was just created, without a query. It has no files yet."""
    (newest,) = design.newest_revisions
    own = {field.attname: getattr(design, field.attname) for field in design._meta.concrete_fields}  # noqa: SLF001
    joined = dict.fromkeys(JOINED_COLUMNS) | {"product_slug": design.product.slug, "newest_data": newest.design_data}
    return SimpleNamespace(**own, **joined)
