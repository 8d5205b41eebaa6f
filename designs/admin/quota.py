"""Quotas in the admin: what each user has, and limits of their own."""

from __future__ import annotations

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone

from designs.models import Quota


@admin.register(Quota)
class QuotaAdmin(admin.ModelAdmin):
    """Counters are read; limits are set. A user's row is made by their first design or asset, or here."""

    list_display = (
        *("owner", "test", "designs", "month", "storage_bytes"),
        *("designs_limit", "renders_limit", "storage_limit"),
    )
    list_filter = ("test",)
    list_select_related = ("owner",)
    search_fields = ("owner__username",)
    autocomplete_fields = ("owner",)
    show_full_result_count = False

    def get_readonly_fields(self, request: HttpRequest, obj: Quota | None = None) -> tuple[str, ...]:  # noqa: ARG002
        """Let nobody write over what is being counted."""
        counted = ("designs", "month", "storage_bytes")
        return counted if obj is None else ("owner", "test", *counted)

    def save_model(self, request: HttpRequest, obj: Quota, form: ModelForm, change: bool) -> None:
        """Begin a new row's count with this month."""
        if not change:
            obj.month = timezone.now().date().replace(day=1)
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request: HttpRequest, obj: Quota | None = None) -> bool:  # noqa: ARG002
        """A deleted row would begin to count anew."""
        return False
