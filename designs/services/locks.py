"""Locks the design that a use case changes, and names the columns that it writes."""

from __future__ import annotations

from uuid import UUID

from designs.lifecycle import QuotaLimits, lock_designs
from designs.models import Design, Event, EventType
from designs.services.errors import DesignGoneError, EditConflictError, SessionOverError

STATE_FIELDS = (
    "status",
    "revision",
    "published_revision",
    "render_count",
    "asked_render",
    "error_code",
    "error_message",
)


def limits_for_design(design: Design) -> QuotaLimits:
    """Return the quota limits of a design's owner."""
    return QuotaLimits.for_tenant(design.tenant)


def lock_design(design_id: UUID) -> Design:
    """Lock a design until the transaction ends; DesignGoneError if it is deleted or does not exist."""
    design = lock_designs([design_id]).get(design_id)
    if design is None or design.deleted_at is not None:
        raise DesignGoneError(design_id)
    return design


def session_data(session: int | None) -> dict[str, bool]:
    """Return what an event records of the caller in addition to the user: whether it was a designer session."""
    return {} if session is None else {"session": True}


def check_session_round(design: Design, session: int | None) -> None:
    """Raise SessionOverError for a designer session of an earlier round; None is a caller without a session."""
    if session is not None and session != design.session_round:
        raise SessionOverError(design.pk)


def describe_conflict(design: Design) -> EditConflictError:
    """Return the error for a design that was edited since the caller saw it, with who edited it last."""
    edits = Event.objects.filter(design_id=design.pk, type__in=[EventType.CREATED, EventType.EDITED])
    edits = edits.exclude(data__has_key="bulk")  # a change of customer, which If-Match does not count
    last = edits.order_by("-number").first()
    if last is None:
        return EditConflictError(design, None, by_page=False)
    return EditConflictError(design, last.created_at, by_page=bool(last.data.get("session")))
