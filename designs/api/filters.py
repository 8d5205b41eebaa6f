"""Filters and pages of lists."""

from __future__ import annotations

import django_filters
from rest_framework.pagination import CursorPagination

from designs.models import Design, DesignStatus


class DesignFilter(django_filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """Narrows the list of designs."""

    status = django_filters.ChoiceFilter(choices=DesignStatus.choices)
    product_type = django_filters.CharFilter(field_name="product__slug", max_length=50)
    created_after = django_filters.IsoDateTimeFilter(field_name="created_at", lookup_expr="gt")
    created_before = django_filters.IsoDateTimeFilter(field_name="created_at", lookup_expr="lt")
    external_id = django_filters.CharFilter(max_length=200)

    class Meta:
        model = Design
        fields = ["status", "product_type", "created_after", "created_before", "external_id"]


class DesignPages(CursorPagination):
    """Newest first, by keyset: a page costs the same wherever it stands."""

    page_size = 20
    max_page_size = 100
    page_size_query_param = "page_size"
    ordering: tuple[str, ...] = ("-created_at", "-id")


class NumberPages(DesignPages):
    """A design's renders or revisions, newest first."""

    ordering = ("-number",)
