"""Rows as JSON values. Plain functions: lists of designs pass here by the thousand."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Prefetch, QuerySet
from rest_framework.request import Request

from designs.models import Asset, Design, DesignRevision, Render, Rendition
from rendering import storage


def with_rows(designs: QuerySet[Design]) -> QuerySet[Design]:
    """Fetch all that `design` reads, in a number of queries that does not depend on how many designs there are."""
    newest = DesignRevision.objects.filter(number=F("design__revision"))
    fetched = Prefetch("revisions", queryset=newest, to_attr="newest_revisions")
    return designs.select_related("product", "published_render").prefetch_related(  # type: ignore[no-redef]
        fetched, "published_render__renditions"
    )


def newest_revision(design: Design) -> DesignRevision:
    """Return the design's newest revision, prefetched or not."""
    fetched: list[DesignRevision] | None = getattr(design, "newest_revisions", None)
    return fetched[0] if fetched else design.revisions.get(number=design.revision)


def design(row: Design, request: Request | None, *, files: bool) -> dict[str, Any]:
    """Return a design; `files` adds every rendition."""
    published = row.published_render
    renditions = list(published.renditions.all()) if published else []
    answer = {
        "id": str(row.pk),
        "product_type": row.product.slug,
        "design_data": newest_revision(row).design_data,
        "status": row.status,
        "revision": row.revision,
        "published_revision": row.published_revision,
        "preview_url": _picture_url(renditions, "preview", request),
        "thumbnail_url": _picture_url(renditions, "thumbnail", request),
        "placeholder": published.receipt.get("placeholder") or None if published else None,
        "preflight": published.findings if published else [],
        "error": {"code": row.error_code, "message": row.error_message} if row.error_code else None,
        "metadata": row.metadata,
        "external_id": row.external_id,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
    }
    if files:
        answer["renditions"] = [rendition(one, request) for one in renditions]
    return answer


def asset(row: Asset, request: Request | None) -> dict[str, Any]:
    """Return an asset, with addresses of its two copies that work for a while."""
    own = row.keys
    return {
        "id": str(row.pk),
        "file_name": row.file_name,
        "format": row.format,
        "width": row.width,
        "height": row.height,
        "bytes": row.bytes,
        "sha256": row.sha256,
        "colors": row.colors,
        "url": absolute(storage.url(own.full, alias="private"), request),
        "working_url": absolute(storage.url(own.working, alias="private"), request),
        "created_at": row.created_at,
    }


def rendition(row: Rendition, request: Request | None) -> dict[str, Any]:
    """Return one stored file."""
    return {
        "kind": row.kind,
        "name": row.name,
        "format": row.format,
        "width": row.width,
        "height": row.height,
        "bytes": row.bytes,
        "sha256": row.sha256,
        "url": absolute_url(row, request),
    }


def absolute_url(row: Rendition, request: Request | None) -> str:
    """Return a file's address; a local one is made absolute by the request's host."""
    return absolute(storage.url(row.key), request)


def absolute(url: str, request: Request | None) -> str:
    """Return an address with a host."""
    return str(request.build_absolute_uri(url)) if request is not None and url.startswith("/") else url


def _picture_url(renditions: list[Rendition], kind: str, request: Request | None) -> str | None:
    row = Rendition.standing_for(kind, renditions)
    return absolute_url(row, request) if row else None


def render(row: Render) -> dict[str, Any]:
    """Return one render, with the numbers people use for its revision and the render it reuses."""
    return {
        "number": row.number,
        "revision": row.frozen["revision"],
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
