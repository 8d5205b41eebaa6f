"""Admin of variants: on the page of their product while they are few, and as a list of their own."""

from __future__ import annotations

from django.contrib import admin

from designs.models import Variant

_FIELDS = ("sku", "color_name", "color", "size", "active", "order")


class VariantInline(admin.TabularInline):
    """Variants on the page of their product."""

    model = Variant
    fields = _FIELDS
    extra = 0


@admin.register(Variant)
class VariantAdmin(admin.ModelAdmin):
    """All variants. Rather deactivate one than delete it: designs and orders name its SKU."""

    list_display = ("sku", "product", "color_name", "color", "size", "active")
    list_filter = ("active",)
    list_select_related = ("product",)
    search_fields = ("sku", "product__slug", "color_name")
    autocomplete_fields = ("product",)
    fields = ("product", *_FIELDS)
    show_full_result_count = False
