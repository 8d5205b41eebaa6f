"""Pages of lists: by keyset, with parameters that are checked."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from django.utils.dateparse import parse_datetime
from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request
from rest_framework.views import APIView

from designs.api.filters import DesignFilter, PinFilter, invalid_parameter, reject_empty_filters
from designs.api.keyset import KeysetQuery
from designs.api.metadata_filters import metadata_parameters


class KeysetPagination(CursorPagination):
    """Keyset pagination, newest first: every page costs the same."""

    page_size = 20
    max_page_size = 100
    page_size_query_param = "page_size"
    ordering: tuple[str, ...] = ("-created_at", "-id")
    parameters = frozenset({"cursor", "page_size", "format"})

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any]:
        """Return a page; InvalidInput for an unknown or malformed query parameter."""
        self.check_names(request)
        query: Any = KeysetQuery(queryset)
        return super().paginate_queryset(query, request, view) or []

    def check_names(self, request: Request) -> None:
        """Raise InvalidInput for an unknown query parameter."""
        available = self.get_parameters()
        for name in request.query_params:
            if name not in available:
                message = f"Unknown parameter. Available parameters: {', '.join(sorted(available))}."
                raise invalid_parameter(name, "unknown_parameter", message)

    def get_parameters(self) -> frozenset[str]:
        """Return the names of the known query parameters."""
        return self.parameters

    def get_page_size(self, request: Request) -> int:
        """Return ?page_size, 20 if it is absent; InvalidInput if it is out of range."""
        raw = request.query_params.get("page_size", str(self.page_size))
        if not re.fullmatch(r"[0-9]{1,3}", raw) or not 1 <= int(raw) <= self.max_page_size:
            message = f"page_size must be a whole number from 1 to {self.max_page_size}."
            raise invalid_parameter("page_size", "out_of_range", message)
        return int(raw)

    def get_previous_link(self) -> Any:
        """Return the URL of the previous page.

        If all rows of a short last page have the same time, DRF goes back by `page_size` rows; it must be the number of
        rows on the page.
        """
        size, self.page_size = self.page_size, len(self.page or ()) or self.page_size
        try:
            return super().get_previous_link()
        finally:
            self.page_size = size

    def decode_cursor(self, request: Request) -> Cursor | None:
        """Return the cursor; InvalidInput if it cannot come from one of our responses."""
        try:
            cursor = super().decode_cursor(request)
            if cursor is not None and cursor.position is not None:
                self.check_position(str(cursor.position))
            elif cursor is not None and not (cursor.offset or cursor.reverse):
                raise ValueError("empty cursor")
        except (NotFound, ValueError, OverflowError) as error:
            message = "This cursor is not valid. Use the `next` and `previous` URLs of a response unchanged."
            raise invalid_parameter("cursor", "invalid_cursor", message) from error
        return cursor

    def check_position(self, position: str) -> None:
        """Raise ValueError if the position is not a time in UTC."""
        moment = parse_datetime(position)
        # Our cursors are in UTC; PostgreSQL rejects offsets of more than 16 hours.
        if moment is None or moment.utcoffset() != timedelta(0) or not 1970 <= moment.year < 9999:
            raise ValueError(position)


class DesignPagination(KeysetPagination):
    """Pagination of designs, with their filters and `fields` as further parameters."""

    parameters = KeysetPagination.parameters | {"fields"} | frozenset(DesignFilter.base_filters)

    def get_parameters(self) -> frozenset[str]:
        """Return the names of the known query parameters, with those of metadata."""
        return self.parameters | frozenset(metadata_parameters())

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any]:
        """Return a page; InvalidInput for a filter without a value."""
        reject_empty_filters(request, (*DesignFilter.base_filters, *metadata_parameters()))
        return super().paginate_queryset(queryset, request, view)


class AssetPagination(KeysetPagination):
    """Pagination of assets, with `fields` as a further parameter."""

    parameters = KeysetPagination.parameters | {"fields"}


class PinPagination(KeysetPagination):
    """Pagination of pins, with their filters as further parameters."""

    parameters = KeysetPagination.parameters | frozenset(PinFilter.base_filters)

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any]:
        """Return a page; InvalidInput for a filter without a value."""
        reject_empty_filters(request, PinFilter.base_filters)
        return super().paginate_queryset(queryset, request, view)


class PrintFilePagination(KeysetPagination):
    """Pagination of a design's print files, newest first."""


class NumberPagination(KeysetPagination):
    """Pagination of a design's renders or revisions, highest number first."""

    ordering = ("-number",)

    def check_position(self, position: str) -> None:
        """Raise ValueError if the position is not the number of a row."""
        if not re.fullmatch(r"[0-9]{1,9}", position):
            raise ValueError(position)


class ProductPagination(KeysetPagination):
    """Pagination of products by name; so many on a page that a list is whole for nearly every shop."""

    page_size = 250
    max_page_size = 500
    ordering = ("slug",)

    def check_names(self, request: Request) -> None:
        """Accept any name: the list had no parameters once, and did not look at those that were sent."""

    def check_position(self, position: str) -> None:
        """Raise ValueError if the position is not the name of a product."""
        if not re.fullmatch(r"[-a-zA-Z0-9_]{1,50}", position):
            raise ValueError(position)
