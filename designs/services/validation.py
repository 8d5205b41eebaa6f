"""What a design may be drawn from: a product, data that keeps its rules, and the caller's own pictures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, models
from django.db.models import QuerySet

from designs.db.compiled import CompiledQuery, Parameter, column_names
from designs.models import Asset, PrintArea, Product
from designs.models.tenant import Tenant
from designs.renders.snapshot import design_bounds
from designs.services.errors import UnknownProductError
from rendering.engine.validation.parse import collect_asset_ids, parse_design
from rendering.fonts.catalogue import installed_fonts

AssetsById: TypeAlias = Mapping[str, Asset]


def find_product(slug: str) -> Product:
    """Return an active product; UnknownProductError if none has this name."""
    rows, ends = _PRODUCT_BY_SLUG.fetch_rows(slug=slug), len(column_names(Product))
    if not rows:
        raise UnknownProductError(slug)
    product = Product.from_db(DEFAULT_DB_ALIAS, column_names(Product), rows[0][:ends])
    # A product without areas is one row, of which the second half is empty.
    areas = [PrintArea.from_db(DEFAULT_DB_ALIAS, column_names(PrintArea), row[ends:]) for row in rows if row[ends]]
    product.areas = areas
    return product


def _build_product_query() -> QuerySet[Product, Any]:
    named = Product.objects.filter(slug=Parameter("slug", models.SlugField()), active=True)
    names = (*column_names(Product), *(f"print_areas__{name}" for name in column_names(PrintArea)))
    # In the areas' own order: the main one first.
    return named.order_by("-print_areas__main", "print_areas__placement").values_list(*names)


_PRODUCT_BY_SLUG = CompiledQuery(_build_product_query)  # every create and every preview asks it


def check_design_data(
    design_data: object, product: Product, tenant: Tenant, for_design: UUID | None = None
) -> AssetsById:
    """Return the assets (see `assets_of`) that `design_data` names; SpecError with all its problems on `product`."""
    areas = [area.to_geometry() for area in product.areas]
    assets = find_assets(design_data, tenant, for_design)
    parse_design(design_data, product.to_rules(), installed_fonts(), areas, design_bounds(), assets)
    return assets


def find_assets(design_data: object, tenant: Tenant, for_design: UUID | None = None) -> AssetsById:
    """Return the usable assets of a tenant that `design_data` names, by id; another's are as if there were none.

    With `for_design`, only those that were uploaded for that design, or that it draws from already.
    """
    ids = collect_asset_ids(design_data)
    if not ids:
        return {}
    own = Asset.objects.filter_usable().filter(owner_id=tenant.owner_id, test=tenant.is_test, pk__in=ids)
    if for_design is not None:
        own = own.for_design(for_design)
    return {str(asset.pk): asset for asset in own}
