"""Where all streams of one process meet: one ear at Redis, one reader of the rows, and everyone who watches."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from django.db import Error

from designs.broker.client import Absence
from designs.db.connections import let_go
from designs.events.reader import News, State, read
from designs.events.subscriber import Ear, Heard

log = logging.getLogger(__name__)
Reader = Callable[[Mapping[UUID, int]], dict[UUID, News]]
Round = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Pace:
    """How long things wait, in s."""

    gather: float = 0.01  # after a hint, for others, so that one look serves them all
    look: float = 5.0  # between two looks at everything watched: a hint can be lost
    poll: float = 0.5  # the same while Redis is away
    again: float = 1.0  # after a look that failed


class Watcher:
    """One stream: what it was not sent yet, and whether that is all."""

    def __init__(self, after: int) -> None:
        self.after = after  # number of the newest event it was handed
        self.final: State | None = None
        self._waiting: list[bytes] = []
        self._fresh = asyncio.Event()

    def take(self, news: News) -> None:
        """Take what is new."""
        fresh = [event for event in news.events if event.number > self.after]
        self._waiting += [event.wire for event in fresh]
        self.after = fresh[-1].number if fresh else self.after
        self.final = news.state if news.final else None
        if fresh or self.final:
            self._fresh.set()

    async def next(self, seconds: float) -> bytes:
        """Return what is new, or nothing after so many seconds."""
        try:
            async with asyncio.timeout(seconds):
                await self._fresh.wait()
        except TimeoutError:
            return b""
        self._fresh.clear()
        waiting, self._waiting = self._waiting, []
        return b"".join(waiting)


class Hub:
    """Reads what is new of the designs that are watched, once for all of them, and hands it round.

    Everything but the reading itself happens in one event loop.
    """

    def __init__(self, ear: Ear, pace: Pace | None = None, reader: Reader = read) -> None:
        self.hears = False
        self._ear, self._pace, self._reader_of_rows = ear, pace or Pace(), reader
        self._watchers: dict[UUID, set[Watcher]] = {}
        self._dirty: set[UUID] = set()
        self._work = asyncio.Event()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="live")
        self._tasks: list[asyncio.Task[None]] = []
        self._absence = Absence(log, "what is new of designs could not be read: %s. It is tried again until it can.")

    @property
    def count(self) -> int:
        """How many streams there are."""
        return sum(map(len, self._watchers.values()))

    @contextmanager
    def watch(self, design_id: UUID, after: int) -> Iterator[Watcher]:
        """Watch a design within the block, from beyond an event's number."""
        watcher = Watcher(after)
        self._watchers.setdefault(design_id, set()).add(watcher)
        self._start()
        self._mark([design_id])  # what has happened since the caller looked: first watch, then look
        try:
            yield watcher
        finally:
            others = self._watchers[design_id]
            others.discard(watcher)
            if not others:
                del self._watchers[design_id]

    async def close(self) -> None:
        """End what runs."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        self._thread.shutdown()

    def _start(self) -> None:
        if not self._tasks:
            rounds: tuple[Round, ...] = (self._listen, self._look_at_all, self._look_at_dirty)
            self._tasks = [asyncio.create_task(_forever(one, self._pace.again)) for one in rounds]

    def _mark(self, design_ids: Iterable[UUID]) -> None:
        self._dirty.update(one for one in design_ids if one in self._watchers)
        if self._dirty:
            self._work.set()

    async def _listen(self) -> None:
        try:
            async for heard in self._ear.listen():
                self.hears = heard is not Heard.NOTHING
                # Of all of them, what was said before we heard, or what nobody can say now.
                self._mark(list(self._watchers) if isinstance(heard, Heard) else heard)
        finally:
            self.hears = False

    async def _look_at_all(self) -> None:
        """Look at everything now and then."""
        waited = 0.0
        while waited < self._pace.look and (self.hears or not waited):
            await asyncio.sleep(self._pace.poll)
            waited += self._pace.poll
        self._mark(list(self._watchers))

    async def _look_at_dirty(self) -> None:
        """Look once at everything that hints have named meanwhile."""
        await self._work.wait()
        await asyncio.sleep(self._pace.gather)
        self._work.clear()
        dirty, self._dirty = self._dirty, set()
        # Whoever begins to watch while the rows are read takes no part: it may lack what lies before them.
        asking = {pk: tuple(self._watchers[pk]) for pk in dirty if pk in self._watchers}
        if not asking:
            return
        try:
            news = await self._read({pk: min(one.after for one in watchers) for pk, watchers in asking.items()})
        except Error as error:
            self._absence.begin(error)
            await asyncio.sleep(self._pace.again)
            self._mark(asking)
            return
        for pk, watchers in asking.items():
            for watcher in watchers:
                watcher.take(news[pk])
        self._mark(pk for pk, one in news.items() if one.cut or (one.events and not one.whole))

    async def _read(self, wanted: Mapping[UUID, int]) -> dict[UUID, News]:
        def look() -> dict[UUID, News]:
            try:
                return self._reader_of_rows(wanted)
            finally:
                let_go()

        return await asyncio.get_running_loop().run_in_executor(self._thread, look)


async def _forever(one_round: Round, pause: float) -> None:
    while True:
        try:
            await one_round()
        except Exception:
            log.exception("live progress has stumbled; it goes on")
            await asyncio.sleep(pause)


_hubs: dict[asyncio.AbstractEventLoop, Hub] = {}


def hub_here() -> Hub:
    """Return the hub of the running event loop: a process has one."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        for ended in [one for one in _hubs if one.is_closed()]:
            del _hubs[ended]
        _hubs[loop] = Hub(Ear())
    return _hubs[loop]
