"""Filters of the admin's lists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest

from designs.models import Asset, Design
from designs.models.asset import FILE_SUFFIXES


class DeletedFilter(admin.SimpleListFilter):
    """Leaves tombstones out unless they are asked for."""

    title = "deletion"
    parameter_name = "deleted"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:  # noqa: ARG002
        """Offer the deleted ones."""
        return [("yes", "Deleted")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Design]) -> QuerySet[Design]:  # noqa: ARG002
        """Keep the living, or the deleted."""
        return queryset.filter(deleted_at__isnull=self.value() != "yes")

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        """Call the choice that leaves them out what it is; Django calls it “All”."""
        first, *others = super().choices(changelist)
        yield {**first, "display": "Not deleted"}
        yield from others


class FormatFilter(admin.SimpleListFilter):
    """Keeps a format's; Django's own filter would look at every row to learn which formats there are."""

    title = "format"
    parameter_name = "format"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:  # noqa: ARG002
        """Offer the formats that assets are kept in."""
        return [(name, name) for name in FILE_SUFFIXES]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Asset]) -> QuerySet[Asset]:  # noqa: ARG002
        """Keep those, or all."""
        return queryset.filter(format=self.value()) if self.value() in FILE_SUFFIXES else queryset
