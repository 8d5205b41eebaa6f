"""Rows as JSON values. Plain functions: lists of designs pass here by the thousand."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from django.db.models import QuerySet
from rest_framework.request import Request

from designs.api.columns import Row
from designs.models import Design, Render, Rendition
from rendering import storage

Absolute = Callable[[str], str]
"""Makes an address absolute: a local one by the request's host."""


class Member(NamedTuple):
    """One member of an answer: the columns it is read from, and how."""

    columns: tuple[str, ...]
    value: Callable[[Row, Absolute], Any]


Members = dict[str, Member]
"""An answer's members, in its order."""


def _plain(column: str) -> Member:
    return Member((column,), lambda row, _: getattr(row, column))


def _address(column: str) -> Member:
    def value(row: Row, absolute: Absolute) -> str | None:
        key = getattr(row, column)
        return absolute(storage.url(key)) if key else None

    return Member((column,), value)


def _error(row: Row, _: Absolute) -> dict[str, str] | None:
    return {"code": row.error_code, "message": row.error_message} if row.error_code else None


def _files(row: Row, absolute: Absolute) -> list[dict[str, Any]]:
    if row.published_render_id is None:
        return []
    return [rendition(one, absolute) for one in Rendition.objects.filter(render=row.published_render_id)]


LISTED: Members = {  # what a list shows of a design
    "id": Member(("id",), lambda row, _: str(row.id)),
    "product_type": _plain("product_slug"),
    "design_data": _plain("newest_data"),
    "status": _plain("status"),
    "revision": _plain("revision"),
    "published_revision": _plain("published_revision"),
    "preview_url": _address("preview_key"),
    "thumbnail_url": _address("thumbnail_key"),
    "placeholder": Member(("placeholder",), lambda row, _: row.placeholder or None),
    "preflight": Member(("findings",), lambda row, _: row.findings or []),
    "error": Member(("error_code", "error_message"), _error),
    "metadata": _plain("metadata"),
    "external_id": _plain("external_id"),
    "created_at": _plain("created_at"),
    "updated_at": _plain("updated_at"),
}
DESIGN: Members = LISTED | {"renditions": Member(("published_render_id",), _files)}
ASSET: Members = {
    "id": Member((), lambda row, _: str(row.pk)),
    **{name: _plain(name) for name in ("file_name", "format", "width", "height", "bytes", "sha256", "colors")},
    "url": Member((), lambda row, absolute: absolute(storage.url(row.keys.full, alias="private"))),
    "working_url": Member((), lambda row, absolute: absolute(storage.url(row.keys.working, alias="private"))),
    "created_at": _plain("created_at"),
}


def columns_of(members: Members) -> list[str]:
    """Return the columns that members are read from."""
    return [column for member in members.values() for column in member.columns]


def shown(rows: Iterable[Row], members: Members, request: Request | None) -> list[dict[str, Any]]:
    """Return rows as JSON values, with those members."""
    absolute = absolute_by(request)
    values = [(name, member.value) for name, member in members.items()]
    return [{name: value(row, absolute) for name, value in values} for row in rows]


def absolute_by(request: Request | None) -> Absolute:
    """Return what makes addresses absolute, having asked for the host once."""
    base = request.build_absolute_uri("/").removesuffix("/") if request is not None else ""
    return lambda url: base + url if url.startswith("/") else url


def rendition(row: Rendition, absolute: Absolute) -> dict[str, Any]:
    """Return one stored file."""
    return {
        "kind": row.kind,
        "name": row.name,
        "format": row.format,
        "width": row.width,
        "height": row.height,
        "bytes": row.bytes,
        "sha256": row.sha256,
        "url": absolute(storage.url(row.key)),
    }


def renders_of(design: Design) -> QuerySet[Render]:
    """Return a design's renders with what `render` reads, without what they froze."""
    unread = ("frozen", "reuses__frozen", "revision__design_data")
    return design.renders.select_related("reuses", "revision").defer(*unread)


def render(row: Render) -> dict[str, Any]:
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
