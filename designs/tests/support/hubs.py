"""Hubs in the event loop of a test, on its database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from uuid import UUID

from django.db import connection

from designs.events.hub import Hub, HubTiming, Watcher
from designs.events.reader import News, read_news
from designs.events.subscriber import Subscriber, SubscriptionChange

TIMEOUT = 20.0  # s; a passing test never waits so long


class ScriptedSubscriber(Subscriber):
    """Is subscribed at once, and receives the notifications that a test puts into `hints`."""

    def __init__(self) -> None:
        super().__init__()
        self.hints: asyncio.Queue[list[UUID]] = asyncio.Queue()

    async def listen_forever(self) -> AsyncIterator[SubscriptionChange | list[UUID]]:
        yield SubscriptionChange.SUBSCRIBED
        while True:
            yield await self.hints.get()
            self.hints.task_done()  # the hub has handled it and asks for the next


class CountingReader:
    """Reads the rows and records each query: last known event number by design."""

    def __init__(self, *failures: Exception) -> None:
        self.queries: list[dict[UUID, int]] = []
        self.answers = 0
        self.failures = list(failures)

    def __call__(self, wanted: Mapping[UUID, int]) -> dict[UUID, News]:
        self.queries.append(dict(wanted))
        if self.failures:
            raise self.failures.pop(0)
        news = read_news(wanted)
        self.answers += 1
        return news


@asynccontextmanager
async def running_hub(hub: Hub) -> AsyncIterator[Hub]:
    """Stop the hub's tasks at the end of the block."""
    try:
        yield hub
    finally:
        await hub.stop_tasks()


async def received_numbers(watcher: Watcher, upto: int) -> list[int]:
    """Return the numbers of the events a watcher receives, up to event `upto`. Raises TimeoutError without that one."""
    found: list[int] = []
    async with asyncio.timeout(TIMEOUT):
        while not found or found[-1] < upto:
            piece = await watcher.next_chunk(TIMEOUT)
            found += [int(line.removeprefix(b"id: ")) for line in piece.splitlines() if line.startswith(b"id: ")]
    return found


async def run_in_thread(call: Callable[..., object], *arguments: object) -> None:
    """Call a function in another thread, as another process would, and close its database connection."""

    def do() -> None:
        try:
            call(*arguments)
        finally:
            connection.close()

    await asyncio.to_thread(do)


async def wait_until_subscribed(hub: Hub, *, subscribed: bool = True) -> None:
    """Wait until a hub is subscribed, or is not."""
    async with asyncio.timeout(TIMEOUT):
        while hub.is_subscribed != subscribed:
            await asyncio.sleep(0.02)


NEVER_POLL = HubTiming(look_interval=10_000, poll_interval=10_000)
