"""Counters that all web processes share in Redis. While Redis is unavailable each process counts for itself."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from math import floor
from typing import TypeVar

from limits import RateLimitItemPerSecond
from limits.storage import MemoryStorage, RedisStorage
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from designs.broker.client import CircuitBreaker, connect_redis

REDIS_TIMEOUT = 0.25  # s
WINDOW_SECONDS = 60  # s
_ANY_AMOUNT = 2**53  # what Lua counts exactly

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


@dataclass(frozen=True, slots=True)
class RateWindow:
    """A caller's sliding window: the count of the current minute, and of the previous one with decreasing weight."""

    limit: int
    previous_count: int
    previous_ends_in: float  # s until the previous count has no weight
    current_count: int
    ends_in: float  # s

    @property
    def remaining(self) -> int:
        """Return how much more is allowed now."""
        return max(
            0, self.limit - self.current_count - floor(self.previous_count * self.previous_ends_in / WINDOW_SECONDS)
        )

    @property
    def seconds_to_wait(self) -> float:
        """Return the seconds until one more is allowed; call it only when the limit is reached."""
        if self.current_count < self.limit:
            return self.previous_ends_in - (self.limit - self.current_count - 1) * WINDOW_SECONDS / max(
                self.previous_count, 1
            )
        # The current count has full weight until its window ends, and loses it evenly in the one after that.
        return self.ends_in + WINDOW_SECONDS * (self.current_count - self.limit + 1) / max(self.current_count, 1)


def read_window(storage: CounterStorage, limit: int, *name: str) -> RateWindow:
    """Return the counts of a name, under a limit for a minute."""
    key = _to_item(limit).key_for(*name)
    before, before_ends, now, now_ends = storage.get_sliding_window(key, WINDOW_SECONDS)
    # The storage keeps a window twice as long, for its decreasing weight; the window itself ends that much earlier.
    return RateWindow(limit, before, before_ends, now, max(0.0, now_ends - WINDOW_SECONDS))


def add_count(storage: CounterStorage, limit: int, amount: int, *name: str) -> None:
    """Count what has happened, even beyond the limit."""
    key = _to_item(limit).key_for(*name)
    storage.acquire_sliding_window_entry(key, _ANY_AMOUNT, WINDOW_SECONDS, amount)


def _to_item(limit: int) -> RateLimitItemPerSecond:
    return RateLimitItemPerSecond(limit, WINDOW_SECONDS)


def hash_counter_name(*parts: str) -> str:
    """Return a short name of hexadecimal digits for a counter, whatever text people typed."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
