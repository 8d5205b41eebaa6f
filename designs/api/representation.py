"""Rows as JSON values. Plain functions, because DRF serializers are too slow for lists of designs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import QuerySet
from rest_framework.request import Request

from designs.api.columns import DesignRow
from designs.api.conditions import build_etag
from designs.api.finding_fields import findings_to_json
from designs.models import Design, DesignRevision, DesignStatus, Override, Pin, Render, RenderState, Rendition
from designs.renders.findings import find_errors, score_findings
from rendering import storage

SCREEN_FILES = (
    "Files are made for screens: the operator's RENDER_OUTPUTS sets their sizes, up to 2,400 px. "
    "POST /api/v1/designs/{id}/print-files makes files for printing."
)
PRINT_FILE = "print_file"  # kind of a rendition, in private storage


class RowContext:
    """What the fields of a response need beside its rows: absolute URLs, and the files of renders, read once."""

    def __init__(self, request: Request | None) -> None:
        self._base = request.build_absolute_uri("/").removesuffix("/") if request is not None else ""
        self._files: dict[int, list[Rendition]] = {}

    def to_absolute(self, url: str) -> str:
        """Return a URL with scheme and host; a relative one gets the request's."""
        return self._base + url if url.startswith("/") else url

    def private_url(self, key: str) -> str:
        """Return the signed URL of a file in private storage."""
        return self.to_absolute(storage.file_url(key, alias="private"))

    def rendition_url(self, row: Rendition) -> str:
        """Return the URL of a file; that of a print file is signed."""
        is_print = row.kind == PRINT_FILE
        return self.private_url(row.key) if is_print else self.to_absolute(storage.file_url(row.key))

    def load_files(self, render_id: int | None) -> list[Rendition]:
        """Return the files of a render, in the order in which its outputs name them."""
        if render_id is None:
            return []
        if render_id not in self._files:
            self._files[render_id] = list(Rendition.objects.filter(render=render_id))
        return self._files[render_id]


class ResponseField(NamedTuple):
    """One field of a response: the columns it needs, and the function that computes its value from a row."""

    columns: tuple[str, ...]
    value: Callable[[DesignRow, RowContext], Any]


ResponseFields = dict[str, ResponseField]
"""Fields of a response by name, in the order of the response."""


def _column_field(column: str) -> ResponseField:
    return ResponseField((column,), lambda row, _: getattr(row, column))


def _url_field(column: str) -> ResponseField:
    def build_url(row: DesignRow, context: RowContext) -> str | None:
        key = getattr(row, column)
        return context.to_absolute(storage.file_url(key)) if key else None

    return ResponseField((column,), build_url)


def _error_to_json(row: DesignRow, _: RowContext) -> dict[str, str] | None:
    return {"code": row.error_code, "message": row.error_message} if row.error_code else None


def _expiry_to_json(row: DesignRow, _: RowContext) -> datetime | None:
    status = getattr(row, "design_status", row.status)  # of the design, not of the revision that is shown
    is_kept = status != DesignStatus.DRAFT or not settings.DRAFT_KEEP
    return None if is_kept else row.updated_at + settings.DRAFT_KEEP


def _facts_to_json(row: DesignRow, _: RowContext) -> list[dict[str, Any]] | None:
    return row.facts if row.published_render_id else []


def _score_to_json(row: DesignRow, _: RowContext) -> int | None:
    return score_findings(row.findings or []) if row.published_render_id else None


def _printable_to_json(row: DesignRow, _: RowContext) -> bool | None:
    return not find_errors(row.findings or [], row.overridden or []) if row.published_render_id else None


def _renditions_to_json(row: DesignRow, context: RowContext) -> list[dict[str, Any]]:
    files = context.load_files(row.published_render_id)
    return [rendition_to_json(file, row.published_revision, context) for file in files]


def _largest_to_json(row: DesignRow, context: RowContext) -> dict[str, Any] | None:
    return largest_file_to_json(context.load_files(row.published_render_id))


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
    "preflight": ResponseField(("findings",), lambda row, _: findings_to_json(row.findings or [])),
    "score": ResponseField(("findings", "published_render_id"), _score_to_json),
    "printable": ResponseField(("findings", "published_render_id", "overridden"), _printable_to_json),
    "facts": ResponseField(("facts", "published_render_id"), _facts_to_json),
    "error": ResponseField(("error_code", "error_message"), _error_to_json),
    "metadata": _column_field("metadata"),
    "external_id": _column_field("external_id"),
    "customer": _column_field("customer"),
    "copied_from": ResponseField(("copied_from",), lambda row, _: row.copied_from and str(row.copied_from)),
    "created_at": _column_field("created_at"),
    "updated_at": _column_field("updated_at"),
    "expires_at": ResponseField(("status", "updated_at"), _expiry_to_json),
    "etag": ResponseField(("edit_count", "event_count"), lambda row, _: build_etag(row)),
}
DESIGN_FIELDS: ResponseFields = DESIGN_SUMMARY_FIELDS | {
    "renditions": ResponseField(("published_render_id", "published_revision"), _renditions_to_json),
    "largest_file": ResponseField(("published_render_id",), _largest_to_json),
}
ASSET_FIELDS: ResponseFields = {
    "id": ResponseField((), lambda row, _: str(row.pk)),
    **{name: _column_field(name) for name in ("file_name", "format", "width", "height", "bytes", "sha256", "colors")},
    "url": ResponseField((), lambda row, context: context.private_url(row.keys.full)),
    "working_url": ResponseField((), lambda row, context: context.private_url(row.keys.working)),
    "created_at": _column_field("created_at"),
}


