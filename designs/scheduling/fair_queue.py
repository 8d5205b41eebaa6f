"""A queue that shares a few runners among callers. It starts no threads and reads no clock but the one it is given.

A turn that runs is never interrupted, so long ("dear") ones are kept from taking all runners: otherwise whoever comes
next waits for the end of one. Written by hand: schedulers of the standard library serve whoever came first, and a
caller that sends much always came first.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from threading import Lock
from typing import TypeVar

COMPANY_SECONDS = 3_600.0  # s for which a tenant that was here counts as one that may come again
MAX_REMEMBERED = 2_000  # tenants and callers of whom it is known when they were served


Name = TypeVar("Name", bound=Hashable)


class QueueFullError(Exception):
    """All places of the queue are taken, or this caller's share of them is."""


class Cost(Enum):
    """What a turn is expected to take; unknown ones are started one by one, because they may be dear."""

    CHEAP, UNKNOWN, DEAR = range(3)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who wants a turn: a tenant, or one designer session of a tenant."""

    tenant: Hashable
    session: Hashable = None


@dataclass(frozen=True, slots=True)
class QueueSize:
    """How many turns may run at once, and how many may run or wait: in all, of a tenant, of a session.

    `dear`: how many of those that run may be dear. Of one tenant at most half may be, where there are others.
    """

    runners: int
    dear: int
    places: int
    of_tenant: int
    of_session: int


@dataclass(eq=False, slots=True)
class Turn:
    """A place in the queue. `start` begins the work, `drop` gives up a waiting turn; both must return at once."""

    caller: Caller
    start: Callable[[], object]
    drop: Callable[[], object]
    look_up_cost: Callable[[], Cost]
    cost: Cost = field(default=Cost.UNKNOWN, init=False)  # as it was looked up at the start


class FairQueue:
    """Starts waiting turns for the tenant with the fewest running; among equals, for whoever was served longest ago.

    So do the callers of a tenant among each other. A session has one running turn at most.
    """

    def __init__(self, size: QueueSize, clock: Callable[[], float] = time.monotonic) -> None:
        self.size, self._clock, self._lock = size, clock, Lock()
        self._waiting: dict[Hashable, dict[Caller, list[Turn]]] = {}
        self._running: set[Turn] = set()
        self._places: Counter[Hashable] = Counter()  # by tenant, and by caller
        self._seen: dict[Hashable, float] = {}  # by tenant
        self._served: dict[Hashable, int] = {}  # number of the last start, by tenant and by caller
        self._starts = self._count = 0  # of turns since the process began; of those that wait or run

    def __len__(self) -> int:
        """Return how many turns wait or run."""
        return self._count

    def enter(self, turn: Turn) -> None:
        """Add a turn, and start it if it may. QueueFullError where there is no place for it.

        In a full queue, whoever has most places gives up its newest waiting turn to a caller who has fewer.
        """
        with self._lock:
            self._make_room(turn.caller)
            self._seen[turn.caller.tenant] = self._clock()
            self._waiting.setdefault(turn.caller.tenant, {}).setdefault(turn.caller, []).append(turn)
            self._count_place(turn, 1)
            self._start_waiting()

    def leave(self, turn: Turn) -> None:
        """Give up a turn, whether it waits, runs, or was dropped; others may start then."""
        with self._lock:
            if turn in self._running:
                self._running.discard(turn)
                self._count_place(turn, -1)
            elif turn in self._waiting.get(turn.caller.tenant, {}).get(turn.caller, ()):
                self._remove_waiting(turn)
                self._count_place(turn, -1)
            self._start_waiting()

    def check_place(self, caller: Caller) -> None:
        """Raise QueueFullError where the caller would get no place now."""
        with self._lock:
            self._find_victim(caller)

    def has_company(self, tenant: Hashable) -> bool:
        """Tell whether other tenants wanted turns lately."""
        with self._lock:
            return self._has_company(tenant)

    def _make_room(self, caller: Caller) -> None:
        victim = self._find_victim(caller)
        if victim is not None:
            self._remove_waiting(victim)
            self._count_place(victim, -1)
            victim.drop()

    def _find_victim(self, caller: Caller) -> Turn | None:
        """Return the waiting turn that must go for a new one, None if there is room; QueueFullError if none may go."""
        places, size = self._places, self.size
        if caller.session is not None and places[caller] >= size.of_session:
            raise QueueFullError
        if places[caller.tenant] >= size.of_tenant:
            raise QueueFullError
        if self._count < size.places:
            return None
        largest = max(self._waiting, key=lambda tenant: places[tenant], default=caller.tenant)
        if places[largest] <= places[caller.tenant] + 1:
            raise QueueFullError
        return max(self._waiting[largest].values(), key=len)[-1]

    def _count_place(self, turn: Turn, change: int) -> None:
        self._count += change
        for name in (turn.caller.tenant, turn.caller):
            self._places[name] += change
            if not self._places[name]:
                del self._places[name]

    def _remove_waiting(self, turn: Turn) -> None:
        callers = self._waiting[turn.caller.tenant]
        callers[turn.caller].remove(turn)
        if not callers[turn.caller]:
            del callers[turn.caller]
        if not callers:
            del self._waiting[turn.caller.tenant]

    def _start_waiting(self) -> None:
        while self._waiting and len(self._running) < self.size.runners and (turn := self._choose_next()):
            self._remove_waiting(turn)
            self._record_start(turn.caller)
            turn.cost = turn.look_up_cost()
            self._running.add(turn)
            turn.start()

    def _choose_next(self) -> Turn | None:
        running = Counter(turn.caller.tenant for turn in self._running)
        for tenant in self._sort(self._waiting, running):
            if (turn := next(self._startable_turns(tenant), None)) is not None:
                return turn
        return None

    def _sort(self, names: Collection[Name], running: Counter[Hashable]) -> Iterable[Name]:
        if len(names) == 1:  # most often
            return names
        return sorted(names, key=lambda name: (running[name], self._served.get(name, 0)))

    def _startable_turns(self, tenant: Hashable) -> Iterator[Turn]:
        callers = self._waiting[tenant]
        for caller in self._sort(callers, Counter()):
            if caller.session is not None and any(turn.caller == caller for turn in self._running):
                continue
            for turn in callers[caller]:
                cost = turn.look_up_cost()
                if cost is Cost.CHEAP or cost in self._allowed_costs(tenant):
                    yield turn

    def _allowed_costs(self, tenant: Hashable) -> set[Cost]:
        """Return what the next turn of a tenant may cost, if it is not cheap."""
        long = [turn for turn in self._running if turn.cost is not Cost.CHEAP]  # or perhaps long
        own = [turn.cost for turn in long if turn.caller.tenant == tenant]
        allowed = set[Cost]()
        if Cost.UNKNOWN not in own:
            allowed.add(Cost.UNKNOWN)
        has_share = len(own) < max(1, self.size.runners // 2) or not self._has_company(tenant)
        if len(long) < self.size.dear and has_share:
            allowed.add(Cost.DEAR)
        return allowed

    def _record_start(self, caller: Caller) -> None:
        self._starts += 1
        for name in (caller.tenant, caller):
            self._served.pop(name, None)
            self._served[name] = self._starts
        while len(self._served) > MAX_REMEMBERED:
            del self._served[next(iter(self._served))]

    def _has_company(self, tenant: Hashable) -> bool:
        since = self._clock() - COMPANY_SECONDS
        for other in [name for name, seen in self._seen.items() if seen < since and name not in self._places]:
            del self._seen[other]
        return len(self._seen) > (tenant in self._seen)
