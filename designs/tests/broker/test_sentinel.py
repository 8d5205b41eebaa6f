"""Every connection follows Sentinels to their master."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import pytest
from django_rq import get_queue
from limits import RateLimitItemPerSecond
from pytest_django import Settings
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis.retry import Retry
from rq.exceptions import StopRequested

from customify.testing.event_loops import run_coroutine
from customify.testing.spawn import Spawner, eventually_true
from designs.broker import client
from designs.broker.counters import RateCounters
from designs.broker.queue import wake_lane
from designs.broker.redis_url import parse_sentinel_url
from designs.models import Design
from designs.tests.support.sentinels import PASSWORD, SentinelSite, server


@pytest.fixture
def reset_client(settings: Settings) -> Iterator[None]:
    yield
    client.reset_for_tests()


def use_site(site: SentinelSite, settings: Settings) -> None:
    settings.REDIS_URL = site.url
    address = parse_sentinel_url(site.url)
    assert address is not None
    settings.RQ_QUEUES = {"preview": address.rq_queue}
    client.reset_for_tests()


def test_commands_reach_the_master_that_the_sentinels_name(
    tmp_path: Path, settings: Settings, reset_client: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def write() -> None:
        async with client.connect_redis_async(socket_timeout=2.0) as redis:
            await redis.set("asynchronous", 1)

    with SentinelSite(tmp_path) as site:
        use_site(site, settings)
        client.redis_connection().set("synchronous", 1)
        client.ask_redis(lambda redis: redis.set("fast", 1))
        run_coroutine(write())
        monkeypatch.setattr("django_rq.settings.QUEUES", settings.RQ_QUEUES)
        get_queue("preview").connection.set("queue", 1)
        RateCounters().call(lambda storage: storage.incr(RateLimitItemPerSecond(1).key_for("limit"), 60))
        master = server(site.ports[0], PASSWORD)
        master.select(3)
        keys = sorted(master.scan_iter())
        assert [key for key in keys if not key.startswith("limits")] == ["asynchronous", "fast", "queue", "synchronous"]
        assert any(key.startswith("limits") for key in keys)


def queue_connection() -> Redis:
    return get_queue("preview").connection


@pytest.mark.parametrize("connect", [client.connect_redis, queue_connection])
def test_a_command_does_not_read_the_answer_to_one_before_that_was_interrupted(
    connect: Callable[[], Redis],
    tmp_path: Path,
    settings: Settings,
    reset_client: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As SIGTERM interrupts an idle worker, which waits for a job then, and signs off."""
    with SentinelSite(tmp_path) as site:
        use_site(site, settings)
        monkeypatch.setattr("django_rq.settings.QUEUES", settings.RQ_QUEUES)
        redis = connect()
        assert redis.incr("count") == 1  # connected, so that the next command is what is interrupted
        with pytest.raises(StopRequested), interruption(0.2):
            redis.blpop(["nothing"], 20)
        assert redis.incr("count") == 2


def test_a_command_does_not_read_the_answer_to_one_before_that_was_late(
    tmp_path: Path, settings: Settings, reset_client: None
) -> None:
    with SentinelSite(tmp_path) as site:
        use_site(site, settings)
        redis = client.connect_redis(socket_timeout=0.25, retry=Retry(NoBackoff(), 0, supported_errors=()))
        with pytest.raises(RedisTimeoutError):
            redis.blpop(["nothing"], 20)
        redis.connection_pool.connection_kwargs["socket_timeout"] = 20.0
        assert redis.incr("count") == 1


@contextmanager
def interruption(seconds: float) -> Iterator[None]:
    """Raise StopRequested in the block after so many seconds, from a signal handler."""

    def interrupt(_: int, __: FrameType | None) -> None:
        raise StopRequested

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds)
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.chaos
@pytest.mark.django_db(transaction=True)
def test_a_worker_follows_a_failover(
    tmp_path: Path,
    settings: Settings,
    reset_client: None,
    spawn: Spawner,
    process_env: Mapping[str, str],
    design: Design,
) -> None:
    with SentinelSite(tmp_path, has_replica=True) as site:
        use_site(site, settings)
        with spawn("rqworker", "--skip-checks", env={**process_env, "REDIS_URL": site.url}) as worker:
            assert eventually_true(has_worker, 60)
            site.kill_master()
            assert eventually_true(has_worker, 60)  # on the replica, which is the master now

            def is_published() -> bool:
                wake_lane("preview")
                design.refresh_from_db()
                return design.status == "published"

            assert eventually_true(is_published, 60)
            worker.send_signal(signal.SIGTERM)
            assert worker.wait_for_exit(20) == 0


def has_worker() -> bool:
    try:
        redis = client.redis_connection()
        return bool(redis.set("writable", 1) and redis.scard("rq:workers"))
    except RedisError:
        return False
