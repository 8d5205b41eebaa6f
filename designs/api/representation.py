"""Rows as JSON values. Plain functions, because DRF serializers are too slow for lists of designs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from django.db.models import QuerySet
from rest_framework.request import Request

from designs.api.columns import DesignRow
from designs.api.conditions import build_etag
from designs.models import Design, Render, Rendition
from rendering import storage

UrlBuilder = Callable[[str], str]
"""Makes a URL absolute; a relative one gets the request's scheme and host."""


class ResponseField(NamedTuple):
    """One field of a response: the columns it needs, and the function that computes its value from a row."""

    columns: tuple[str, ...]
    value: Callable[[DesignRow, UrlBuilder], Any]


ResponseFields = dict[str, ResponseField]
"""Fields of a response by name, in the order of the response."""


def _column_field(column: str) -> ResponseField:
    return ResponseField((column,), lambda row, _: getattr(row, column))


def _url_field(column: str) -> ResponseField:
    def build_url(row: DesignRow, absolute: UrlBuilder) -> str | None:
        key = getattr(row, column)
        return absolute(storage.file_url(key)) if key else None

    return ResponseField((column,), build_url)


def _error_to_json(row: DesignRow, _: UrlBuilder) -> dict[str, str] | None:
    return {"code": row.error_code, "message": row.error_message} if row.error_code else None


def _renditions_to_json(row: DesignRow, absolute: UrlBuilder) -> list[dict[str, Any]]:
    if row.published_render_id is None:
        return []
    files = Rendition.objects.filter(render=row.published_render_id)
    return [rendition_to_json(file, absolute) for file in files]


DESIGN_SUMMARY_FIELDS: ResponseFields = {  # of a design in a list
    "id": ResponseField(("id",), lambda row, _: str(row.id)),
    "product_type": _column_field("product_slug"),
    "design_data": _column_field("newest_data"),
    "status": _column_field("status"),
    "revision": _column_field("revision"),
    "published_revision": _column_field("published_revision"),
    "preview_url": _url_field("preview_key"),
    "thumbnail_url": _url_field("thumbnail_key"),
    "placeholder": ResponseField(("placeholder",), lambda row, _: row.placeholder or None),
    "preflight": ResponseField(("findings",), lambda row, _: row.findings or []),
    "error": ResponseField(("error_code", "error_message"), _error_to_json),
    "metadata": _column_field("metadata"),
    "external_id": _column_field("external_id"),
    "created_at": _column_field("created_at"),
    "updated_at": _column_field("updated_at"),
    "etag": ResponseField(("edit_count", "event_count"), lambda row, _: build_etag(row)),
}
DESIGN_FIELDS: ResponseFields = DESIGN_SUMMARY_FIELDS | {
    "renditions": ResponseField(("published_render_id",), _renditions_to_json)
}
ASSET_FIELDS: ResponseFields = {
    "id": ResponseField((), lambda row, _: str(row.pk)),
    **{name: _column_field(name) for name in ("file_name", "format", "width", "height", "bytes", "sha256", "colors")},
    "url": ResponseField((), lambda row, absolute: absolute(storage.file_url(row.keys.full, alias="private"))),
    "working_url": ResponseField(
        (), lambda row, absolute: absolute(storage.file_url(row.keys.working, alias="private"))
    ),
    "created_at": _column_field("created_at"),
}


def source_columns(fields: ResponseFields) -> list[str]:
    """Return the columns that the fields need."""
    return [column for field in fields.values() for column in field.columns]


def to_json_rows(rows: Iterable[DesignRow], fields: ResponseFields, request: Request | None) -> list[dict[str, Any]]:
    """Return each row as a JSON object of these fields."""
    absolute = url_builder_for(request)
    getters = [(name, field.value) for name, field in fields.items()]
    return [{name: get(row, absolute) for name, get in getters} for row in rows]


def url_builder_for(request: Request | None) -> UrlBuilder:
    """Return a function that makes URLs absolute; the request's host is read only once."""
    base = request.build_absolute_uri("/").removesuffix("/") if request is not None else ""
    return lambda url: base + url if url.startswith("/") else url


def rendition_to_json(row: Rendition, absolute: UrlBuilder) -> dict[str, Any]:
    """Return a rendition as a JSON object."""
    return {
        "kind": row.kind,
        "name": row.name,
        "format": row.format,
        "width": row.width,
        "height": row.height,
        "bytes": row.bytes,
        "sha256": row.sha256,
        "url": absolute(storage.file_url(row.key)),
    }


def select_renders(design: Design) -> QuerySet[Render]:
    """Return a design's renders with the columns that `render_to_json` reads, without the large JSON columns."""
    large = ("frozen", "reuses__frozen", "revision__design_data")
    return design.renders.select_related("reuses", "revision").defer(*large)


def render_to_json(row: Render) -> dict[str, Any]:
    """Return a render as a JSON object; the revision and the reused render are given by number, not id."""
    return {
        "number": row.number,
        "revision": row.revision.number,
        "lane": row.lane,
        "state": row.state,
        "attempts": row.attempt,
        "reuses": row.reuses.number if row.reuses else None,
        "error": {"code": row.error_code, "message": row.error_message} if row.error_code else None,
        "preflight": row.findings,
        "receipt": {name: value for name, value in row.receipt.items() if name != "placeholder"},
        "requested_at": row.requested_at,
        "started_at": row.started_at,
        "finished_at": row.finished_at,
    }
