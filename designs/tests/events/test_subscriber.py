from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from customify.ops.embedded import start_valkey, wait_for_valkey
from customify.ops.processes import Child, free_ports
from customify.testing.loops import run_alone
from designs.broker import client
from designs.events.hub import Hub, Pace
from designs.events.subscriber import Ear
from designs.models import Design
from designs.tests.events.conftest import happen
from designs.tests.support.hubs import meanwhile, numbers, running, until_it_hears

pytestmark = pytest.mark.django_db(transaction=True)


class OwnRedis:
    """A Valkey server that only this test uses."""

    def __init__(self, root: Path) -> None:
        (self.port,) = free_ports(1)
        self.root = root
        self.start()

    def start(self) -> None:
        self.child: Child = start_valkey(self.root, self.port, persistent=False)
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


def tell_again(design: Design) -> None:
    """Let something happen, as another process would, which does not remember that Redis was away."""
    client.forget()
    happen(design)


def test_killed_and_back(own_redis: OwnRedis, design: Design) -> None:
    async def watch() -> None:
        # Only the polls while Redis is away, and hints, show that something has happened.
        async with running(Hub(Ear(pause=0.05), Pace(look_interval=10_000, poll_interval=0.05))) as hub:
            with hub.watch_design(design.pk, 1) as watcher:
                assert await numbers(watcher, 2) == [2]
                await until_it_hears(hub)
                await meanwhile(tell_again, design)
                assert await numbers(watcher, 3) == [3]
                own_redis.kill()
                await until_it_hears(hub, hears=False)
                await meanwhile(tell_again, design)
                assert await numbers(watcher, 4) == [4]
                own_redis.start()
                await until_it_hears(hub)
                await meanwhile(tell_again, design)
                assert await numbers(watcher, 5) == [5]

    run_alone(watch())


def test_a_redis_that_hangs_is_taken_for_away(own_redis: OwnRedis, design: Design) -> None:
    async def watch() -> None:
        async with running(Hub(Ear(quiet=0.2, pause=0.05), Pace(look_interval=10_000, poll_interval=0.05))) as hub:
            with hub.watch_design(design.pk, 2) as watcher:
                await until_it_hears(hub)
                own_redis.pause(paused=True)
                await until_it_hears(hub, hears=False)
                await meanwhile(tell_again, design)
                assert await numbers(watcher, 3) == [3]
                own_redis.pause(paused=False)
                await until_it_hears(hub)

    run_alone(watch())


def test_silence_is_not_taken_for_absence(own_redis: OwnRedis, design: Design) -> None:
    seen = []

    async def listen() -> None:
        async with asyncio.timeout(1):
            async for heard in Ear(quiet=0.05).listen_forever():
                seen.append(heard)  # noqa: PERF401  # what was heard until the time is over

    with pytest.raises(TimeoutError):
        run_alone(listen())
    assert [str(one) for one in seen] == ["Heard.ALL"]


def test_telling_costs_little_and_fails_nothing_while_redis_is_away(
    own_redis: OwnRedis, design: Design, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    happen(design)
    own_redis.kill()
    happen(design)
    assert client.absence.is_open

    asked: list[object] = []
    monkeypatch.setattr(client, "_impatient", lambda: asked.append(1))
    happen(design)
    monkeypatch.undo()
    assert asked == []  # it would be too soon
    assert sum("not told at once" in record.getMessage() for record in caplog.records) == 1
    own_redis.start()
    client.absence.open_until = 0
    happen(design)
    assert not client.absence.is_open
