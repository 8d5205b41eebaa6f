"""Brings the shipped catalogue into the database without touching what an operator has changed."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from enum import Enum
from typing import Any

from django.db import transaction

from designs.catalogue.seed import PRINT_AREAS, PRODUCTS
from designs.models import PrintArea, Product

# `active` is not compared: whether a product is on sale is always the operator's decision.
_PRODUCT_FIELDS = ("name", "text_min", "text_max", "size_min", "size_max")
_AREA_FIELDS = ("placement", "width_mm", "height_mm", "bleed_mm", "safe_mm", "min_dpi", "main")


class InstallAction(Enum):
    """The result for one shipped product."""

    ADDED = "added"
    UNCHANGED = "unchanged"  # its rows are as shipped
    LEFT = "left"  # its rows differ from the shipped ones
    OVERWRITTEN = "overwritten"


def install_catalogue(overwrite: Collection[str] = ()) -> dict[str, InstallAction]:
    """Add the shipped products that are missing; return the result for each, by slug.

    Products whose rows differ are left alone, except those in `overwrite`: their fields (but not `active`) and print
    areas become the shipped ones. Raises KeyError with the first slug in `overwrite` that is not shipped.
    """
    if unknown := sorted(set(overwrite) - set(PRODUCTS)):
        raise KeyError(unknown[0])
    with transaction.atomic():
        return {slug: _install_product(slug, overwrite=slug in overwrite) for slug in PRODUCTS}


def _install_product(slug: str, *, overwrite: bool) -> InstallAction:
    product, is_new = Product.objects.get_or_create(slug=slug, defaults=PRODUCTS[slug])
    if is_new:
        PrintArea.objects.bulk_create(_shipped_areas(product))
        return InstallAction.ADDED
    if not list(find_changes(product)):
        return InstallAction.UNCHANGED
    if not overwrite:
        return InstallAction.LEFT
    for name, value in _values(Product(slug=slug, **PRODUCTS[slug]), _PRODUCT_FIELDS).items():
        setattr(product, name, value)
    product.save()
    product.print_areas.all().delete()  # nothing refers to an area's row: renders hold copies of the values
    PrintArea.objects.bulk_create(_shipped_areas(product))
    return InstallAction.OVERWRITTEN


def find_changes(product: Product) -> Iterator[str]:
    """Yield what differs between a product's rows and the shipped ones: fields by name, print areas by placement."""
    shipped, present = Product(slug=product.slug, **PRODUCTS[product.slug]), product
    for name in _PRODUCT_FIELDS:
        if getattr(shipped, name) != getattr(present, name):
            yield name
    shipped_areas = {area.placement: _values(area, _AREA_FIELDS) for area in _shipped_areas(product)}
    present_areas = {area.placement: _values(area, _AREA_FIELDS) for area in product.print_areas.all()}
    for placement in sorted(shipped_areas.keys() | present_areas.keys()):
        if shipped_areas.get(placement) != present_areas.get(placement):
            yield f"print area {placement}"


def _shipped_areas(product: Product) -> list[PrintArea]:
    return [PrintArea(product=product, **area) for area in PRINT_AREAS[product.slug]]


def _values(row: Product | PrintArea, names: Collection[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}
