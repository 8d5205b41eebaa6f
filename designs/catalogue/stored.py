"""Reads the catalogue of the database as the entries of a catalogue file, in four queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from pydantic import BaseModel, ValidationError

from designs.catalogue.entries import (
    AreaEntry,
    CatalogueFile,
    OverrideEntry,
    ProductEntry,
    TechniqueEntry,
    VariantEntry,
)
from designs.models import PrintArea, Product, Technique, Variant

_Entry = TypeVar("_Entry", bound=BaseModel)
_BY_SLUG = "technique__slug"


class StoredCatalogueError(Exception):
    """Rows that no catalogue file can hold; the message says which, and what to do."""


def read_catalogue(slugs: Collection[str] | None = None) -> CatalogueFile:
    """Return all techniques, and all products or those of `slugs`; values are not checked again.

    Raises StoredCatalogueError for overrides of a print area that cannot be read.
    """
    products = Product.objects.all() if slugs is None else Product.objects.filter(slug__in=slugs)
    areas, variants = defaultdict(list), defaultdict(list)
    for owner, area in _fetch(AreaEntry, _related(PrintArea, products, "-main", "placement"), "product__slug"):
        areas[owner].append(_read_overrides(owner, area))
    for owner, variant in _fetch(VariantEntry, _related(Variant, products, "order", "sku"), "product__slug"):
        variants[owner].append(variant)
    return CatalogueFile.model_construct(
        version=1,
        techniques=dict(_fetch(TechniqueEntry, Technique.objects.order_by("slug"), "slug")),
        products={
            slug: product.model_copy(update={"areas": areas[slug], "variants": variants[slug]})
            for slug, product in _fetch(ProductEntry, products.order_by("slug"), "slug")
        },
    )


def read_sku_owners() -> dict[str, str]:
    """Return the slug of each SKU's product."""
    return dict(Variant.objects.values_list("sku", "product__slug"))


def column_fields(entry: type[BaseModel]) -> tuple[str, ...]:
    """Return the fields of an entry that are columns of its row."""
    return tuple(name for name in entry.model_fields if name not in {"areas", "variants"})


def _related(model: type[Model], products: QuerySet[Product], *order: str) -> QuerySet[Any]:
    rows = model._default_manager.all()  # noqa: SLF001  # Django's documented name
    if products.query.where:
        rows = rows.filter(product__in=products)
    return rows.order_by(*order)


def _fetch(entry: type[_Entry], rows: QuerySet[Any], key: str) -> Iterable[tuple[str, _Entry]]:
    """Yield rows as entries, each with its key."""
    fields = column_fields(entry)
    columns = [_BY_SLUG if name == "technique" else name for name in fields]
    for first, *values in rows.values_list(key, *columns):
        yield first, entry.model_construct(None, **dict(zip(fields, values, strict=True)))


def _read_overrides(owner: str, area: AreaEntry) -> AreaEntry:
    if area.overrides:
        try:
            area.overrides = [OverrideEntry.model_validate(each) for each in area.overrides]
        except ValidationError as error:
            cause = error.errors(include_url=False)[0]["msg"]
            message = f"The overrides of the print area {area.placement!r} of {owner!r} cannot be read: {cause}."
            raise StoredCatalogueError(f"{message} Correct them in the admin.") from None
    return area
