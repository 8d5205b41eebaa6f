"""Admin of variants: on the page of their product while they are few, and as a list of their own."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from designs.catalogue.rules import mark_rules_changed
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

    def save_model(self, request: HttpRequest, obj: Variant, form: forms.ModelForm, change: bool) -> None:
        """Record that the rules of its product have changed with what its designs show."""
        super().save_model(request, obj, form, change)
        if change and {"color", "size"} & set(form.changed_data):
            mark_rules_changed([obj.product.slug])
