"""Products and their print areas: rows, so that an administrator changes them without code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F, Q, Value

from designs.models.technique import Technique
from rendering.engine import values
from rendering.engine.values import Area, Rules

if TYPE_CHECKING:
    from designs.models.variant import Variant

OVERRIDABLE: Mapping[str, Callable[[Any], Any]] = {
    "width_mm": float,
    "height_mm": float,
    "bleed_mm": float,
    "safe_mm": float,
    "min_dpi": int,
    "recommended_dpi": int,
    "corner_radius_mm": float,
    "outline": str,
    "colors": list,
    "max_colors": int,
    "mirrored": bool,
    "x_mm": float,
    "y_mm": float,
}
"""Fields of a print area that an override may set for a size or a SKU, and their types; `technique` (a slug), too."""


class Product(models.Model):
    """A product to print on; `slug` is its `product_type` in the API."""

    slug = models.SlugField(max_length=50, unique=True)
    name = models.CharField(max_length=100)
    text_min = models.PositiveIntegerField(
        default=1, help_text="Minimum length of a text, in characters as people count them."
    )
    text_max = models.PositiveIntegerField(help_text="Maximum length of a text, in characters as people count them.")
    size_min = models.FloatField(help_text="Minimum fontSize, in units of the 600-unit square.")
    size_max = models.FloatField(help_text="Maximum fontSize, in units of the 600-unit square.")
    active = models.BooleanField(default=True, help_text="Whether new designs can be made for it.")
    description = models.TextField(blank=True, default="", db_default="")
    group = models.SlugField(
        max_length=50, blank=True, default="", db_default="", help_text="Kind of product, such as apparel; for lists."
    )
    technique = models.ForeignKey(
        Technique,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="products",
        help_text="How it is printed, unless a print area says otherwise.",
    )
    severities = models.JSONField(
        default=dict,
        blank=True,
        db_default=Value({}, models.JSONField()),
        help_text='Severities that differ from those of the technique: {"low_resolution": "error"}.',
    )
    rules_changed_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When what its designs are judged and drawn by last changed."
    )

    class Meta:
        ordering = ["slug"]
        constraints = [
            models.CheckConstraint(
                condition=Q(text_min__gte=1, text_max__lte=2000, text_min__lte=F("text_max")),
                name="product_text_range",
                violation_error_message="Text limits must run from 1 to at most 2,000 characters.",
            ),
            models.CheckConstraint(
                condition=Q(size_min__gt=0, size_max__lte=600, size_min__lte=F("size_max")),
                name="product_size_range",
                violation_error_message="Font sizes must run from above 0 to at most 600.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @cached_property
    def areas(self) -> list[PrintArea]:
        """Its print areas, the main one first."""
        return list(self.print_areas.all())

    def to_rules(self) -> Rules:
        """Return the rules as the engine takes them."""
        return Rules(self.text_min, self.text_max, self.size_min, self.size_max)


class PrintArea(models.Model):
    """The print area of one placement: trim size, bleed and safe zone in mm, and the minimum resolution of images."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="print_areas")
    placement = models.SlugField(max_length=20, help_text="Side of the product, such as front, back or wrap.")
    width_mm = models.FloatField()
    height_mm = models.FloatField()
    bleed_mm = models.FloatField(default=0)
    safe_mm = models.FloatField(default=0, help_text="Width of the margin inside the trim that should stay empty.")
    min_dpi = models.PositiveIntegerField(default=150)
    main = models.BooleanField(default=False, help_text="Default placement.")
    recommended_dpi = models.PositiveIntegerField(
        default=0, db_default=0, help_text="More is of no use; 0 if that is not known."
    )
    corner_radius_mm = models.FloatField(default=0, db_default=0, help_text="Of the trim.")
    outline = models.TextField(
        blank=True,
        default="",
        db_default="",
        help_text="Trim of another shape than a rectangle: SVG path data in mm, from the top left of the area.",
    )
    technique = models.ForeignKey(
        Technique,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="print_areas",
        help_text="If it differs from the product's.",
    )
    colors = models.JSONField(
        default=list,
        blank=True,
        db_default=Value([], models.JSONField()),
        help_text="All colours that may be used, #RRGGBB; empty for any.",
    )
    max_colors = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="How many colours may be used at once; 0 for any."
    )
    mirrored = models.BooleanField(default=False, db_default=False, help_text="Whether the print file is mirrored.")
    x_mm = models.FloatField(
        null=True, blank=True, help_text="Distance of the area from the left edge of its side of the product."
    )
    y_mm = models.FloatField(
        null=True, blank=True, help_text="Distance of the area from the top edge of its side of the product."
    )
    overrides = models.JSONField(
        default=list,
        blank=True,
        db_default=Value([], models.JSONField()),
        help_text='Other values for some sizes or SKUs: [{"sizes": ["S"], "width_mm": 250}]. The first match wins.',
    )

    class Meta:
        ordering = ["-main", "placement"]
        constraints = [
            models.UniqueConstraint(fields=["product", "placement"], name="print_area_per_placement"),
            models.UniqueConstraint(fields=["product"], condition=Q(main=True), name="print_area_one_main"),
            models.CheckConstraint(
                condition=Q(width_mm__gt=0, height_mm__gt=0, bleed_mm__gte=0, safe_mm__gte=0, min_dpi__gt=0),
                name="print_area_sizes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product}: {self.placement}"

    def for_variant(self, variant: Variant | None) -> PrintArea:
        """Return the area as it is on one variant: a copy with the first override that names its SKU or size.

        Raises Technique.DoesNotExist if the override names a technique that is gone.
        """
        override = next((each for each in self.overrides if _names(each, variant)), None) if variant else None
        if override is None:
            return self
        area = copy(self)
        for name, convert in OVERRIDABLE.items():
            if name in override:
                setattr(area, name, convert(override[name]))
        if "technique" in override:
            area.technique = Technique.objects.get(slug=override["technique"])
        return area

    def to_geometry(self, variant: Variant | None = None) -> Area:
        """Return the area as the engine takes it, with the technique and the severities of its product.

        With a variant, what is overridden for it or its size applies.
        """
        if variant is not None and self.overrides:
            return self.for_variant(variant).to_geometry()
        technique = self.technique or self.product.technique
        rules = technique.to_rules() if technique else values.Technique()
        return Area(
            self.placement,
            self.width_mm,
            self.height_mm,
            self.min_dpi,
            self.bleed_mm,
            self.safe_mm,
            self.recommended_dpi,
            self.corner_radius_mm,
            self.outline,
            tuple(self.colors),
            self.max_colors,
            self.mirrored,
            rules.with_severities(self.product.severities) if self.product.severities else rules,
        )


def _names(override: Mapping[str, Any], variant: Variant) -> bool:
    """Whether an override is meant for a variant."""
    return variant.sku in override.get("skus", ()) or variant.size in override.get("sizes", ())
