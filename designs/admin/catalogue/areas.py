"""Print areas on the page of their product."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import ForeignKey, QuerySet
from django.http import HttpRequest

from designs.admin.catalogue.fields import ColorsField, OverridesField, check_outline, share_technique_choices
from designs.models import PrintArea

MAX_SIDE = 5_000  # mm


class PrintAreaForm(forms.ModelForm):
    """Form of a print area. Its limits repeat the database constraints, whose errors would name no field."""

    width_mm = forms.FloatField(min_value=1, max_value=MAX_SIDE, label="Width (mm)")
    height_mm = forms.FloatField(min_value=1, max_value=MAX_SIDE, label="Height (mm)")
    bleed_mm = forms.FloatField(
        min_value=0, max_value=100, initial=0, label="Bleed (mm)", help_text="Art beyond the trim that is cut off."
    )
    safe_mm = forms.FloatField(
        min_value=0,
        max_value=500,
        initial=0,
        label="Safe zone (mm)",
        help_text="Margin inside the trim that should stay free of texts and codes.",
    )
    min_dpi = forms.IntegerField(
        min_value=1, max_value=2_400, initial=150, label="Minimum dpi", help_text="Images need it at least."
    )
    recommended_dpi = forms.IntegerField(
        min_value=0,
        max_value=2_400,
        initial=0,
        required=False,
        label="Recommended dpi",
        help_text="More is of no use; 0 if that is not known.",
    )
    corner_radius_mm = forms.FloatField(
        min_value=0, max_value=MAX_SIDE, initial=0, required=False, label="Corner radius (mm)", help_text="Of the trim."
    )
    colors = ColorsField(
        required=False, label="Colours", help_text="All that may be used, such as #FF0000, #FFFFFF; empty for any."
    )
    max_colors = forms.IntegerField(
        min_value=0,
        max_value=100,
        initial=0,
        required=False,
        label="Maximum colours",
        help_text="At once; 0 for any.",
    )
    x_mm = forms.FloatField(
        min_value=-MAX_SIDE, max_value=MAX_SIDE, required=False, label="From the left (mm)", help_text="Of its side."
    )
    y_mm = forms.FloatField(
        min_value=-MAX_SIDE, max_value=MAX_SIDE, required=False, label="From the top (mm)", help_text="Of its side."
    )
    overrides = OverridesField(
        required=False,
        initial=list,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text='Other values for some sizes or SKUs: [{"sizes": ["S"], "width_mm": 250}]. The first match wins.',
    )

    class Meta:
        widgets = {"outline": forms.Textarea(attrs={"rows": 2})}

    def clean_outline(self) -> str:
        """Refuse path data that cannot be read."""
        outline: str = self.cleaned_data["outline"]
        check_outline(outline)
        return outline

    def clean(self) -> dict[str, Any] | None:
        """Turn numbers that are left out into 0."""
        cleaned = super().clean()
        for name in ("recommended_dpi", "corner_radius_mm", "max_colors"):
            if name in self.cleaned_data and self.cleaned_data[name] is None:
                self.cleaned_data[name] = 0
        return cleaned

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


class PrintAreaInline(admin.StackedInline):
    """Print areas on the page of their product, grouped by what a printer asks for."""

    model = PrintArea
    form = PrintAreaForm
    formset = PrintAreaFormSet
    fieldsets = (
        (None, {"fields": (("placement", "main"), ("width_mm", "height_mm"), ("bleed_mm", "safe_mm"))}),
        ("Resolution and colours", {"fields": (("min_dpi", "recommended_dpi"), ("colors", "max_colors"))}),
        ("Shape of the trim", {"classes": ("collapse",), "fields": ("corner_radius_mm", "outline")}),
        (
            "Print, position and exceptions",
            {"classes": ("collapse",), "fields": (("technique", "mirrored"), ("x_mm", "y_mm"), "overrides")},
        ),
    )
    extra = 0
    min_num = 1

    def get_queryset(self, request: HttpRequest) -> QuerySet[PrintArea]:
        """Fetch the product with each area: its heading names it."""
        return super().get_queryset(request).select_related("product")

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> forms.ModelChoiceField | None:
        """Share the choices of techniques."""
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        share_technique_choices(field, request)
        return field
