"""Products as responses show them, and their serializers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rest_framework import serializers

from designs.models import PrintArea, Product, Technique, Variant

TECHNIQUE_FIELDS = (
    "min_line_mm",
    "min_gap_mm",
    "min_text_mm",
    "min_module_mm",
    "max_colors",
    "max_ink",
    "blur_mm",
    "semi_transparency",
    "gradients",
    "white_ink",
    "shows_product",
    "severities",
)
FIRST_AREA_FIELDS = ("placement", "main", "width_mm", "height_mm", "bleed_mm", "safe_mm", "min_dpi")
MORE_AREA_FIELDS = (
    "recommended_dpi",
    "corner_radius_mm",
    "outline",
    "colors",
    "max_colors",
    "mirrored",
    "x_mm",
    "y_mm",
)


class Range(serializers.Serializer[Any]):
    """Minimum and maximum, both inclusive."""

    min = serializers.FloatField()
    max = serializers.FloatField()


class PrintAreaOut(serializers.Serializer[Any]):
    """A printable rectangle."""

    placement = serializers.CharField()
    main = serializers.BooleanField()
    width_mm = serializers.FloatField()
    height_mm = serializers.FloatField()
    bleed_mm = serializers.FloatField()
    safe_mm = serializers.FloatField()
    min_dpi = serializers.IntegerField()


class ProductOut(serializers.Serializer[Any]):
    """A product and its limits."""

    product_type = serializers.CharField()
    name = serializers.CharField()
    group = serializers.CharField(help_text="Kind of product, such as apparel; empty if it is in none.")
    technique = serializers.CharField(allow_null=True, help_text="How it is printed, such as dtg; null if not known.")
    text_length = Range(help_text="Length of a text, in characters as people count them (grapheme clusters).")
    font_size = Range(
        help_text="`fontSize` of the short form, in square units: 1/600 of the shorter side of the main print area. "
        "`/api/v1/limits` has it in mm and pt."
    )
    print_areas = PrintAreaOut(many=True)
    variant_count = serializers.IntegerField(help_text="Number of active variants.")


class ProductsOut(serializers.Serializer[Any]):
    """A page of products."""

    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = ProductOut(many=True)


class TechniqueOut(serializers.Serializer[Any]):
    """A way of printing, and what it refuses; 0 stands for no limit."""

    slug = serializers.CharField()
    name = serializers.CharField()
    min_line_mm = serializers.FloatField(help_text="Narrower lines break or vanish.")
    min_gap_mm = serializers.FloatField(help_text="Narrower gaps fill with ink.")
    min_text_mm = serializers.FloatField(help_text="Height of a lower-case x.")
    min_module_mm = serializers.FloatField(help_text="Width of a module of a QR code.")
    max_colors = serializers.IntegerField()
    max_ink = serializers.FloatField(help_text="Sum of all inks in one place, percent.")
    blur_mm = serializers.FloatField(help_text="How far ink spreads: a standard deviation.")
    semi_transparency = serializers.BooleanField(help_text="Whether soft edges and shadows print well.")
    gradients = serializers.BooleanField(help_text="Whether gradients and photos can be printed.")
    white_ink = serializers.BooleanField(help_text="Whether white is printed.")
    shows_product = serializers.BooleanField(help_text="Whether the product's colour shows through inks.")
    severities = serializers.DictField(
        child=serializers.CharField(),
        help_text="Severities of findings by code, where they differ from the usual ones; `off` drops a finding.",
    )


class VariantOut(serializers.Serializer[Any]):
    """What a shopper orders: a colour and size of a product."""

    sku = serializers.CharField(help_text="For `variant` in `design_data`.")
    color_name = serializers.CharField()
    color = serializers.CharField(allow_null=True, help_text="#RRGGBB; null if it is not known.")
    size = serializers.CharField()
    active = serializers.BooleanField(help_text="Whether new designs can be made for it.")


class FullPrintAreaOut(PrintAreaOut):
    """A printable area with all of its rules; lengths in mm."""

    recommended_dpi = serializers.IntegerField(help_text="More is of no use; 0 if that is not known.")
    corner_radius_mm = serializers.FloatField(help_text="Of the trim.")
    outline = serializers.CharField(
        allow_null=True, help_text="Trim of another shape: SVG path data in mm from the top left; null for a rectangle."
    )
    colors = serializers.ListField(
        child=serializers.CharField(), help_text="All colours that may be used, #RRGGBB; empty for any."
    )
    max_colors = serializers.IntegerField(help_text="How many colours may be used at once; 0 for any.")
    mirrored = serializers.BooleanField(help_text="Whether the print file is mirrored.")
    x_mm = serializers.FloatField(allow_null=True, help_text="Distance from the left edge of its side of the product.")
    y_mm = serializers.FloatField(allow_null=True, help_text="Distance from the top edge of its side of the product.")
    technique = serializers.CharField(allow_null=True, help_text="`slug` of its technique; null if not known.")
    overrides = serializers.ListField(
        child=serializers.DictField(),
        help_text="Other values for some variants: objects with `sizes` or `skus` and the fields that differ. The "
        "first that names a variant's SKU or size applies.",
    )


class FullProductOut(ProductOut):
    """A product with everything that a page needs to make designs for it."""

    description = serializers.CharField()
    print_areas = FullPrintAreaOut(many=True)
    severities = serializers.DictField(
        child=serializers.CharField(), help_text="Severities that differ from those of the technique."
    )
    techniques = TechniqueOut(many=True, help_text="Every technique that is named here.")
    variants = VariantOut(many=True)


def product_to_json(product: Product, variants: list[Variant], techniques: Iterable[Technique]) -> dict[str, Any]:
    """Return a product as a JSON object; its areas and their techniques are fetched."""
    own = product.technique
    return {
        "product_type": product.slug,
        "name": product.name,
        "description": product.description,
        "group": product.group,
        "technique": own.slug if own else None,
        "text_length": {"min": product.text_min, "max": product.text_max},
        "font_size": {"min": product.size_min, "max": product.size_max},
        "print_areas": [_area_to_json(area, own) for area in product.areas],
        "severities": product.severities,
        "techniques": [_technique_to_json(each) for each in techniques],
        "variants": [_variant_to_json(each) for each in variants],
        "variant_count": sum(variant.active for variant in variants),
    }


def _area_to_json(area: PrintArea, usual: Technique | None) -> dict[str, Any]:
    technique = area.technique or usual
    values = {name: getattr(area, name) for name in (*FIRST_AREA_FIELDS, *MORE_AREA_FIELDS)}
    return {
        **values,
        "outline": area.outline or None,
        "technique": technique.slug if technique else None,
        "overrides": area.overrides,
    }


def _technique_to_json(technique: Technique) -> dict[str, Any]:
    return {name: getattr(technique, name) for name in ("slug", "name", *TECHNIQUE_FIELDS)}


def _variant_to_json(variant: Variant) -> dict[str, Any]:
    names = ("sku", "color_name", "color", "size", "active")
    return {**{name: getattr(variant, name) for name in names}, "color": variant.color or None}
