"""Records whether a revision may be printed."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from designs.lifecycle import record_event
from designs.lifecycle.locks import save_event_counts, write_events
from designs.models import EventType, Moderation, ModerationState
from designs.services.locks import lock_design
from designs.services.pins import find_revision


def moderate_revision(
    design_id: UUID, number: int, state: ModerationState, reason: str, actor_id: int | None
) -> Moderation:
    """Record a decision about a revision, in the place of an earlier one, and return it.

    Raises DesignGoneError and UnknownRevisionError.
    """
    with transaction.atomic():
        design = lock_design(design_id)
        revision = find_revision(design, number)
        decision, _ = Moderation.objects.update_or_create(
            revision=revision,
            defaults={"state": state, "reason": reason, "decided_by_id": actor_id, "decided_at": Now()},
        )
        data = {"revision": number, "state": str(state)}
        write_events([record_event(design, EventType.MODERATED, data, actor_id)])
        save_event_counts([design])
    decision.refresh_from_db()
    return decision
