"""Row locks in the one order that cannot deadlock, and events numbered under them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias
from uuid import UUID

from django.db.models.functions import Now

from designs.broker.notify import notify_on_commit
from designs.db import bulk
from designs.models import Design, Event, EventType

EventRow: TypeAlias = dict[str, Any]
"""An event that is not written yet, by column."""


def lock_designs(ids: Iterable[UUID], *fields: str, skip_locked: bool = False) -> dict[UUID, Design]:
    """Lock the designs in id order until the transaction ends; missing ones are left out.

    `fields` names the columns a caller of many needs; none named fetches all. `free` leaves out those that someone else
    has locked: for a caller that holds locks on renders, and must not wait.
    """
    found = Design.objects.select_for_update(skip_locked=skip_locked).filter(pk__in=list(ids)).order_by("pk")
    found = found.only(*fields) if fields else found
    return {design.pk: design for design in found}


def next_event(design: Design, kind: EventType, data: Mapping[str, Any], actor_id: int | None = None) -> EventRow:
    """Number an event under the design's lock; the caller writes both."""
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
    """Insert events; their time is the database's. Watchers are told on commit: not of new designs, which have none."""
    bulk.insert_rows(Event, events)
    new = {event["design_id"] for event in events if event["number"] == 1}
    notify_on_commit({event["design_id"] for event in events} - new)


def save_event_counts(designs: Iterable[Design]) -> None:
    """Write how many events locked designs have."""
    bulk.update_rows(Design, [{"id": design.pk, "event_count": design.event_count} for design in designs])


def save_design(design: Design, fields: Iterable[str]) -> None:
    """Write `fields` of a locked design, with the database's time as `updated_at`."""
    values = {name: getattr(design, name) for name in {*fields, "event_count"}}
    Design.objects.filter(pk=design.pk).update(updated_at=Now(), **values)
