"""Events of a design."""

from __future__ import annotations

from django.db import transaction

from designs.lifecycle.locks import lock_designs, next_event, save_event_counts, write_events
from designs.models import Design, EventType
from designs.tests.support import factories


def add_events(design: Design, times: int = 1) -> None:
    """Add events to a design: stages of its render, as a worker writes them."""
    for _ in range(times):
        with transaction.atomic():
            locked = lock_designs([design.pk])[design.pk]
            write_events([next_event(locked, EventType.STAGE, {"stage": "drawing", "words": "ä\nb"})])
            save_event_counts([locked])


def make_another_design(design: Design) -> Design:
    """Make another design of the same owner."""
    return factories.make_design(design.owner, "another")
