"""Filters of the admin lists."""

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
    """Hides deleted designs by default."""

    title = "deletion"
    parameter_name = "deleted"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:  # noqa: ARG002
        """Offer the choice "Deleted"."""
        return [("yes", "Deleted")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Design]) -> QuerySet[Design]:  # noqa: ARG002
        """Keep the deleted designs, or the others."""
        return queryset.filter(deleted_at__isnull=self.value() != "yes")

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        """Label the default choice "Not deleted"; Django labels it "All"."""
        first, *others = super().choices(changelist)
        yield {**first, "display": "Not deleted"}
        yield from others


class FormatFilter(admin.SimpleListFilter):
    """Filters by format. Django's own filter would scan all rows for the distinct formats."""

    title = "format"
    parameter_name = "format"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:  # noqa: ARG002
        """Offer the formats in which assets are stored."""
        return [(name, name) for name in FILE_SUFFIXES]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Asset]) -> QuerySet[Asset]:  # noqa: ARG002
        """Keep the assets of the selected format, or all."""
        return queryset.filter(format=self.value()) if self.value() in FILE_SUFFIXES else queryset
