"""Admin of quotas: usage and individual limits of each user."""

from __future__ import annotations

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone

from designs.models import Quota


@admin.register(Quota)
class QuotaAdmin(admin.ModelAdmin):
    """Shows usage and sets limits. A row is created with a user's first design or asset, or here."""

    list_display = (
        *("owner", "test", "designs", "month", "storage_bytes"),
        *("designs_limit", "drafts_limit", "renders_limit", "storage_limit"),
    )
    list_filter = ("test",)
    list_select_related = ("owner",)
    search_fields = ("owner__username",)
    autocomplete_fields = ("owner",)
    show_full_result_count = False

    def get_readonly_fields(self, request: HttpRequest, obj: Quota | None = None) -> tuple[str, ...]:  # noqa: ARG002
        """Make the usage counters read-only, and for existing rows also their owner and mode."""
        counters = ("designs", "month", "storage_bytes")
        return counters if obj is None else ("owner", "test", *counters)

    def save_model(self, request: HttpRequest, obj: Quota, form: ModelForm, change: bool) -> None:
        """Set the month of a new row to the current month."""
        if not change:
            obj.month = timezone.now().date().replace(day=1)
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request: HttpRequest, obj: Quota | None = None) -> bool:  # noqa: ARG002
        """Return False: deleting a row would reset its counters."""
        return False
