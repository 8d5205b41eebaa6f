"""The loops of a running reconciler: none waits for another, and none ends before it is told to."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import redis
from django.db import connection
from pytest_django import Settings

from customify.testing.spawn import eventually_true
from designs import lifecycle, services
from designs.broker import queue
from designs.models import Design, Garbage, Lane
from designs.reconciler import loops
from designs.reconciler.tick import TickReport
from designs.tests.support import factories
from rendering import storage
from rendering.storage import DeletionResult

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def quick(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.RENDER_RECONCILE_INTERVAL = 0.02
    monkeypatch.setattr(loops, "STOP_SECONDS", 0.1)


@contextmanager
def running_loops() -> Iterator[list[TickReport]]:
    """Run the loops in a thread; yield the reports of passes that did something."""
    stop, reports = threading.Event(), list[TickReport]()
    thread = threading.Thread(target=loops.run_loops, args=(stop, reports.append))
    thread.start()
    try:
        yield reports
    finally:
        stop.set()
        thread.join(30)
        assert not thread.is_alive()


@contextmanager
def hanging(monkeypatch: pytest.MonkeyPatch, holder: object, name: str) -> Iterator[threading.Event]:
    """Let a function hang until the end of the block; yield the event that it is called."""
    called, released, left = threading.Event(), threading.Event(), threading.Event()

    def hang(*_: object, **__: object) -> DeletionResult:
        called.set()
        released.wait(60)
        left.set()
        return DeletionResult()

    with monkeypatch.context() as patch:
        patch.setattr(holder, name, hang)
        try:
            yield called
        finally:
            released.set()
            assert left.wait(30)
            names = {loop.name for loop in loops.OTHERS}
            assert eventually_true(lambda: names.isdisjoint(thread.name for thread in threading.enumerate()))


def is_woken(client: redis.Redis) -> Callable[[], bool]:
    return lambda: client.llen("rq:queue:preview") > 0


def add_due_garbage(design: Design) -> None:
    Garbage.objects.create(
        design_id=design.pk, number=9, attempt=1, lane=Lane.PREVIEW, names=["a.png"], due_at=factories.database_time()
    )


def test_a_storage_that_hangs_does_not_delay_a_lost_wake(
    design: Design, empty_redis: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_due_garbage(design)
    with hanging(monkeypatch, storage, "delete_many_files") as called, running_loops():
        assert called.wait(30)
        empty_redis.flushdb()
        assert eventually_true(is_woken(empty_redis))


def test_rows_that_are_locked_do_not_delay_a_lost_wake_or_a_collection(
    design: Design, empty_redis: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    with hanging(monkeypatch, lifecycle, "purge_deleted") as called, running_loops():
        assert called.wait(30)
        empty_redis.flushdb()
        add_due_garbage(design)
        assert eventually_true(is_woken(empty_redis))
        assert eventually_true(lambda: not Garbage.objects.exists())


def test_a_loop_outlives_an_unexpected_error(
    design: Design, empty_redis: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = threading.Semaphore(0)

    def fail(*_: object) -> int:
        failures.release()
        raise LookupError("nobody foresaw this")

    with monkeypatch.context() as patch, running_loops() as reports:
        patch.setattr(queue, "wake_lane", fail)
        for _ in range(2):
            assert failures.acquire(timeout=30)
    assert TickReport(failed=1) in reports
    with running_loops():
        assert eventually_true(is_woken(empty_redis))


def test_every_step_runs_in_a_loop(design: Design, empty_redis: redis.Redis) -> None:
    factories.publish_newest_render(design)
    services.delete_design(design.pk, design.owner_id)
    Design.objects.update(deleted_at=factories.seconds_ago(3600))
    with running_loops() as reports:
        assert eventually_true(lambda: not Design.objects.exists() and not lifecycle.due_garbage().exists())
    assert (sum(report.purged for report in reports), sum(report.swept for report in reports)) == (1, 1)


def test_the_loops_leave_no_database_connection_behind(design: Design, empty_redis: redis.Redis) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite does not list its connections")
    others = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"

    def connections() -> set[tuple[int]]:
        with connection.cursor() as cursor:
            cursor.execute(others)
            return set(cursor.fetchall())

    before = connections()  # of servers that several tests share
    with running_loops():
        assert eventually_true(is_woken(empty_redis))
        assert connections() > before
    assert eventually_true(lambda: connections() <= before)
