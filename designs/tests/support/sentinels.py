"""A master, a replica and two Sentinels, all with passwords."""

from __future__ import annotations

import signal
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import redis

from customify.ops.embedded import HOST, find_program, start_valkey, wait_for_valkey
from customify.ops.processes import ChildProcess, free_ports, start_process
from customify.testing.spawn import eventually_true

MASTER, PASSWORD, SENTINEL_PASSWORD = "shop-master", "p@ss/1", "s3ntinel"


@dataclass(slots=True)
class SentinelSite:
    """The servers; `stop` ends them."""

    root: Path
    has_replica: bool = False
    stack: ExitStack = field(default_factory=ExitStack)
    ports: list[int] = field(default_factory=lambda: free_ports(4))
    servers: dict[int, ChildProcess] = field(default_factory=dict)

    def __enter__(self) -> SentinelSite:
        try:
            self._start()
        except BaseException:
            self.stack.close()
            raise
        return self

    def _start(self) -> None:
        master, replica, *_ = self.ports
        self.servers[master] = self._start_server(master)
        if self.has_replica:
            self.servers[replica] = self._start_server(replica)
            server(replica, PASSWORD).replicaof(HOST, master)
        for port in self.ports[2:]:
            self._start_sentinel(port)
        assert eventually_true(self._knows_all_servers)

    def __exit__(self, *error: object) -> None:
        self.stack.close()

    @property
    def url(self) -> str:
        """The URL for REDIS_URL; the first Sentinel that it names does not exist."""
        (nobody,) = free_ports(1)
        hosts = ",".join(f"{HOST}:{port}" for port in (nobody, *self.ports[2:]))
        return f"redis+sentinel://:p%40ss%2F1@{hosts}/{MASTER}/3?sentinel_password={SENTINEL_PASSWORD}"

    def kill_master(self) -> None:
        self.servers[self.ports[0]].stop(stop_signal=signal.SIGKILL)

    def _knows_all_servers(self) -> bool:
        states: list[Any] = [server(port, SENTINEL_PASSWORD).sentinel_master(MASTER) for port in self.ports[2:]]
        return all(state["num-slaves"] == self.has_replica for state in states)

    def _start_server(self, port: int) -> ChildProcess:
        child = start_valkey(self.root / str(port), port, persistent=False)
        self.stack.callback(child.stop, stop_signal=signal.SIGKILL)
        wait_for_valkey(child, port)
        client = server(port)
        for name in ("masterauth", "requirepass"):
            client.config_set(name, PASSWORD)
        client.connection_pool.disconnect()
        return child

    def _start_sentinel(self, port: int) -> None:
        folder = self.root / f"sentinel-{port}"
        folder.mkdir()
        config = folder / "sentinel.conf"
        config.write_text(
            f"port {port}\nbind {HOST}\ndir {folder}\nrequirepass {SENTINEL_PASSWORD}\n"
            f"sentinel monitor {MASTER} {HOST} {self.ports[0]} 1\nsentinel auth-pass {MASTER} {PASSWORD}\n"
            f"sentinel down-after-milliseconds {MASTER} 500\nsentinel failover-timeout {MASTER} 3000\n"
            f"sentinel sentinel-pass {SENTINEL_PASSWORD}\n"
        )
        command: list[str | Path] = [find_program(), config, "--sentinel"]
        child = start_process("Sentinel", command, log=folder / "log", cwd=folder)
        self.stack.callback(child.stop, stop_signal=signal.SIGKILL)
        assert eventually_true(lambda: _answers(port))


def server(port: int, password: str | None = None) -> redis.Redis:
    return redis.Redis(port=port, password=password, decode_responses=True)


def _answers(port: int) -> bool:
    try:
        return bool(server(port, SENTINEL_PASSWORD).ping())
    except redis.ConnectionError:
        return False
