"""Row locks in the one order that cannot deadlock, and events numbered under them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import F
from django.db.models.functions import Now

from designs.models import Design, Event, EventType


def lock_designs(ids: Iterable[UUID], *fields: str) -> dict[UUID, Design]:
    """Lock the designs in id order until the transaction ends; missing ones are left out.

    `fields` names the columns a caller of many needs; none named fetches all.
    """
    rows = Design.objects.select_for_update().filter(pk__in=list(ids)).order_by("pk")
    rows = rows.only(*fields) if fields else rows
    return {design.pk: design for design in rows}


def next_event(design: Design, kind: EventType, data: Mapping[str, Any], actor_id: int | None = None) -> Event:
    """Number an event under the design's lock; the caller saves both."""
    design.event_count += 1
    return Event(
        design_id=design.pk,
        number=design.event_count,
        type=kind,
        owner_id=design.owner_id,
        actor_id=actor_id,
        data=dict(data),
    )


def count_events(design_ids: Iterable[UUID], **fields: Any) -> None:
    """Count one event more for every time a locked design is named; a design may have several renders in one batch."""
    named = Counter(design_ids)
    for count in set(named.values()):
        ids = [pk for pk, times in named.items() if times == count]
        Design.objects.filter(pk__in=ids).update(event_count=F("event_count") + count, **fields)


def save_design(design: Design, fields: Iterable[str]) -> None:
    """Write `fields` of a locked design, with the database's time as `updated_at`."""
    values = {name: getattr(design, name) for name in {*fields, "event_count"}}
    Design.objects.filter(pk=design.pk).update(updated_at=Now(), **values)
