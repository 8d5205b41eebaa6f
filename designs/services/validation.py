"""Finds and checks what a design is drawn from: its product, its data, and the caller's own pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, models
from django.db.models import QuerySet

from designs.db.compiled import CompiledQuery, Parameter, column_names
from designs.models import Asset, DesignRevision, PrintArea, Product, Technique, Variant
from designs.models.tenant import Tenant
from designs.renders.snapshot import design_bounds
from designs.services.errors import UnknownProductError
from designs.services.variants import VariantChoice, find_stored_variant, look_up_variant
from rendering.engine.validation.parse import DEFAULT_AREA, collect_asset_ids, parse_design, read_design
from rendering.engine.validation.parsed import DesignContents, ParsedDesign
from rendering.engine.validation.problems import Problem, SpecError
from rendering.fonts.catalogue import installed_fonts

NOTHING_TO_PRINT = "The design is empty: there is nothing to print. Add a text, an image or a background."
AssetsById: TypeAlias = Mapping[str, Asset]
_Row = TypeVar("_Row", bound=models.Model)


@dataclass(frozen=True, slots=True)
class CheckedDesign:
    """What a design holds, the assets that it is drawn from, and the variant that it names."""

    contents: DesignContents
    assets: AssetsById
    variant: Variant | None = None


def find_product(slug: str) -> Product:
    """Return an active product with its print areas; UnknownProductError if none has this name."""
    rows = _PRODUCT_BY_SLUG.fetch_rows(slug=slug)
    if not rows:
        raise UnknownProductError(slug)
    product = _read_columns(Product, rows[0], _PRODUCT_START)
    product.technique = _read_columns(Technique, rows[0], _PRODUCT_TECHNIQUE_START) if product.technique_id else None
    # A product without areas is one row, whose other columns are empty.
    product.areas = [_read_area(row, product) for row in rows if row[_AREA_START]]
    return product


def _read_area(row: Sequence[Any], product: Product) -> PrintArea:
    area = _read_columns(PrintArea, row, _AREA_START)
    area.product = product
    area.technique = _read_columns(Technique, row, _AREA_TECHNIQUE_START) if area.technique_id else None
    return area


def _read_columns(model: type[_Row], row: Sequence[Any], start: int) -> _Row:
    names = column_names(model)
    return model.from_db(DEFAULT_DB_ALIAS, names, row[start : start + len(names)])


def _build_product_query() -> QuerySet[Product, Any]:
    products = Product.objects.filter(slug=Parameter("slug", models.SlugField()), active=True)
    names = (
        *column_names(Product),
        *(f"technique__{name}" for name in column_names(Technique)),
        *(f"print_areas__{name}" for name in column_names(PrintArea)),
        *(f"print_areas__technique__{name}" for name in column_names(Technique)),
    )
    # The areas in their default order: the main one first.
    return products.order_by("-print_areas__main", "print_areas__placement").values_list(*names)


_PRODUCT_START = 0  # of its columns in a row, as `_build_product_query` selects them
_PRODUCT_TECHNIQUE_START = len(column_names(Product))
_AREA_START = _PRODUCT_TECHNIQUE_START + len(column_names(Technique))
_AREA_TECHNIQUE_START = _AREA_START + len(column_names(PrintArea))
_PRODUCT_BY_SLUG = CompiledQuery(_build_product_query)  # every create and every preview runs it


def check_design_data(
    design_data: object,
    product: Product,
    tenant: Tenant,
    for_design: UUID | None = None,
    shared_assets: Set[str] = frozenset(),
) -> CheckedDesign:
    """Return what valid `design_data` holds, with its assets (see `find_assets`); SpecError with all its problems."""
    choice = look_up_variant(design_data, product)
    assets = find_assets(design_data, tenant, for_design, shared_assets)
    parsed = parse_on_variant(design_data, product, choice, assets)
    return CheckedDesign(parsed.contents, assets, choice.variant)


def parse_on_variant(design_data: object, product: Product, choice: VariantChoice, assets: AssetsById) -> ParsedDesign:
    """Check design_data against a product's rules and areas on the chosen variant; SpecError with all problems."""
    areas = [area.to_geometry(choice.variant) for area in product.areas]
    try:
        parsed = parse_design(design_data, product.to_rules(), installed_fonts(), areas, design_bounds(), assets)
    except SpecError as error:
        raise (SpecError((*error.problems, *choice.problems)) if choice.problems else error) from None
    if choice.problems:
        raise SpecError(choice.problems)
    return parsed


def reject_empty(contents: DesignContents) -> None:
    """Raise SpecError for design_data that is to be drawn, but has nothing to draw."""
    if contents.is_empty:
        raise SpecError((Problem("", "no_ink", NOTHING_TO_PRINT),))


def build_empty_data(product: Product) -> dict[str, Any]:
    """Return the design_data of a design that is not begun: the long form, with no layer on the main placement."""
    placement = product.areas[0].placement if product.areas else DEFAULT_AREA.placement
    return {"version": 1, "placements": {placement: {"layers": []}}}


def read_revision(revision: DesignRevision, product: Product, tenant: Tenant) -> CheckedDesign:
    """Return what a stored revision holds, with those of its assets that are still usable, and its variant.

    Raises VariantGoneError.
    """
    return CheckedDesign(
        read_design(revision.design_data, revision.schema_version),
        find_assets(revision.design_data, tenant),
        find_stored_variant(revision, product),
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
