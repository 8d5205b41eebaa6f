"""Filters and pages of lists."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import django_filters
from django.core.exceptions import ValidationError
from django.db.models import QuerySet, Subquery
from django.utils.dateparse import parse_datetime
from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request
from rest_framework.views import APIView

from designs.api.errors import InvalidInput, ProblemItem
from designs.api.keyset import KeysetQuery, after_bound, before_bound
from designs.models import Design, DesignStatus, Product


class TimestampField(django_filters.fields.IsoDateTimeField):  # type: ignore[misc]  # django-filter has no types
    """A time that every database can compare."""

    def clean(self, value: Any) -> Any:
        """Return the time; ValidationError for one at the ends of the calendar, which no time zone can move."""
        try:
            moment = super().clean(value)
        except OverflowError:
            moment = datetime.max  # noqa: DTZ901  # never compared: only its year is looked at
        if moment is not None and not 2 < moment.year < 9998:
            raise ValidationError("This lies outside the calendar.", code="out_of_range")
        return moment and moment.astimezone(UTC)  # PostgreSQL refuses zones that are farther than 16 hours off


class TimestampFilter(django_filters.IsoDateTimeFilter):  # type: ignore[misc]  # django-filter has no types
    """Compares with a time."""

    field_class = TimestampField


class DesignFilter(django_filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """Narrows the list of designs."""

    status = django_filters.ChoiceFilter(choices=DesignStatus.choices)
    product_type = django_filters.CharFilter(method="filter_product", max_length=50)
    created_after = TimestampFilter(method="filter_created_after")
    created_before = TimestampFilter(method="filter_created_before")
    external_id = django_filters.CharFilter(method="filter_external_id", max_length=200)

    class Meta:
        model = Design
        fields = ["status", "product_type", "created_after", "created_before", "external_id"]

    def filter_created_after(self, designs: QuerySet[Design], _: str, moment: datetime) -> QuerySet[Design]:
        """Keep those made after a time, and none of that very time."""
        return designs.filter(created_at__gt=after_bound(moment))

    def filter_created_before(self, designs: QuerySet[Design], _: str, moment: datetime) -> QuerySet[Design]:
        """Keep those made before a time, and none of that very time."""
        return designs.filter(created_at__lt=before_bound(moment))

    def filter_product(self, designs: QuerySet[Design], _: str, slug: str) -> QuerySet[Design]:
        """Keep a product's, by its id: an index has it."""
        return designs.filter(product=Subquery(Product.objects.filter(slug=slug).values("pk")))

    def filter_external_id(self, designs: QuerySet[Design], _: str, external_id: str) -> QuerySet[Design]:
        """Keep those with that number; SQLite uses the partial index only where its condition is said too."""
        return designs.filter(external_id=external_id).exclude(external_id="")


class KeysetPagination(CursorPagination):
    """Newest first, by keyset: a page costs the same wherever it stands."""

    page_size = 20
    max_page_size = 100
    page_size_query_param = "page_size"
    ordering: tuple[str, ...] = ("-created_at", "-id")
    parameters = frozenset({"cursor", "page_size", "format"})

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any]:
        """Return a page; InvalidInput names a query parameter that is unknown or cannot be read."""
        for name in request.query_params:
            if name not in self.parameters:
                raise invalid_parameter(name, "unknown_parameter", f"Known here: {', '.join(sorted(self.parameters))}.")
        placed: Any = KeysetQuery(queryset)
        return super().paginate_queryset(placed, request, view) or []

    def get_page_size(self, request: Request) -> int:
        """Return page_size, 20 where it is absent."""
        raw = request.query_params.get("page_size", str(self.page_size))
        if not re.fullmatch(r"[0-9]{1,3}", raw) or not 1 <= int(raw) <= self.max_page_size:
            raise invalid_parameter(
                "page_size", "out_of_range", f"page_size is a whole number from 1 to {self.max_page_size}."
            )
        return int(raw)

    def get_previous_link(self) -> Any:
        """Return the link back.

        From a last page whose rows are all of one time, the framework goes back by a whole page's number of rows: by as
        many as there are on it is right.
        """
        size, self.page_size = self.page_size, len(self.page or ()) or self.page_size
        try:
            return super().get_previous_link()
        finally:
            self.page_size = size

    def decode_cursor(self, request: Request) -> Cursor | None:
        """Return where the page begins; a cursor that no answer gave is refused."""
        try:
            cursor = super().decode_cursor(request)
            if cursor is not None and cursor.position is not None:
                self.check_position(str(cursor.position))
            elif cursor is not None and not (cursor.offset or cursor.reverse):
                raise ValueError("a cursor that says nothing")
        except (NotFound, ValueError, OverflowError) as error:
            raise invalid_parameter(
                "cursor", "invalid_cursor", "Use `next` and `previous` of an answer as they are."
            ) from error
        return cursor

    def check_position(self, position: str) -> None:
        """Raise ValueError for a position that is no time."""
        moment = parse_datetime(position)
        # Ours are in UTC. PostgreSQL refuses zones that are farther than 16 hours off.
        if moment is None or moment.utcoffset() != timedelta(0) or not 1970 <= moment.year < 9999:
            raise ValueError(position)


class DesignPagination(KeysetPagination):
    """Designs, which can be filtered."""

    parameters = KeysetPagination.parameters | {"fields"} | frozenset(DesignFilter.base_filters)

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any]:
        """Return a page; a filter without a value is refused, which django-filter would pass over."""
        form = getattr(request.accepted_renderer, "format", "") == "api"  # it sends what is not filled in
        for name in DesignFilter.base_filters:
            if not form and request.query_params.get(name) == "":
                raise invalid_parameter(name, "empty", "Give a value, or leave it out.")
        return super().paginate_queryset(queryset, request, view)


class AssetPagination(KeysetPagination):
    """Assets, which can be trimmed."""

    parameters = KeysetPagination.parameters | {"fields"}


class NumberPagination(KeysetPagination):
    """A design's renders or revisions, newest first."""

    ordering = ("-number",)

    def check_position(self, position: str) -> None:
        """Raise ValueError for a position that is no number of a row."""
        if not re.fullmatch(r"[0-9]{1,9}", position):
            raise ValueError(position)


def has_filters(request: Request) -> bool:
    """Tell whether a list of designs is to be narrowed."""
    return not DesignFilter.base_filters.keys().isdisjoint(request.query_params)


def invalid_parameter(parameter: str, code: str, message: str) -> InvalidInput:
    """Return the problem with a query parameter."""
    return InvalidInput([ProblemItem(parameter[:100], code, message, "parameter")])
