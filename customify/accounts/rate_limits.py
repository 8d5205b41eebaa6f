"""Counts that all web processes share through Redis; while that is away, each process counts for itself."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from functools import cache
from typing import TypeVar

from django.conf import settings
from limits.storage import MemoryStorage, RedisStorage
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from designs.broker.client import CircuitBreaker

REDIS_TIMEOUT = 0.25  # s

CounterStorage = RedisStorage | MemoryStorage
T = TypeVar("T")
log = logging.getLogger(__name__)
circuit_breaker = CircuitBreaker(log, "limits are counted by each process for itself, for Redis does not answer: %s")


def call_with_storage(operation: Callable[[CounterStorage], T]) -> T:
    """Return what `ask` finds in the counts that are shared, or else in this process' own."""
    if not circuit_breaker.is_open:
        try:
            return operation(_shared_storage())
        except RedisError as error:
            circuit_breaker.record_failure(error)
    return operation(_local_storage())


def hash_counter_name(*parts: str) -> str:
    """Return a name for a count: whatever people type, it is short and plain."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def reset_storages() -> None:
    """Begin anew, for tests: with other settings, and with Redis back."""
    _shared_storage.cache_clear()
    _local_storage.cache_clear()
    circuit_breaker.close_circuit()


@cache
def _shared_storage() -> RedisStorage:
    # One retry, at once: a connection of the pool may have died with a Redis that is back by now.
    options = {"socket_connect_timeout": REDIS_TIMEOUT, "socket_timeout": REDIS_TIMEOUT, "retry": Retry(NoBackoff(), 1)}
    return RedisStorage(settings.REDIS_URL, key_prefix="limits", **options)  # type: ignore[arg-type]


@cache
def _local_storage() -> MemoryStorage:
    return MemoryStorage()
