from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from customify.ops.embedded import start_valkey, wait_for_valkey
from customify.ops.processes import ChildProcess, free_ports
from customify.testing.event_loops import run_coroutine
from designs.broker import client
from designs.events.hub import Hub, HubTiming
from designs.events.subscriber import Subscriber
from designs.models import Design
from designs.tests.support.events import add_events
from designs.tests.support.hubs import received_numbers, run_in_thread, running_hub, wait_until_subscribed

pytestmark = pytest.mark.django_db(transaction=True)


class OwnRedis:
    """A Valkey server of this test only."""

    def __init__(self, root: Path) -> None:
        (self.port,) = free_ports(1)
        self.root = root
        self.start()

    def start(self) -> None:
        self.child: ChildProcess = start_valkey(self.root, self.port, persistent=False)
        wait_for_valkey(self.child, self.port)

    def kill(self) -> None:
        self.child.stop(stop_signal=signal.SIGKILL)

    def pause(self, *, paused: bool) -> None:
        self.child.popen.send_signal(signal.SIGSTOP if paused else signal.SIGCONT)


@pytest.fixture
def own_redis(tmp_path: Path, settings: Settings) -> Iterator[OwnRedis]:
    server = OwnRedis(tmp_path / "valkey")
    settings.REDIS_URL = f"redis://127.0.0.1:{server.port}/0"
    yield server
    server.kill()


def add_event_elsewhere(design: Design) -> None:
    """Add an event as another process would, whose circuit breaker is closed."""
    client.reset_for_tests()
    add_events(design)


def test_the_hub_polls_while_redis_is_down_and_subscribes_again(own_redis: OwnRedis, design: Design) -> None:
    async def watch() -> None:
        # Only polling without Redis and notifications can find new events here.
        async with running_hub(Hub(Subscriber(pause=0.05), HubTiming(look_interval=10_000, poll_interval=0.05))) as hub:
            with hub.watch_design(design.pk, 1) as watcher:
                assert await received_numbers(watcher, 2) == [2]
                await wait_until_subscribed(hub)
                await run_in_thread(add_event_elsewhere, design)
                assert await received_numbers(watcher, 3) == [3]
                own_redis.kill()
                await wait_until_subscribed(hub, subscribed=False)
                await run_in_thread(add_event_elsewhere, design)
                assert await received_numbers(watcher, 4) == [4]
                own_redis.start()
                await wait_until_subscribed(hub)
                await run_in_thread(add_event_elsewhere, design)
                assert await received_numbers(watcher, 5) == [5]

    run_coroutine(watch())


def test_a_hanging_redis_counts_as_unavailable(own_redis: OwnRedis, design: Design) -> None:
    async def watch() -> None:
        async with running_hub(
            Hub(Subscriber(quiet=0.2, pause=0.05), HubTiming(look_interval=10_000, poll_interval=0.05))
        ) as hub:
            with hub.watch_design(design.pk, 2) as watcher:
                await wait_until_subscribed(hub)
                own_redis.pause(paused=True)
                await wait_until_subscribed(hub, subscribed=False)
                await run_in_thread(add_event_elsewhere, design)
                assert await received_numbers(watcher, 3) == [3]
                own_redis.pause(paused=False)
                await wait_until_subscribed(hub)

    run_coroutine(watch())


def test_a_silent_redis_counts_as_available(own_redis: OwnRedis, design: Design) -> None:
    seen = []

    async def listen() -> None:
        async with asyncio.timeout(1):
            async for heard in Subscriber(quiet=0.05).listen_forever():
                seen.append(heard)  # noqa: PERF401  # what was heard until the time is over

    with pytest.raises(TimeoutError):
        run_coroutine(listen())
    assert [str(one) for one in seen] == ["SubscriptionChange.SUBSCRIBED"]


def test_notifying_is_cheap_while_redis_is_down(
    own_redis: OwnRedis, design: Design, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    add_events(design)
    own_redis.kill()
    add_events(design)
    assert client.circuit_breaker.is_open

    connections: list[object] = []
    monkeypatch.setattr(client, "_fast_connection", lambda: connections.append(1))
    add_events(design)
    monkeypatch.undo()
    assert connections == []  # too soon to try again
    assert sum("watchers are notified late" in record.getMessage() for record in caplog.records) == 1
    own_redis.start()
    client.circuit_breaker.open_until = 0
    add_events(design)
    assert not client.circuit_breaker.is_open
