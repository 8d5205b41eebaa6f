"""Hubs in a test's own event loop, on its database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from uuid import UUID

from django.db import connection

from designs.events.hub import Hub, HubTiming, Watcher
from designs.events.reader import News, read_news
from designs.events.subscriber import Subscriber, SubscriptionChange

TIMEOUT = 20.0  # s; no test that passes waits so long


class ScriptedSubscriber(Subscriber):
    """Takes itself for connected, and hears nothing but what a test says."""

    def __init__(self) -> None:
        super().__init__()
        self.said: asyncio.Queue[list[UUID]] = asyncio.Queue()

    async def listen_forever(self) -> AsyncIterator[SubscriptionChange | list[UUID]]:
        yield SubscriptionChange.SUBSCRIBED
        while True:
            yield await self.said.get()


class CountingReader:
    """Reads the rows, and notes what it was asked for."""

    def __init__(self, *failures: Exception) -> None:
        self.asked: list[dict[UUID, int]] = []
        self.answered = 0
        self.failures = list(failures)

    def __call__(self, wanted: Mapping[UUID, int]) -> dict[UUID, News]:
        self.asked.append(dict(wanted))
        if self.failures:
            raise self.failures.pop(0)
        news = read_news(wanted)
        self.answered += 1
        return news


@asynccontextmanager
async def running_hub(hub: Hub) -> AsyncIterator[Hub]:
    """Close a hub at the end of the block."""
    try:
        yield hub
    finally:
        await hub.stop_tasks()


async def received_numbers(watcher: Watcher, upto: int) -> list[int]:
    """Return the numbers of what a watcher is sent until it has been sent event `upto`; TimeoutError otherwise."""
    found: list[int] = []
    async with asyncio.timeout(TIMEOUT):
        while not found or found[-1] < upto:
            piece = await watcher.next_chunk(TIMEOUT)
            found += [int(line.removeprefix(b"id: ")) for line in piece.splitlines() if line.startswith(b"id: ")]
    return found


async def run_in_thread(call: Callable[..., object], *arguments: object) -> None:
    """Do something in a thread of its own, as another process would, and keep no database connection there."""

    def do() -> None:
        try:
            call(*arguments)
        finally:
            connection.close()

    await asyncio.to_thread(do)


async def wait_until_subscribed(hub: Hub, *, hears: bool = True) -> None:
    """Wait until a hub hears, or does not."""
    async with asyncio.timeout(TIMEOUT):
        while hub.is_subscribed != hears:
            await asyncio.sleep(0.02)


NEVER_POLL = HubTiming(look_interval=10_000, poll_interval=10_000)
