"""Variants of a product: each can be ordered by its SKU."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models

from designs.models.product import Product


class Variant(models.Model):
    """One colour and size of a product; `color` is what transparent parts of a design show."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="variants", db_index=False)
    sku = models.CharField("SKU", max_length=64, unique=True)
    color_name = models.CharField(max_length=50, blank=True, default="")
    color = models.CharField(
        max_length=7,
        blank=True,
        default="",
        validators=[RegexValidator(r"^#[0-9A-F]{6}$", "Use #RRGGBB with capitals, such as #1A2B3C.")],
        help_text="#RRGGBB; empty if it is not known.",
    )
    size = models.CharField(max_length=20, blank=True, default="")
    active = models.BooleanField(default=True, help_text="Whether new designs can be made for it.")
    order = models.PositiveSmallIntegerField(default=0, help_text="Position in lists.")

    class Meta:
        ordering = ["order", "sku"]
        indexes = [models.Index(fields=["product", "order", "sku"], name="variant_list")]

    def __str__(self) -> str:
        return self.sku
