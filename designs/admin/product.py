"""Admin of products and their print areas."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError

from designs.models import PrintArea, Product

MAX_SIDE = 5_000  # mm


class PrintAreaForm(forms.ModelForm):
    """Form of a print area. Its limits repeat the database constraints, whose errors would name no field."""

    width_mm = forms.FloatField(min_value=1, max_value=MAX_SIDE, label="Width (mm)")
    height_mm = forms.FloatField(min_value=1, max_value=MAX_SIDE, label="Height (mm)")
    bleed_mm = forms.FloatField(min_value=0, max_value=100, initial=0, label="Bleed (mm)")
    safe_mm = forms.FloatField(min_value=0, max_value=100, initial=0, label="Safe zone (mm)")
    min_dpi = forms.IntegerField(min_value=1, max_value=2_400, initial=150, label="Minimum dpi")

    def _get_validation_exclusions(self) -> set[str]:
        # The formset checks that there is one main area. The constraint would compare each form with the stored rows,
        # and so reject moving the mark from one area to another.
        return {*super()._get_validation_exclusions(), "main"}  # type: ignore[misc]  # the stubs leave it out


class PrintAreaFormSet(forms.BaseInlineFormSet):
    """Validates the print areas of a product together."""

    def clean(self) -> None:
        """Require exactly one main area: the default placement of designs."""
        super().clean()
        if any(self.errors):
            return
        areas = [form.cleaned_data for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        if sum(bool(area["main"]) for area in areas) != 1:
            raise ValidationError("Mark exactly one print area as the main one: it is the default placement.")


class PrintAreaInline(admin.TabularInline):
    """Print areas on the page of their product."""

    model = PrintArea
    form = PrintAreaForm
    formset = PrintAreaFormSet
    fields = ("placement", "width_mm", "height_mm", "bleed_mm", "safe_mm", "min_dpi", "main")
    extra = 0
    min_num = 1


@admin.register(Product)
class ProductAdmin(admin.ModelAdmin):
    """Products. Changes apply to designs created or edited later; existing renders keep their snapshot."""

    list_display = ("name", "slug", "text_max", "size_min", "size_max", "active")
    list_filter = ("active",)
    search_fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}
    fieldsets = (
        (None, {"fields": ("name", "slug", "active")}),
        ("Limits", {"fields": (("text_min", "text_max"), ("size_min", "size_max"))}),
    )
    inlines = (PrintAreaInline,)
