"""Workers outlive a Redis that is away, read-only or full, and stop on SIGTERM meanwhile."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
import redis

from customify.ops.embedded import start_valkey, wait_for_valkey
from customify.ops.processes import ChildProcess, free_ports
from customify.testing.spawn import Spawner, eventually_true
from designs.broker.job import WORK_JOB
from designs.broker.queue import lane_queue
from designs.models import Design
from designs.tests.heartbeats.test_file import check
from designs.tests.support import factories

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass(slots=True)
class OwnValkey:
    """A Valkey of this test alone, which it may stop and reconfigure."""

    port: int
    server: ChildProcess

    @property
    def client(self) -> redis.Redis:
        return redis.Redis(port=self.port, decode_responses=True)

    @property
    def env(self) -> dict[str, str]:
        return {"REDIS_URL": f"redis://127.0.0.1:{self.port}/0"}

    def restart(self) -> None:
        """Start it again, empty."""
        self.server = start_valkey(self.server.log.parent, self.port, persistent=False)
        wait_for_valkey(self.server, self.port)

    def refuse_writes(self, failure: str) -> None:
        """Be `read-only`, as a replica after a failover, or `full`."""
        if failure == "read-only":
            self.client.replicaof("127.0.0.1", 1)
        else:
            self.client.config_set("maxmemory", "1")

    def take_writes(self, failure: str) -> None:
        if failure == "read-only":
            self.client.replicaof("NO", "ONE")
        else:
            self.client.config_set("maxmemory", "0")

    def has_worker(self) -> bool:
        return bool(self.client.scard("rq:workers"))

    def enqueue(self) -> None:
        queue = lane_queue("preview")
        queue.connection = redis.Redis(port=self.port)
        queue.enqueue(WORK_JOB, "preview")


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[OwnValkey]:
    (port,) = free_ports(1)
    server = start_valkey(tmp_path / "valkey", port, persistent=False)
    own = OwnValkey(port, server)
    try:
        wait_for_valkey(server, port)
        yield own
    finally:
        own.server.stop(stop_signal=signal.SIGKILL)


def is_published(design: Design) -> bool:
    design.refresh_from_db()
    return design.status == "published"


def test_a_worker_is_alive_and_stops_with_0_while_redis_is_away(
    valkey: OwnValkey, spawn: Spawner, process_env: Mapping[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "heartbeat"
    env = {**process_env, **valkey.env, "HEARTBEAT_FILE": str(file)}
    with spawn("rqworker", "--skip-checks", env=env) as worker:
        assert eventually_true(valkey.has_worker, 60)
        valkey.server.stop(stop_signal=signal.SIGKILL)
        worker.wait_for_output("could not connect to Redis")
        file.unlink()
        assert eventually_true(lambda: check(file)[0] == 0, 30)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait_for_exit(20) == 0


def test_a_worker_that_starts_while_redis_is_away_works_when_it_is_back(
    design: Design, valkey: OwnValkey, spawn: Spawner, process_env: Mapping[str, str]
) -> None:
    valkey.server.stop(stop_signal=signal.SIGKILL)
    with spawn("rqworker", "--skip-checks", env={**process_env, **valkey.env}) as worker:
        worker.wait_for_output("Redis is not available, next try")
        valkey.restart()
        assert eventually_true(valkey.has_worker, 60)
        (name,) = valkey.client.smembers("rq:workers")
        assert valkey.client.hget(name, "ip_address").startswith("127.0.0.1:")
        valkey.enqueue()
        assert eventually_true(lambda: is_published(design), 30)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait_for_exit(20) == 0


def test_a_worker_that_starts_while_redis_is_away_stops_with_0(
    valkey: OwnValkey, spawn: Spawner, process_env: Mapping[str, str]
) -> None:
    valkey.server.stop(stop_signal=signal.SIGKILL)
    with spawn("rqworker", "--skip-checks", env={**process_env, **valkey.env}) as worker:
        worker.wait_for_output("Redis is not available, next try")
        worker.send_signal(signal.SIGTERM)
        assert worker.wait_for_exit(20) == 0


def test_a_worker_starts_while_redis_takes_no_writes(
    valkey: OwnValkey, spawn: Spawner, process_env: Mapping[str, str]
) -> None:
    valkey.refuse_writes("read-only")
    with spawn("rqworker", "--skip-checks", env={**process_env, **valkey.env}) as worker:
        worker.wait_for_output("Redis is not available, next try")
        valkey.take_writes("read-only")
        assert eventually_true(valkey.has_worker, 30)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait_for_exit(20) == 0


@pytest.mark.parametrize("failure", ["read-only", "full"])
def test_a_worker_outlives_a_redis_that_takes_no_writes(
    design: Design, valkey: OwnValkey, spawn: Spawner, process_env: Mapping[str, str], failure: str
) -> None:
    with spawn("rqworker", "--skip-checks", env={**process_env, **valkey.env}) as worker:
        assert eventually_true(valkey.has_worker, 60)
        valkey.enqueue()
        assert eventually_true(lambda: is_published(design), 30)
        factories.edit_design(design, "newer")
        valkey.enqueue()
        valkey.refuse_writes(failure)
        worker.wait_for_output("Redis failed; working on")
        valkey.take_writes(failure)
        assert eventually_true(valkey.has_worker, 30)
        valkey.enqueue()
        assert eventually_true(lambda: is_published(design), 30)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait_for_exit(20) == 0
    assert factories.get_render(design).lost == 0
