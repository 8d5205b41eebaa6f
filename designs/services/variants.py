"""The variant that a design names: looked up among those of its product."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from django.db import DEFAULT_DB_ALIAS, models
from django.db.models import QuerySet

from designs.db.compiled import CompiledQuery, Parameter, column_names
from designs.models import DesignRevision, Product, Render, Variant
from designs.services.errors import VariantGoneError
from rendering.engine.schema import SKU_LENGTH
from rendering.engine.validation.problems import Problem

MAX_NAMED = 3  # SKUs in a message


@dataclass(frozen=True, slots=True)
class VariantChoice:
    """The variant that design_data names, None for none; and what is wrong with the name."""

    variant: Variant | None = None
    problems: tuple[Problem, ...] = ()


def look_up_variant(design_data: object, product: Product) -> VariantChoice:
    """Return the active variant that `design_data` names; a problem says which SKU there might be instead.

    A value that the schema does not allow is no variant: the schema says so.
    """
    sku = named_sku(design_data)
    if not sku:
        return VariantChoice()
    variant = _find_variant(product, sku)
    if variant is None or not variant.active:
        return VariantChoice(None, (_describe_unknown(product, sku),))
    return VariantChoice(variant)


def find_stored_variant(revision: DesignRevision, product: Product) -> Variant | None:
    """Return the variant that a stored revision names, whether it is still active or not; None if it names none.

    Where its row is deleted, it is as an earlier render of the revision recorded it; VariantGoneError without one.
    """
    sku = named_sku(revision.design_data)
    if not sku:
        return None
    if variant := _find_variant(product, sku):
        return variant
    snapshots = Render.objects.filter(design=revision.design_id, revision=revision).order_by("-number")
    recorded = next((each["variant"] for each in snapshots.values_list("frozen", flat=True) if "variant" in each), None)
    if recorded is None:
        raise VariantGoneError(sku)
    return Variant(product=product, active=False, **recorded)


def named_sku(design_data: object) -> str:
    """Return the SKU that `design_data` names in either form, "" for none and for what can be no SKU."""
    sku = design_data.get("variant") if isinstance(design_data, Mapping) else None
    if not isinstance(sku, str) or len(sku) > SKU_LENGTH or any("\ud800" <= each <= "\udfff" for each in sku):
        return ""
    return sku


def _find_variant(product: Product, sku: str) -> Variant | None:
    if "\0" in sku:  # no character to a database
        return None
    rows = _VARIANT_BY_SKU.fetch_rows(sku=sku, product=product.pk)
    return Variant.from_db(DEFAULT_DB_ALIAS, column_names(Variant), rows[0]) if rows else None


def _describe_unknown(product: Product, sku: str) -> Problem:
    known = list(Variant.objects.filter(product=product, active=True).values_list("sku", flat=True))
    if not known:
        message = f"The product {product.slug} has no variants: leave this out."
        return Problem("/variant", "unknown_variant", message)
    near = get_close_matches(sku, known, MAX_NAMED) or known[:MAX_NAMED]
    message = (
        f"The product {product.slug} has no variant with this SKU. Choose one of its SKUs, such as {', '.join(near)}: "
        f"/api/v1/products/{product.slug} lists them."
    )
    return Problem("/variant", "unknown_variant", message)


def _build_variant_query() -> QuerySet[Variant, list[object]]:
    product = Parameter("product", models.BigIntegerField())
    variants = Variant.objects.filter(sku=Parameter("sku", models.CharField()), product_id=product)
    return variants.order_by().values_list(*column_names(Variant))


_VARIANT_BY_SKU = CompiledQuery(_build_variant_query)  # every preview with a variant runs it
