"""What the catalogue will be after a file is loaded, and how that differs from what it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from designs.catalogue.entries import AreaEntry, CatalogueFile, ProductEntry, VariantEntry
from designs.catalogue.stored import column_fields

_SHOWN = 60  # characters of a value


def merge_catalogues(stored: CatalogueFile, file: CatalogueFile, *, prune: bool) -> CatalogueFile:
    """Return the stored catalogue with the entries of a file.

    What only the database has stays as it is. With `prune` its products and variants become inactive, and its print
    areas of products that the file has are left out.
    """
    claimed = {variant.sku for product in file.products.values() for variant in product.variants}
    products = dict(stored.products)
    for slug, product in file.products.items():
        old = stored.products.get(slug)
        products[slug] = _merge_products(old, product, claimed, prune=prune) if old else product
    if prune:
        for slug in products.keys() - file.products.keys():
            if products[slug].active:
                products[slug] = products[slug].model_copy(update={"active": False})
    return CatalogueFile.model_construct(
        version=1, techniques={**stored.techniques, **file.techniques}, products=products
    )


def _merge_products(old: ProductEntry, new: ProductEntry, claimed: set[str], *, prune: bool) -> ProductEntry:
    """Return a product of a file with those areas and variants of the database that the file lacks."""
    placements = {area.placement for area in new.areas}
    kept_areas = [area.model_copy(update={"main": False}) for area in old.areas if area.placement not in placements]
    kept_variants = [variant for variant in old.variants if variant.sku not in claimed]
    if prune:
        kept_areas = []
        kept_variants = [
            variant.model_copy(update={"active": False}) if variant.active else variant for variant in kept_variants
        ]
    if not kept_areas and not kept_variants:
        return new
    return new.model_copy(update={"areas": [*new.areas, *kept_areas], "variants": [*new.variants, *kept_variants]})


def describe_changes(stored: CatalogueFile, wanted: CatalogueFile) -> Iterator[str]:
    """Yield a line for each change: + added, ~ changed, - removed."""
    for slug, technique in sorted(wanted.techniques.items()):
        if slug not in stored.techniques:
            yield f"+ technique {slug}"
        else:
            yield from _describe_fields(f"technique {slug}", stored.techniques[slug], technique)
    owners = {variant.sku: slug for slug, product in stored.products.items() for variant in product.variants}
    for slug, product in sorted(wanted.products.items()):
        old = stored.products.get(slug)
        if old is None:
            yield f"+ product {slug}: {_count(product.areas, 'area')}, {_count(product.variants, 'variant')}"
            moved = [variant.sku for variant in product.variants if variant.sku in owners]
            yield from (f"~ product {slug}: variant {sku}: moved from {owners[sku]}" for sku in moved)
        elif old is not product:
            yield from _describe_product(f"product {slug}", old, product, owners)


def _describe_product(name: str, old: ProductEntry, new: ProductEntry, owners: Mapping[str, str]) -> Iterator[str]:
    yield from _describe_fields(name, old, new)
    areas, new_areas = _by_name(old.areas), _by_name(new.areas)
    for placement in sorted(areas.keys() | new_areas.keys()):
        yield from _describe_entry(f"{name}: area {placement}", areas.get(placement), new_areas.get(placement))
    if old.variants == new.variants:
        return
    variants, new_variants = _by_name(old.variants), _by_name(new.variants)
    for sku, variant in new_variants.items():
        if sku not in variants and sku in owners:
            yield f"~ {name}: variant {sku}: moved from {owners[sku]}"
        else:
            yield from _describe_entry(f"{name}: variant {sku}", variants.get(sku), variant)
    both = variants.keys() & new_variants.keys()
    if [sku for sku in variants if sku in both] != [sku for sku in new_variants if sku in both]:
        yield f"~ {name}: the order of its variants"


def describe_product(old: ProductEntry, new: ProductEntry) -> Iterator[str]:
    """Yield the names of what differs: fields, print areas by placement, variants by SKU; but not what is active."""
    yield from describe_fields(old, new)
    areas, new_areas = _by_name(old.areas), _by_name(new.areas)
    for placement in sorted(areas.keys() | new_areas.keys()):
        if areas.get(placement) != new_areas.get(placement):
            yield f"print area {placement}"
    # Whether a variant is on sale is the operator's decision, and so are further ones that are not.
    variants = {variant.sku: variant.model_copy(update={"active": True}) for variant in old.variants}
    known = {
        each.sku: each.model_copy(update={"active": True})
        for each in new.variants
        if each.active or each.sku in variants
    }
    for sku in sorted(variants.keys() | known.keys()):
        if variants.get(sku) != known.get(sku):
            yield f"variant {sku}"


def describe_fields(old: BaseModel, new: BaseModel) -> Iterator[str]:
    """Yield the names of the columns that differ."""
    return (name for name in column_fields(type(new)) if getattr(old, name) != getattr(new, name))


def _by_name(entries: Sequence[Any]) -> dict[str, Any]:
    return {each.placement if isinstance(each, AreaEntry) else each.sku: each for each in entries}


def _describe_entry(
    name: str, old: AreaEntry | VariantEntry | None, new: AreaEntry | VariantEntry | None
) -> Iterator[str]:
    if old and new:
        yield from _describe_fields(name, old, new)
    else:
        yield f"{'+' if new else '-'} {name}"


def _describe_fields(name: str, old: BaseModel, new: BaseModel) -> Iterator[str]:
    for field in column_fields(type(new)):
        before, after = getattr(old, field), getattr(new, field)
        if before != after:
            yield f"~ {name}: {field}: {_show(before)} → {_show(after)}"


def _show(value: Any) -> str:
    if isinstance(value, list):
        value = [each.model_dump(exclude_unset=True) if isinstance(each, BaseModel) else each for each in value]
    text = f"{value:g}" if isinstance(value, float) else repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _count(entries: Sequence[Any], noun: str) -> str:
    return f"{len(entries)} {noun}{'' if len(entries) == 1 else 's'}"
