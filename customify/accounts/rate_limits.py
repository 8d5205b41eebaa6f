"""Counters that all web processes share in Redis. While Redis is unavailable each process counts for itself."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from typing import TypeVar

from limits.storage import MemoryStorage, RedisStorage
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from designs.broker.client import CircuitBreaker, connect_redis

REDIS_TIMEOUT = 0.25  # s

CounterStorage = RedisStorage | MemoryStorage
T = TypeVar("T")
log = logging.getLogger(__name__)


class RateCounters:
    """The process' access to its counters: shared ones in Redis, its own in memory while Redis does not answer."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget connections, own counts and failures, so that the next call reads the settings anew."""
        self._shared: RedisStorage | None = None
        self._own: MemoryStorage | None = None
        self.circuit_breaker = CircuitBreaker(
            log, "Redis does not answer; each process counts requests for itself until it does: %s"
        )

    def call(self, operation: Callable[[CounterStorage], T]) -> T:
        """Return the operation's result from the shared counters, or from this process' own."""
        if not self.circuit_breaker.is_open:
            try:
                return operation(self._connect())
            except RedisError as error:
                self.circuit_breaker.record_failure(error)
        self._own = self._own or MemoryStorage()  # it starts a thread: only where it is needed
        return operation(self._own)

    def _connect(self) -> RedisStorage:
        if self._shared is None:
            # One retry, at once: a connection of the pool may have died with a Redis that is back by now.
            retry = Retry(NoBackoff(), 1)
            options = {"socket_connect_timeout": REDIS_TIMEOUT, "socket_timeout": REDIS_TIMEOUT, "retry": retry}
            pool = connect_redis(**options).connection_pool
            self._shared = RedisStorage("redis://", connection_pool=pool, key_prefix="limits")
        return self._shared


counters = RateCounters()


def hash_counter_name(*parts: str) -> str:
    """Return a short name of hexadecimal digits for a counter, whatever text people typed."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