def source_columns(fields: ResponseFields) -> list[str]:
    """Return the columns that the fields need."""
    return [column for field in fields.values() for column in field.columns]


def to_json_rows(rows: Iterable[DesignRow], fields: ResponseFields, request: Request | None) -> list[dict[str, Any]]:
    """Return each row as a JSON object of these fields."""
    context = RowContext(request)
    getters = [(name, field.value) for name, field in fields.items()]
    return [{name: get(row, context) for name, get in getters} for row in rows]


def rendition_to_json(row: Rendition, revision: int, context: RowContext) -> dict[str, Any]:
    """Return a rendition, which shows this revision, as a JSON object."""
    return {
        "kind": row.kind,
        "name": row.name,
        "placement": row.placement or None,
        "revision": revision,
        "format": row.format,
        "width": row.width,
        "height": row.height,
        "dpi": row.dpi,
        "bytes": row.bytes,
        "sha256": row.sha256,
        "url": context.rendition_url(row),
    }


def largest_file_to_json(files: Sequence[Rendition]) -> dict[str, Any] | None:
    """Return what the largest of these files is and why it is no larger; None without files."""
    if not files:
        return None
    largest = max(files, key=lambda file: file.width * file.height)  # the first of equal ones
    about = {name: getattr(largest, name) for name in ("name", "width", "height", "dpi")}
    return {**about, "reason": SCREEN_FILES}


def facts_to_json(source: Render | None) -> list[dict[str, Any]] | None:
    """Return the facts of the render that owns some files: none without files, null if an earlier version drew them."""
    if source is None:
        return []
    facts: list[dict[str, Any]] | None = source.receipt.get("facts")
    return facts


def override_to_json(override: Override) -> dict[str, Any]:
    """Return an override as a JSON object."""
    names = ("code", "reason", "key", "decided_at")
    decided_by = override.decided_by.get_username() if override.decided_by else None
    return {**{name: getattr(override, name) for name in names}, "decided_by": decided_by}


def moderation_to_json(revision: DesignRevision) -> dict[str, Any] | None:
    """Return the latest decision about a revision as a JSON object; None if there is none."""
    decision = getattr(revision, "moderation", None)  # Django raises an AttributeError where there is no row
    return decision and {"state": decision.state, "reason": decision.reason, "decided_at": decision.decided_at}


def select_pins(pins: QuerySet[Pin]) -> QuerySet[Pin]:
    """Return pins with the columns that `pin_to_json` reads."""
    return pins.select_related("revision__moderation", "render").defer("revision__design_data", "render__frozen")


def pin_summary_to_json(pin: Pin) -> dict[str, Any]:
    """Return a pin without its files as a JSON object; it was fetched by `select_pins`."""
    render = pin.render
    # Superseded by a process of an earlier version, which knows no pins: pinning it again renders it.
    statuses = {RenderState.SUCCEEDED: "ready", RenderState.FAILED: "failed", RenderState.SUPERSEDED: "failed"}
    return {
        "id": str(pin.pk),
        "design": str(pin.design_id),
        "revision": pin.revision.number,
        "order_id": pin.order_id,
        "status": statuses.get(RenderState(render.state), "rendering"),
        "error": {"code": render.error_code, "message": render.error_message} if render.error_code else None,
        "moderation": moderation_to_json(pin.revision),
        "created_at": pin.created_at,
    }


def pin_to_json(pin: Pin, request: Request | None) -> dict[str, Any]:
    """Return a pin with its files as a JSON object; it was fetched by `select_pins`."""
    context, number = RowContext(request), pin.revision.number
    files = context.load_files(pin.render_id)
    return {
        **pin_summary_to_json(pin),
        "renditions": [rendition_to_json(file, number, context) for file in files],
        "largest_file": largest_file_to_json(files),
        "facts": facts_to_json(pin.render if pin.render.state == RenderState.SUCCEEDED else None),
    }


def select_renders(design: Design) -> QuerySet[Render]:
    """Return a design's renders with the columns that `render_to_json` reads, without the large JSON columns."""
    large = ("frozen", "reuses__frozen", "revision__design_data")
    return design.renders.select_related("reuses", "revision").defer(*large)


_SHOWN_ELSEWHERE = {"placeholder", "facts"}  # of a receipt, in the designs and revisions that show the render's files


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
        "preflight": findings_to_json(row.findings),
        "receipt": {name: value for name, value in row.receipt.items() if name not in _SHOWN_ELSEWHERE},
        "requested_at": row.requested_at,
        "started_at": row.started_at,
        "finished_at": row.finished_at,
    }
