"""Reads the new events of many designs from the rows, with one query for all watchers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef

from designs.db import bulk
from designs.events.sse import SerializedEvent, serialize_event
from designs.models import UNFINISHED, Design, DesignStatus, Event, Lane, Render

MAX_EVENTS = 1_000  # events that one look-up reads; the others come with the next


@dataclass(frozen=True, slots=True)
class DesignState:
    """State of a design. `last_event` is the number of its newest event, None once its rows are purged."""

    status: str
    revision: int | None
    published_revision: int | None
    last_event: int | None
    is_printing: bool = False

    def has_events_after(self, number: int) -> bool:
        """Tell whether there are, or may be, events after a number."""
        return self.last_event is None or self.last_event > number

    @property
    def is_settled(self) -> bool:
        """Whether no more events come until somebody edits or renders it."""
        return self.status != DesignStatus.RENDERING and not self.is_printing


@dataclass(frozen=True, slots=True)
class News:
    """New events, in order, and the state; `is_complete` if they go up to the newest event that the state knows."""

    events: tuple[SerializedEvent, ...]
    state: DesignState
    is_complete: bool
    is_truncated: bool = False  # MAX_EVENTS was reached: there may be more

    @property
    def is_final(self) -> bool:
        """Whether these are the last events of a settled design."""
        return self.is_complete and self.state.is_settled


PURGED_STATE = DesignState("deleted", None, None, None)
_STATE_COLUMNS = ("pk", "status", "revision", "published_revision", "event_count", "deleted_at")


def read_news(last_numbers: Mapping[UUID, int]) -> dict[UUID, News]:
    """Return the news of each design after the event number given; two statements for any number of designs."""
    states = _read_states(last_numbers)
    # The state first: an event written in between is then one too many, and none is ever missing.
    behind = {pk: after for pk, after in last_numbers.items() if states[pk].has_events_after(after)}
    events = _read_events(behind)
    cut = sum(map(len, events.values())) == MAX_EVENTS
    return {pk: _build_news(events.get(pk, []), after, states[pk], cut=cut) for pk, after in last_numbers.items()}


def _read_states(last_numbers: Mapping[UUID, int]) -> dict[UUID, DesignState]:
    states = dict.fromkeys(last_numbers, PURGED_STATE)
    printing = Exists(Render.objects.filter(design=OuterRef("pk"), lane=Lane.PRINT, state__in=UNFINISHED))
    designs = Design.objects.filter(pk__in=list(last_numbers)).annotate(is_printing=printing)
    for pk, status, *numbers, deleted, is_printing in designs.values_list(*_STATE_COLUMNS, "is_printing"):
        state = DesignState(status if deleted is None else "deleted", *numbers)
        states[pk] = replace(state, is_printing=True) if is_printing else state
    return states


def _read_events(behind: Mapping[UUID, int]) -> dict[UUID, list[SerializedEvent]]:
    events: dict[UUID, list[SerializedEvent]] = {}
    if behind:
        given = bulk.to_json_parameter([{"design_id": pk, "number": after} for pk, after in behind.items()])
        for event in Event.objects.raw(_events_sql(connection.vendor), [given]):
            events.setdefault(event.design_id, []).append(serialize_event(event))
    return events


def _build_news(events: list[SerializedEvent], after: int, state: DesignState, *, cut: bool) -> News:
    newest = events[-1].number if events else after
    if state.last_event is None:
        return News(tuple(events), state, is_complete=not cut, is_truncated=cut)
    # With an event beyond the state, the design has changed since: that state is out of date.
    return News(
        tuple(events),
        state,
        newest == state.last_event or (not cut and newest < state.last_event),
        cut and newest < state.last_event,
    )


@cache
def _events_sql(vendor: str) -> str:
    given = bulk.json_table_sql(Event, ("design_id", "number"), vendor)
    columns = "event.id, event.design_id, event.number, event.type, event.data, event.created_at"
    return (
        f"SELECT {columns} FROM {given} JOIN {Event._meta.db_table} AS event"  # noqa: S608, SLF001  # our own names only
        " ON event.design_id = given.design_id AND event.number > given.number"
        f" ORDER BY event.design_id, event.number LIMIT {MAX_EVENTS}"
    )
