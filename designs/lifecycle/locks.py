"""Row locks on designs, in an order that cannot deadlock, and events numbered under them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias
from uuid import UUID

from django.db.models.functions import Now

from designs.broker.notify import notify_on_commit
from designs.db import bulk
from designs.models import Design, Event, EventType

EventRow: TypeAlias = dict[str, Any]
"""An event that is not inserted yet, by column."""


def lock_designs(ids: Iterable[UUID], *fields: str, skip_locked: bool = False) -> dict[UUID, Design]:
    """Lock the designs in id order until the transaction ends; missing ones are left out.

    `fields` are the columns to fetch, all if none is named. `skip_locked` leaves out designs that are locked: for a
    caller that holds locks on renders and therefore must not wait.
    """
    rows = Design.objects.select_for_update(skip_locked=skip_locked).filter(pk__in=list(ids)).order_by("pk")
    rows = rows.only(*fields) if fields else rows
    return {design.pk: design for design in rows}


def next_event(design: Design, kind: EventType, data: Mapping[str, Any], actor_id: int | None = None) -> EventRow:
    """Number an event of a locked design; the caller writes both."""
    design.event_count += 1
    return {
        "design_id": design.pk,
        "number": design.event_count,
        "type": str(kind),
        "owner_id": design.owner_id,
        "actor_id": actor_id,
        "data": dict(data),
    }


def write_events(events: Sequence[EventRow]) -> None:
    """Insert events; watchers are notified on commit, except of new designs, which have no watchers."""
    bulk.insert_rows(Event, events)
    new = {event["design_id"] for event in events if event["number"] == 1}
    notify_on_commit({event["design_id"] for event in events} - new)


def save_event_counts(designs: Iterable[Design]) -> None:
    """Write the event counts of locked designs."""
    bulk.update_rows(Design, [{"id": design.pk, "event_count": design.event_count} for design in designs])


def save_design(design: Design, fields: Iterable[str]) -> None:
    """Write `fields` of a locked design, with the database's time as `updated_at`."""
    values = {name: getattr(design, name) for name in {*fields, "event_count"}}
    Design.objects.filter(pk=design.pk).update(updated_at=Now(), **values)
