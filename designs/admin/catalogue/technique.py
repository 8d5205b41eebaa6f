"""Admin of techniques."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from designs.admin.catalogue.fields import SeveritiesField
from designs.catalogue.rules import find_users_of, mark_rules_changed
from designs.models import Technique


class TechniqueForm(forms.ModelForm):
    """Form of a technique."""

    severities = SeveritiesField(
        required=False,
        initial=dict,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text='Severities that differ from the usual ones: {"thin_line": "error"}; off drops a finding.',
    )


@admin.register(Technique)
class TechniqueAdmin(admin.ModelAdmin):
    """Techniques. Changes hold for designs that are created or edited later; renders keep their snapshot."""

    form = TechniqueForm
    list_display = ("name", "slug", "min_line_mm", "min_text_mm", "max_colors", "white_ink", "gradients")
    search_fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}
    fieldsets = (
        (None, {"fields": ("name", "slug")}),
        (
            "Detail; 0 for no limit",
            {"fields": (("min_line_mm", "min_gap_mm"), ("min_text_mm", "min_module_mm"), "blur_mm")},
        ),
        ("Colour; 0 for no limit", {"fields": (("max_colors", "max_ink"), ("white_ink", "shows_product"))}),
        ("What prints well", {"fields": (("semi_transparency", "gradients"),)}),
        ("Findings", {"fields": ("severities",)}),
    )

    def save_model(self, request: HttpRequest, obj: Technique, form: forms.ModelForm, change: bool) -> None:
        """Record that the rules of its products have changed."""
        super().save_model(request, obj, form, change)
        if change and set(form.changed_data) - {"name"}:
            mark_rules_changed(find_users_of(form.initial.get("slug", obj.slug)))

    def get_readonly_fields(self, request: HttpRequest, obj: Technique | None = None) -> tuple[str, ...]:  # noqa: ARG002
        """Keep the slug: overrides of print areas name it."""
        return ("slug",) if obj else ()

    def get_prepopulated_fields(self, request: HttpRequest, obj: Technique | None = None) -> dict[str, Any]:  # noqa: ARG002
        """Propose a slug for a new technique only."""
        return {} if obj else dict(self.prepopulated_fields)

    def get_deleted_objects(
        self, objs: Iterable[Technique], request: HttpRequest
    ) -> tuple[list[Any], dict[str, int], set[str], list[Any]]:
        """Protect techniques that overrides name, too: the database does not know of them."""
        rows = list(objs)
        to_delete, counts, permissions, protected = super().get_deleted_objects(rows, request)
        users = {row.slug: find_users_of(row.slug) for row in rows}
        named = [f"{slug}: used by {', '.join(sorted(products))}" for slug, products in users.items() if products]
        return to_delete, counts, permissions, [*protected, *named]
