"""Writes a catalogue's changes in bulk. Rows of products and variants keep their ids: designs refer to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import models, transaction
from pydantic import BaseModel

from designs.catalogue.entries import AreaEntry, CatalogueFile, ProductEntry, TechniqueEntry, VariantEntry
from designs.catalogue.rules import find_changed_rules, mark_rules_changed
from designs.catalogue.stored import column_fields
from designs.models import PrintArea, Product, Technique, Variant

Progress = Callable[[str], None]
"""Is told what is done."""

_BATCH = 5_000  # rows of a statement
_Ids = Mapping[str, int]


@transaction.atomic
def store_catalogue(stored: CatalogueFile, wanted: CatalogueFile, report: Progress = lambda _line: None) -> None:
    """Turn what is stored into what is wanted; entries that are equal are not written, and only areas are deleted."""
    techniques = {slug: entry for slug, entry in wanted.techniques.items() if entry != stored.techniques.get(slug)}
    _upsert("slug", TechniqueEntry, [Technique(slug=slug, **_columns(entry)) for slug, entry in techniques.items()])
    ids = dict(Technique.objects.values_list("slug", "pk"))
    changed = {slug: entry for slug, entry in wanted.products.items() if entry != stored.products.get(slug)}
    _upsert("slug", ProductEntry, [Product(slug=slug, **_columns(entry, ids)) for slug, entry in changed.items()])
    report(f"{len(changed):,} products")
    products = dict(Product.objects.filter(slug__in=changed).values_list("slug", "pk"))
    _store_areas(stored, changed, products, ids)
    _store_variants(stored, changed, products, report)
    mark_rules_changed(find_changed_rules(stored, wanted))


def _store_areas(stored: CatalogueFile, changed: Mapping[str, ProductEntry], products: _Ids, techniques: _Ids) -> None:
    """Replace the areas of products where they differ: nothing refers to an area's row."""
    replaced, rows = list[int](), list[PrintArea]()
    for slug, product in changed.items():
        old = stored.products.get(slug)
        if old and _by_placement(old) == _by_placement(product):
            continue
        replaced += [products[slug]] if old else []
        rows += [PrintArea(product_id=products[slug], **_columns(area, techniques)) for area in product.areas]
    PrintArea.objects.filter(product_id__in=replaced).delete()
    PrintArea.objects.bulk_create(rows, _BATCH)


def _by_placement(product: ProductEntry) -> dict[str, AreaEntry]:
    return {area.placement: area for area in product.areas}


def _store_variants(
    stored: CatalogueFile, changed: Mapping[str, ProductEntry], products: _Ids, report: Progress
) -> None:
    """Write the variants of products where they differ; a SKU that moves takes its row along."""
    rows = [
        Variant(product_id=products[slug], order=number, **_columns(variant))
        for slug, product in changed.items()
        if slug not in stored.products or stored.products[slug].variants != product.variants
        for number, variant in enumerate(product.variants)
    ]
    for start in range(0, len(rows), _BATCH):
        batch = rows[start : start + _BATCH]
        _upsert("sku", VariantEntry, batch, "product", "order")
        report(f"{start + len(batch):,} of {len(rows):,} variants")


def _columns(entry: BaseModel, techniques: _Ids | None = None) -> dict[str, Any]:
    """Return the values of an entry as those of its row."""
    values = {name: getattr(entry, name) for name in column_fields(type(entry))}
    if techniques is not None:
        technique = values.pop("technique")
        values["technique_id"] = techniques[technique] if technique else None
    if "overrides" in values:
        values["overrides"] = [
            each.model_dump(exclude_none=True, exclude_defaults=True) for each in values["overrides"]
        ]
    return values


def _upsert(key: str, entry: type[BaseModel], rows: Sequence[models.Model], *others: str) -> None:
    """Insert rows, or update those that have the same key."""
    if rows:
        names = [name for name in (*column_fields(entry), *others) if name != key]
        type(rows[0])._default_manager.bulk_create(  # noqa: SLF001  # Django's documented name
            list(rows), _BATCH, update_conflicts=True, unique_fields=[key], update_fields=names
        )
