"""Redis, which only ever holds hints: whoever loses it is slower for a while, and loses nothing."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import cache
from typing import TypeVar

from django.conf import settings
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

SKIP = 5.0  # s for which Redis is not asked after it failed to answer: nobody may wait for it a second time
COMPLAIN_EVERY = 60.0  # s
TIMEOUT = 0.25  # s

T = TypeVar("T")
log = logging.getLogger(__name__)


@cache
def redis_connection() -> Redis:
    """Return this process's connection pool, its every wait bounded."""
    return Redis.from_url(settings.REDIS_URL, **settings.REDIS_TIMEOUTS)


class _Absence:
    """When Redis was last found away, by this process' clock."""

    until = complained = float("-inf")

    def begin(self, error: RedisError) -> None:
        """Note it, and say so now and then."""
        now = time.monotonic()
        self.until = now + SKIP
        if now - self.complained >= COMPLAIN_EVERY:
            self.complained = now
            log.warning("Redis does not answer, and is not asked for %s s: %s", SKIP, error)


absence = _Absence()


def ask(question: Callable[[Redis], T]) -> T | None:
    """Return what Redis says to `question`, None while it is away: then no request waits for it."""
    if time.monotonic() < absence.until:
        return None
    try:
        return question(_impatient())
    except RedisError as error:
        absence.begin(error)
        return None


def forget() -> None:
    """Begin anew, for tests: with other settings, and with Redis back."""
    redis_connection.cache_clear()
    _impatient.cache_clear()
    absence.until = absence.complained = float("-inf")


@cache
def _impatient() -> Redis:
    # One retry, at once: a connection of the pool may have died with a Redis that is back by now.
    retry = Retry(NoBackoff(), 1)
    return Redis.from_url(settings.REDIS_URL, socket_connect_timeout=TIMEOUT, socket_timeout=TIMEOUT, retry=retry)
