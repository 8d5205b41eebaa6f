"""What is new of designs, read from the rows for all that ask at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from django.db import connection

from designs.db import bulk
from designs.events.sse import SerializedEvent, serialize_event
from designs.models import Design, DesignStatus, Event

MAX_EVENTS = 1_000  # events that one look reads; what is left out comes with the next


@dataclass(frozen=True, slots=True)
class DesignState:
    """How a design stands. `last` is the number of its newest event, None once its rows are purged."""

    status: str
    revision: int | None
    published_revision: int | None
    last_event: int | None

    @property
    def is_settled(self) -> bool:
        """Whether nothing more comes unless somebody asks for it."""
        return self.status != DesignStatus.RENDERING


@dataclass(frozen=True, slots=True)
class News:
    """The events beyond the number asked for, in order; `whole` where none that the state knows is left out."""

    events: tuple[SerializedEvent, ...]
    state: DesignState
    is_complete: bool
    is_truncated: bool = False  # others' events have filled the look: there may be more

    @property
    def is_final(self) -> bool:
        """Whether these are the last events of a settled design."""
        return self.is_complete and self.state.is_settled


PURGED_STATE = DesignState("deleted", None, None, None)
_STATE_COLUMNS = ("pk", "status", "revision", "published_revision", "event_count", "deleted_at")


def read_news(wanted: Mapping[UUID, int]) -> dict[UUID, News]:
    """Return what is new of each design beyond the number given, by two statements however many they are."""
    states = _read_states(wanted)
    # The state first: an event that comes between is then one too many, and no event is ever missing.
    behind = {pk: after for pk, after in wanted.items() if (last := states[pk].last_event) is None or last > after}
    found = _read_events(behind)
    cut = sum(map(len, found.values())) == MAX_EVENTS
    return {pk: _build_news(found.get(pk, []), after, states[pk], cut=cut) for pk, after in wanted.items()}


def _read_states(wanted: Mapping[UUID, int]) -> dict[UUID, DesignState]:
    states = dict.fromkeys(wanted, PURGED_STATE)
    for pk, status, *numbers, deleted in Design.objects.filter(pk__in=list(wanted)).values_list(*_STATE_COLUMNS):
        states[pk] = DesignState(status if deleted is None else "deleted", *numbers)
    return states


def _read_events(behind: Mapping[UUID, int]) -> dict[UUID, list[SerializedEvent]]:
    found: dict[UUID, list[SerializedEvent]] = {}
    if behind:
        given = bulk.to_json_parameter([{"design_id": pk, "number": after} for pk, after in behind.items()])
        for event in Event.objects.raw(_events_sql(connection.vendor), [given]):
            found.setdefault(event.design_id, []).append(serialize_event(event))
    return found


def _build_news(events: list[SerializedEvent], after: int, state: DesignState, *, cut: bool) -> News:
    newest = events[-1].number if events else after
    if state.last_event is None:
        return News(tuple(events), state, is_complete=not cut, is_truncated=cut)
    # Beyond the state: the design has changed since, so the state is an old one.
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
        f"SELECT {columns} FROM {given} JOIN {Event._meta.db_table} AS event"  # noqa: S608, SLF001  # names of our own
        " ON event.design_id = given.design_id AND event.number > given.number"
        f" ORDER BY event.design_id, event.number LIMIT {MAX_EVENTS}"
    )
