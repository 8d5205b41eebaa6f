"""What answers about designs are read from: one query, and in it the columns that the answer asks for, no others."""

from __future__ import annotations

from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

from django.db.models import Case, Expression, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.fields.json import KeyTextTransform

from designs.models import Design, Rendition

DesignRow = Any
"""A row of `rows`: a named tuple with the columns asked for; or a Design's own, by `row_of_new`."""

_PNG_FIRST = Case(When(format="png", then=0), default=1)


def _file_key(kind: str) -> Subquery:
    """Return the key of the file that stands for a kind: see Rendition.standing_for."""
    files = Rendition.objects.filter(render=OuterRef("published_render"), kind=kind)
    return Subquery(files.order_by(_PNG_FIRST, "id").values("key")[:1])


JOINED_COLUMNS: dict[str, Expression | F | Subquery] = {  # beside the design's own
    "product_slug": F("product__slug"),
    "newest_data": F("newest__design_data"),
    "findings": F("published_render__findings"),
    "placeholder": KeyTextTransform("placeholder", "published_render__receipt"),
    "preview_key": _file_key("preview"),
    "thumbnail_key": _file_key("thumbnail"),
}
_IS_NEWEST = Q(revisions__number=F("revision"))


def select_columns(designs: QuerySet[Design], columns: Iterable[str]) -> QuerySet[Design, DesignRow]:
    """Return designs as named tuples of columns, in one query."""
    names = tuple(dict.fromkeys(columns))
    annotations = {name: JOINED_COLUMNS[name] for name in names if name in JOINED_COLUMNS}
    if "newest_data" in annotations:
        designs = designs.annotate(newest=FilteredRelation("revisions", condition=_IS_NEWEST))
    return designs.annotate(**annotations).values_list(*names, named=True)


def build_new_row(design: Design) -> DesignRow:
    """Return the row of a design that was made just now, from what is at hand: it has no files yet."""
    (newest,) = design.newest_revisions
    own = {field.attname: getattr(design, field.attname) for field in design._meta.concrete_fields}  # noqa: SLF001
    others = dict.fromkeys(JOINED_COLUMNS) | {"product_slug": design.product.slug, "newest_data": newest.design_data}
    return SimpleNamespace(**own, **others)
