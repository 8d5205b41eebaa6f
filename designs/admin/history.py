"""The history of one design for its admin page, in a fixed number of queries."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Prefetch

from designs.admin.display import file_url, format_json
from designs.models import Design, DesignRevision, Event, Override, Render, Rendition

MAX_RENDERS = 50
MAX_REVISIONS = 50
MAX_EVENTS = 200


def load_history(design: Design) -> dict[str, Any]:
    """Return preview, renditions, renders, revisions and events, newest first, for the template."""
    renders = (
        design.renders.select_related("revision", "requested_by", "reuses")
        .defer("frozen", "revision__design_data", "reuses__frozen")
        .prefetch_related("renditions")
        .order_by("-number")[:MAX_RENDERS]
    )
    recent = list(renders)
    published = _published_render(design, recent)
    files = list(published.renditions.all()) if published else []
    preview = Rendition.pick_main("preview", files)
    return {
        "preview": _file_entry(preview, published) if published and preview else None,
        "renditions": [
            _file_entry(file, render) for render in _published_first(recent, published) for file in _files(render)
        ],
        "renders": [_render_entry(render) for render in recent],
        "revisions": [_revision_entry(revision) for revision in _newest_revisions(design)],
        "events": [_event_entry(event) for event in _newest_events(design)],
    }


def _published_render(design: Design, recent: list[Render]) -> Render | None:
    match = next((render for render in recent if render.pk == design.published_render_id), None)
    return match or design.published_render


def _published_first(recent: list[Render], published: Render | None) -> list[Render]:
    others = [render for render in recent if published is None or render.pk != published.pk]
    return [published, *others] if published else others


def _files(render: Render) -> list[Rendition]:
    return list(render.renditions.all())


def _newest_revisions(design: Design) -> list[DesignRevision]:
    overrides = Prefetch("overrides", Override.objects.select_related("decided_by"))
    revisions = design.revisions.select_related("author").prefetch_related(overrides)
    return list(revisions.order_by("-number")[:MAX_REVISIONS])


def _newest_events(design: Design) -> list[Event]:
    events = Event.objects.filter(design_id=design.pk).select_related("actor")
    return list(events.order_by("-number")[:MAX_EVENTS])


def _file_entry(file: Rendition, render: Render) -> dict[str, Any]:
    return {"row": file, "url": file_url(file, render.lane), "render": render.number}


def _render_entry(render: Render) -> dict[str, Any]:
    return {
        "row": render,
        "waited": _seconds(render.requested_at, render.started_at),
        "took": _seconds(render.started_at, render.finished_at),
        "receipt": format_json(render.receipt) if render.receipt else "",
        "findings": format_json(render.findings) if render.findings else "",
    }


def _revision_entry(revision: DesignRevision) -> dict[str, Any]:
    return {"row": revision, "data": format_json(revision.design_data)}


def _event_entry(event: Event) -> dict[str, Any]:
    return {"row": event, "data": format_json(event.data) if event.data else ""}


def _seconds(begin: datetime | None, end: datetime | None) -> str:
    return f"{(end - begin).total_seconds():.3f} s" if begin and end else ""
