"""Finds and checks what a design is drawn from: its product, its data, and the caller's own pictures."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any, TypeAlias
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, models
from django.db.models import QuerySet

from designs.db.compiled import CompiledQuery, Parameter, column_names
from designs.models import Asset, DesignRevision, PrintArea, Product
from designs.models.tenant import Tenant
from designs.renders.snapshot import design_bounds
from designs.services.errors import UnknownProductError
from rendering.engine.validation.parse import DEFAULT_AREA, collect_asset_ids, parse_design, read_design
from rendering.engine.validation.parsed import DesignContents
from rendering.engine.validation.problems import Problem, SpecError
from rendering.fonts.catalogue import installed_fonts

NOTHING_TO_PRINT = "The design is empty: there is nothing to print. Add a text, an image or a background."
AssetsById: TypeAlias = Mapping[str, Asset]


@dataclass(frozen=True, slots=True)
class CheckedDesign:
    """What a design holds, and the assets that it is drawn from."""

    contents: DesignContents
    assets: AssetsById


def find_product(slug: str) -> Product:
    """Return an active product with its print areas; UnknownProductError if none has this name."""
    rows, width = _PRODUCT_BY_SLUG.fetch_rows(slug=slug), len(column_names(Product))
    if not rows:
        raise UnknownProductError(slug)
    product = Product.from_db(DEFAULT_DB_ALIAS, column_names(Product), rows[0][:width])
    # A product without areas is one row, whose second half is empty.
    product.areas = [
        PrintArea.from_db(DEFAULT_DB_ALIAS, column_names(PrintArea), row[width:]) for row in rows if row[width]
    ]
    return product


def _build_product_query() -> QuerySet[Product, Any]:
    products = Product.objects.filter(slug=Parameter("slug", models.SlugField()), active=True)
    names = (*column_names(Product), *(f"print_areas__{name}" for name in column_names(PrintArea)))
    # The areas in their default order: the main one first.
    return products.order_by("-print_areas__main", "print_areas__placement").values_list(*names)


_PRODUCT_BY_SLUG = CompiledQuery(_build_product_query)  # every create and every preview runs it


def check_design_data(
    design_data: object,
    product: Product,
    tenant: Tenant,
    for_design: UUID | None = None,
    shared_assets: Set[str] = frozenset(),
) -> CheckedDesign:
    """Return what valid `design_data` holds, with its assets (see `find_assets`); SpecError with all its problems."""
    areas = [area.to_geometry() for area in product.areas]
    assets = find_assets(design_data, tenant, for_design, shared_assets)
    parsed = parse_design(design_data, product.to_rules(), installed_fonts(), areas, design_bounds(), assets)
    return CheckedDesign(parsed.contents, assets)


def reject_empty(contents: DesignContents) -> None:
    """Raise SpecError for design_data that is to be drawn, but has nothing to draw."""
    if contents.is_empty:
        raise SpecError((Problem("", "no_ink", NOTHING_TO_PRINT),))


def build_empty_data(product: Product) -> dict[str, Any]:
    """Return the design_data of a design that is not begun: the long form, with no layer on the main placement."""
    placement = product.areas[0].placement if product.areas else DEFAULT_AREA.placement
    return {"version": 1, "placements": {placement: {"layers": []}}}


def read_revision(revision: DesignRevision, tenant: Tenant) -> CheckedDesign:
    """Return what a stored revision holds, with those of its assets that are still usable."""
    return CheckedDesign(
        read_design(revision.design_data, revision.schema_version), find_assets(revision.design_data, tenant)
    )


def find_assets(
    design_data: object, tenant: Tenant, for_design: UUID | None = None, shared_assets: Set[str] = frozenset()
) -> AssetsById:
    """Return the tenant's usable assets that `design_data` names, by id; assets of others count as missing.

    With `for_design`, only assets that were uploaded for that design, that it draws from already, or that are shared.
    """
    ids = collect_asset_ids(design_data)
    if not ids:
        return {}
    assets = Asset.objects.filter_usable().filter(owner_id=tenant.owner_id, test=tenant.is_test, pk__in=ids)
    if for_design is not None:
        assets = assets.for_design(for_design, shared_assets & ids)
    return {str(asset.pk): asset for asset in assets}
