"""The hub that all event streams of a process share: one subscription to Redis, one reader of the rows."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from django.db import Error

from designs.broker.client import CircuitBreaker
from designs.db.connections import release_connection
from designs.events.reader import DesignState, News, read_news
from designs.events.subscriber import Subscriber, SubscriptionChange

log = logging.getLogger(__name__)
NewsReader = Callable[[Mapping[UUID, int]], dict[UUID, News]]
HubTask = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class HubTiming:
    """Delays, in s."""

    gather_delay: float = 0.01  # after a notification, to gather others for the same look-up
    look_interval: float = 5.0  # between two look-ups of everything watched: a notification can be lost
    poll_interval: float = 0.5  # the same while Redis is away
    retry_delay: float = 1.0  # after a look-up that failed


class Watcher:
    """One stream: the events that it has not sent yet, and the final state once there is one."""

    def __init__(self, after: int) -> None:
        self.last_number = after  # number of the newest event received
        self.final_state: DesignState | None = None
        self._waiting: list[bytes] = []
        self._fresh = asyncio.Event()

    def receive_news(self, news: News) -> None:
        """Queue the events that are new to this stream."""
        fresh = [event for event in news.events if event.number > self.last_number]
        self._waiting += [event.payload for event in fresh]
        self.last_number = fresh[-1].number if fresh else self.last_number
        self.final_state = news.state if news.is_final else None
        if fresh or self.final_state:
            self._fresh.set()

    async def next_chunk(self, seconds: float) -> bytes:
        """Return the queued events, waiting up to so many seconds; b"" if there are none."""
        try:
            async with asyncio.timeout(seconds):
                await self._fresh.wait()
        except TimeoutError:
            return b""
        self._fresh.clear()
        waiting, self._waiting = self._waiting, []
        return b"".join(waiting)


class Hub:
    """Reads the news of all watched designs together, and passes them to their watchers.

    All but the reading itself runs in one event loop.
    """

    def __init__(self, subscriber: Subscriber, timing: HubTiming | None = None, reader: NewsReader = read_news) -> None:
        self.is_subscribed = False
        self._subscriber, self._timing, self._news_reader = subscriber, timing or HubTiming(), reader
        self._watchers: dict[UUID, set[Watcher]] = {}
        self._dirty: set[UUID] = set()
        self._has_dirty = asyncio.Event()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="live")
        self._tasks: list[asyncio.Task[None]] = []
        self._circuit_breaker = CircuitBreaker(log, "new events could not be read: %s. It is tried again.")

    @property
    def stream_count(self) -> int:
        """The number of streams."""
        return sum(map(len, self._watchers.values()))

    @contextmanager
    def watch_design(self, design_id: UUID, after: int) -> Iterator[Watcher]:
        """Watch a design within the block, for events after the number given."""
        watcher = Watcher(after)
        self._watchers.setdefault(design_id, set()).add(watcher)
        self._start_tasks()
        self._mark_dirty([design_id])  # for events since the caller read: watch first, then look
        try:
            yield watcher
        finally:
            others = self._watchers[design_id]
            others.discard(watcher)
            if not others:
                del self._watchers[design_id]

    async def stop_tasks(self) -> None:
        """End the background tasks."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        self._thread.shutdown()

    def _start_tasks(self) -> None:
        if not self._tasks:
            tasks: tuple[HubTask, ...] = (self._listen, self._mark_all_regularly, self._read_dirty)
            self._tasks = [asyncio.create_task(_repeat_forever(task, self._timing.retry_delay)) for task in tasks]

    def _mark_dirty(self, design_ids: Iterable[UUID]) -> None:
        self._dirty.update(pk for pk in design_ids if pk in self._watchers)
        if self._dirty:
            self._has_dirty.set()

    async def _listen(self) -> None:
        try:
            async for message in self._subscriber.listen_forever():
                self.is_subscribed = message is not SubscriptionChange.LOST
                # A change of the subscription: any design may have events that no notification named.
                self._mark_dirty(list(self._watchers) if isinstance(message, SubscriptionChange) else message)
        finally:
            self.is_subscribed = False

    async def _mark_all_regularly(self) -> None:
        """Mark everything watched, at intervals."""
        waited = 0.0
        while waited < self._timing.look_interval and (self.is_subscribed or not waited):
            await asyncio.sleep(self._timing.poll_interval)
            waited += self._timing.poll_interval
        self._mark_dirty(list(self._watchers))

    async def _read_dirty(self) -> None:
        """Read the news of all designs marked meanwhile, and pass them on."""
        await self._has_dirty.wait()
        await asyncio.sleep(self._timing.gather_delay)
        self._has_dirty.clear()
        dirty, self._dirty = self._dirty, set()
        # A watcher that starts during the read is left out: it may lack events before those that are read.
        readers = {pk: tuple(self._watchers[pk]) for pk in dirty if pk in self._watchers}
        if not readers:
            return
        try:
            news = await self._read_in_thread(
                {pk: min(watcher.last_number for watcher in watchers) for pk, watchers in readers.items()}
            )
        except Error as error:
            self._circuit_breaker.record_failure(error)
            await asyncio.sleep(self._timing.retry_delay)
            self._mark_dirty(readers)
            return
        for pk, watchers in readers.items():
            for watcher in watchers:
                watcher.receive_news(news[pk])
        self._mark_dirty(pk for pk, new in news.items() if new.is_truncated or (new.events and not new.is_complete))

    async def _read_in_thread(self, last_numbers: Mapping[UUID, int]) -> dict[UUID, News]:
        def look() -> dict[UUID, News]:
            try:
                return self._news_reader(last_numbers)
            finally:
                release_connection()

        return await asyncio.get_running_loop().run_in_executor(self._thread, look)


async def _repeat_forever(task: HubTask, pause: float) -> None:
    while True:
        try:
            await task()
        except Exception:
            log.exception("a task of the event hub failed and is started again")
            await asyncio.sleep(pause)


_hubs: dict[asyncio.AbstractEventLoop, Hub] = {}


def current_hub() -> Hub:
    """Return the hub of the running event loop; a process has one."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        for ended in [known for known in _hubs if known.is_closed()]:
            del _hubs[ended]
        _hubs[loop] = Hub(Subscriber())
    return _hubs[loop]
