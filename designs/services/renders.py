"""Requests a render, ends a design's sessions, and deletes designs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction

from designs.broker import queue
from designs.lifecycle import QuotaLimits, queue_render, record_event, tombstone_design
from designs.lifecycle.locks import EventRow, save_design, write_events
from designs.models import Design, DesignRevision, EventType, Lane, Render
from designs.renders.snapshot import build_snapshot
from designs.services.errors import DesignGoneError, NoInkError
from designs.services.locks import (
    STATE_FIELDS,
    check_session_round,
    describe_conflict,
    limits_for_design,
    lock_design,
    session_data,
)
from designs.services.validation import read_revision
from rendering.engine.validation.parse import read_design
from rendering.engine.validation.parsed import DesignContents
from rendering.fonts.catalogue import installed_fonts


def request_render(design_id: UUID, actor_id: int | None, *, limited: bool = True) -> Render:
    """Queue a render of the newest revision, even if it is drawn already; `limited=False` ignores the owner's quota.

    Raises DesignGoneError, NoInkError and QuotaExceededError.
    """
    with transaction.atomic():
        design = lock_design(design_id)
        render, event = queue_newest_revision(design, actor_id, limits_for_design(design) if limited else None)
        write_events([event])
        save_design(design, STATE_FIELDS)
    render.refresh_from_db()
    return render


def queue_newest_revision(design: Design, actor_id: int | None, limits: QuotaLimits | None) -> tuple[Render, EventRow]:
    """Queue a render of a locked design's newest revision; the caller saves the design and the event.

    Raises NoInkError for an empty one, and QuotaExceededError.
    """
    revision = design.revisions.get(number=design.revision)
    snapshot = _build_stored_snapshot(design, revision, drawn_by=_published_engine(design))
    queue.wake_on_commit(Lane.PREVIEW)
    return queue_render(design, revision, snapshot, actor_id=actor_id, limits=limits)


def queue_older_revision(
    design: Design, revision: DesignRevision, limits: QuotaLimits | None
) -> tuple[Render, EventRow]:
    """Queue a render of a locked design's older revision, for its files alone: the design's state does not change.

    The caller saves the design and the event.
    """
    snapshot = _build_stored_snapshot(design, revision)
    queue.wake_on_commit(Lane.PREVIEW)
    return queue_render(design, revision, snapshot, limits=limits, is_current=False)


def _build_stored_snapshot(design: Design, revision: DesignRevision, drawn_by: str = "") -> dict[str, Any]:
    """Return the snapshot of a stored revision; NoInkError for an empty one."""
    stored = read_revision(revision, design.product, design.tenant)
    if stored.contents.is_empty:
        raise NoInkError(design.pk)
    return build_snapshot(
        revision, design.product, stored.contents, installed_fonts(), stored.assets, stored.variant, drawn_by=drawn_by
    )


def _published_engine(design: Design) -> str:
    """Return the version of the engine that drew the newest revision, "" if that is not the published one."""
    published = design.published_render if design.published_revision == design.revision else None
    return str(published.receipt.get("engine", "")) if published else ""


def finish_design(
    design_id: UUID,
    actor_id: int | None,
    session: int | None = None,
    checked_revision: int | None = None,
    seen_edit_count: int | None = None,
) -> Design:
    """End the sessions of a design: from then on they are read-only. Data that was only saved is rendered.

    A session that was ended before gets the design as it is: its first request may have lost its response.
    `checked_revision` is the one whose preflight a session has passed, `seen_edit_count` the count the caller last saw.
    Raises DesignGoneError, NoInkError, QuotaExceededError, and EditConflictError where the design was edited since.
    """
    with transaction.atomic():
        design = lock_design(design_id)
        if session is not None and session < design.session_round:
            return design
        if seen_edit_count is not None and seen_edit_count != design.edit_count:
            raise describe_conflict(design)
        if checked_revision is not None and checked_revision != design.revision:
            raise describe_conflict(design)
        design.session_round += 1
        events = [
            record_event(design, EventType.FINISHED, {"round": design.session_round, **session_data(session)}, actor_id)
        ]
        if not Render.objects.filter(design=design, revision__number=design.revision).exists():
            events.append(queue_newest_revision(design, actor_id, limits_for_design(design))[1])
        elif newest_contents(design).is_empty:
            raise NoInkError(design.pk)
        write_events(events)
        save_design(design, [*STATE_FIELDS, "session_round"])
    design.refresh_from_db()
    return design


def newest_contents(design: Design) -> DesignContents:
    """Return what a design's newest revision holds."""
    revision = design.revisions.get(number=design.revision)
    return read_design(revision.design_data, revision.schema_version)


def check_session(design_id: UUID | None, session: int | None) -> None:
    """Raise DesignGoneError or SessionOverError where a session may no longer change its design; None may always."""
    if design_id is None:
        return
    design = Design.objects.filter(pk=design_id, deleted_at=None).first()
    if design is None:
        raise DesignGoneError(design_id)
    check_session_round(design, session)


def delete_design(design_id: UUID, actor_id: int | None) -> None:
    """Delete a design: from the API at once, its files once no worker can still write them. Raises DesignGoneError."""
    with transaction.atomic():
        tombstone_design(lock_design(design_id), actor_id)
