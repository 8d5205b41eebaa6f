"""Products and their print areas in the admin: rows that an administrator changes without code."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError

from designs.models import PrintArea, Product

LONGEST_SIDE = 5_000  # mm; nothing larger is printed in one piece


class PrintAreaForm(forms.ModelForm):
    """One print area, with limits that name the field at fault (the row's constraint names only itself)."""

    width_mm = forms.FloatField(min_value=1, max_value=LONGEST_SIDE, label="Width (mm)")
    height_mm = forms.FloatField(min_value=1, max_value=LONGEST_SIDE, label="Height (mm)")
    bleed_mm = forms.FloatField(min_value=0, max_value=100, initial=0, label="Bleed (mm)")
    safe_mm = forms.FloatField(min_value=0, max_value=100, initial=0, label="Safe zone (mm)")
    min_dpi = forms.IntegerField(min_value=1, max_value=2_400, initial=150, label="Least dpi")

    def _get_validation_exclusions(self) -> set[str]:
        # “One main area” is judged by the formset, over what all forms say together: each alone is held against the
        # stored rows, which would refuse to pass the mark from one area to another.
        return {*super()._get_validation_exclusions(), "main"}  # type: ignore[misc]  # the stubs leave it out


class PrintAreaFormSet(forms.BaseInlineFormSet):
    """A product's print areas, judged together."""

    def clean(self) -> None:
        """Require exactly one main area: a design that names no placement is for that one."""
        super().clean()
        if any(self.errors):
            return
        kept = [form.cleaned_data for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        if sum(bool(area["main"]) for area in kept) != 1:
            raise ValidationError("Mark exactly one print area as the main one: designs that name none are for it.")


class PrintAreaInline(admin.TabularInline):
    """Print areas below their product."""

    model = PrintArea
    form = PrintAreaForm
    formset = PrintAreaFormSet
    extra = 0
    min_num = 1


@admin.register(Product)
class ProductAdmin(admin.ModelAdmin):
    """What is printed on. Changes hold for designs made or edited from then on; renders keep the rules they froze."""

    list_display = ("name", "slug", "text_max", "size_min", "size_max", "active")
    list_filter = ("active",)
    search_fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}
    fieldsets = (
        (None, {"fields": ("name", "slug", "active")}),
        ("Limits", {"fields": (("text_min", "text_max"), ("size_min", "size_max"))}),
    )
    inlines = (PrintAreaInline,)
