"""Rows as JSON values. Plain functions: lists of designs pass here by the thousand."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from django.db.models import QuerySet
from rest_framework.request import Request

from designs.api.columns import DesignRow
from designs.models import Design, Render, Rendition
from rendering import storage

UrlBuilder = Callable[[str], str]
"""Makes an address absolute: a local one by the request's host."""


class ResponseField(NamedTuple):
    """One member of an answer: the columns it is read from, and how."""

    columns: tuple[str, ...]
    value: Callable[[DesignRow, UrlBuilder], Any]


ResponseFields = dict[str, ResponseField]
"""An answer's members, in its order."""


def _column_field(column: str) -> ResponseField:
    return ResponseField((column,), lambda row, _: getattr(row, column))


def _url_field(column: str) -> ResponseField:
    def value(row: DesignRow, absolute: UrlBuilder) -> str | None:
        key = getattr(row, column)
        return absolute(storage.file_url(key)) if key else None

    return ResponseField((column,), value)


def _error_to_json(row: DesignRow, _: UrlBuilder) -> dict[str, str] | None:
    return {"code": row.error_code, "message": row.error_message} if row.error_code else None


def _renditions_to_json(row: DesignRow, absolute: UrlBuilder) -> list[dict[str, Any]]:
    if row.published_render_id is None:
        return []
    return [rendition_to_json(one, absolute) for one in Rendition.objects.filter(render=row.published_render_id)]


DESIGN_SUMMARY_FIELDS: ResponseFields = {  # what a list shows of a design
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


def source_columns(members: ResponseFields) -> list[str]:
    """Return the columns that members are read from."""
    return [column for member in members.values() for column in member.columns]


def to_json_rows(rows: Iterable[DesignRow], members: ResponseFields, request: Request | None) -> list[dict[str, Any]]:
    """Return rows as JSON values, with those members."""
    absolute = url_builder_for(request)
    values = [(name, member.value) for name, member in members.items()]
    return [{name: value(row, absolute) for name, value in values} for row in rows]


def url_builder_for(request: Request | None) -> UrlBuilder:
    """Return what makes addresses absolute, having asked for the host once."""
    base = request.build_absolute_uri("/").removesuffix("/") if request is not None else ""
    return lambda url: base + url if url.startswith("/") else url


def rendition_to_json(row: Rendition, absolute: UrlBuilder) -> dict[str, Any]:
    """Return one stored file."""
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
    """Return a design's renders with what `render` reads, without what they froze."""
    unread = ("frozen", "reuses__frozen", "revision__design_data")
    return design.renders.select_related("reuses", "revision").defer(*unread)


def render_to_json(row: Render) -> dict[str, Any]:
    """Return one render, with the numbers people use for its revision and the render it reuses."""
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
