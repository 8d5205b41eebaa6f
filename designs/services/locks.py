"""The design a use case changes, locked, and what of it is written."""

from __future__ import annotations

from uuid import UUID

from designs.lifecycle import QuotaLimits, lock_designs
from designs.models import Design
from designs.services.errors import DesignGoneError, SessionOverError

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
    """Return what a design's owner may have."""
    return QuotaLimits.for_tenant(design.tenant)


def lock_design(design_id: UUID) -> Design:
    """Lock a living design until the transaction ends; DesignGoneError where there is none."""
    design = lock_designs([design_id]).get(design_id)
    if design is None or design.deleted_at is not None:
        raise DesignGoneError(design_id)
    return design


def session_data(session: int | None) -> dict[str, bool]:
    """Return what an event says of who acted, beside the user in whose name that was."""
    return {} if session is None else {"session": True}


def check_session_round(design: Design, session: int | None) -> None:
    """Raise SessionOverError for a designer session of an earlier round; None is a caller who needs none."""
    if session is not None and session != design.session_round:
        raise SessionOverError(design.pk)
