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

from designs.broker.client import Absence

TIMEOUT = 0.25  # s

Storage = RedisStorage | MemoryStorage
T = TypeVar("T")
log = logging.getLogger(__name__)
absence = Absence(log, "limits are counted by each process for itself, for Redis does not answer: %s")


def counted(operation: Callable[[Storage], T]) -> T:
    """Return what `ask` finds in the counts that are shared, or else in this process' own."""
    if not absence.is_open:
        try:
            return operation(_shared())
        except RedisError as error:
            absence.record_failure(error)
    return operation(_own())


def name_of(*parts: str) -> str:
    """Return a name for a count: whatever people type, it is short and plain."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def forget_storages() -> None:
    """Begin anew, for tests: with other settings, and with Redis back."""
    _shared.cache_clear()
    _own.cache_clear()
    absence.close_circuit()


@cache
def _shared() -> RedisStorage:
    # One retry, at once: a connection of the pool may have died with a Redis that is back by now.
    options = {"socket_connect_timeout": TIMEOUT, "socket_timeout": TIMEOUT, "retry": Retry(NoBackoff(), 1)}
    return RedisStorage(settings.REDIS_URL, key_prefix="limits", **options)  # type: ignore[arg-type]


@cache
def _own() -> MemoryStorage:
    return MemoryStorage()
