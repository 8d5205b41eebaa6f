"""Admin of products."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.db.models import ForeignKey
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from designs.admin.catalogue.areas import PrintAreaInline
from designs.admin.catalogue.fields import SeveritiesField, share_technique_choices
from designs.admin.catalogue.variant import VariantInline
from designs.catalogue.checks import find_mistakes
from designs.catalogue.entries import CatalogueFile
from designs.catalogue.rules import COUNTED, count_designs_on_old_rules, find_changed_rules, mark_rules_changed
from designs.catalogue.stored import StoredCatalogueError, read_catalogue
from designs.models import Product

INLINE_VARIANTS = 50  # with more, a form would have more fields than Django accepts


class ProductForm(forms.ModelForm):
    """Form of a product."""

    description = forms.CharField(required=False, max_length=5_000, widget=forms.Textarea(attrs={"rows": 3}))
    severities = SeveritiesField(
        required=False,
        initial=dict,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text='Those that differ from the technique: {"low_resolution": "error"}; off drops a finding.',
    )


@admin.register(Product)
class ProductAdmin(admin.ModelAdmin):
    """Products. Changes apply to designs created or edited later; existing renders keep their snapshot."""

    form = ProductForm
    list_display = ("name", "slug", "group", "technique", "text_max", "size_min", "size_max", "active")
    list_filter = ("active", "group", "technique")
    list_select_related = ("technique",)
    search_fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}
    readonly_fields = ("old_rules", "all_variants")
    fieldsets = (
        (None, {"fields": (("name", "slug"), "description", ("group", "active"), "old_rules")}),
        ("Print", {"fields": ("technique", "severities")}),
        ("Limits", {"fields": (("text_min", "text_max"), ("size_min", "size_max"))}),
        ("Variants", {"fields": ("all_variants",)}),
    )
    inlines = (PrintAreaInline, VariantInline)

    @admin.display(description="designs on old rules")
    def old_rules(self, product: Product) -> str:
        """Say how many published designs were drawn by other rules than those of today."""
        if product.rules_changed_at is None:
            return "None: its rules have not changed since changes are recorded."
        count, is_all = count_designs_on_old_rules(product)
        number = f"{count:,}" if is_all else f"Of the {COUNTED:,} newest, {count:,}"
        return (
            f"{number} published {'design was' if count == 1 else 'designs were'} drawn before the last change of its"
            f" rules, at {product.rules_changed_at:%Y-%m-%d %H:%M} UTC. Their files stay as they are; edited or"
            " rendered again, they are judged and drawn by the rules of today."
        )

    @admin.display(description="list")
    def all_variants(self, product: Product) -> SafeString | str:
        """Link to the variants of a product that has too many for its page."""
        if not product.pk:
            return "–"
        address = f"{reverse('admin:designs_variant_changelist')}?{urlencode({'product__id__exact': product.pk})}"
        return format_html('<a href="{}">All variants</a>', address)

    def get_inlines(self, request: HttpRequest, obj: Product | None) -> Any:  # noqa: ARG002
        """Leave the variants out where they are too many."""
        if obj and obj.variants.count() > INLINE_VARIANTS:
            return (PrintAreaInline,)
        return self.inlines

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> forms.ModelChoiceField | None:
        """Share the choices of techniques."""
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        share_technique_choices(field, request)
        return field

    def save_model(self, request: HttpRequest, obj: Product, form: forms.ModelForm, change: bool) -> None:
        """Remember the rules that there were."""
        form.rules_before = _read_product(form.initial["slug"], obj.slug) if change else None  # type: ignore[attr-defined]
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: Any, change: bool) -> None:
        """Record whether the rules have changed, and name what does not fit together."""
        super().save_related(request, form, formsets, change)
        slug, before = form.instance.slug, form.rules_before  # type: ignore[attr-defined]
        after = _read_product(slug, slug)
        if before and after:
            mark_rules_changed(find_changed_rules(before, after))
        if after:
            for where, text in find_mistakes(after):
                path = ".".join(str(step + 1 if isinstance(step, int) else step) for step in where[2:])
                messages.warning(request, f"{path}: {text} It was saved, but a dump of it cannot be loaded.")


def _read_product(slug: str, new_slug: str) -> CatalogueFile | None:
    """Return a stored product under its new slug; None where its overrides cannot be read."""
    try:
        catalogue = read_catalogue([slug])
    except StoredCatalogueError:
        return None
    return catalogue.model_copy(update={"products": {new_slug: catalogue.products[slug]}})
