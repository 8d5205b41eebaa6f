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
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis.retry import Retry

OPEN_SECONDS = 5.0  # s for which what failed to answer is not asked: nobody may wait for it a second time
WARN_EVERY = 60.0  # s
TIMEOUT = 0.25  # s

T = TypeVar("T")
log = logging.getLogger(__name__)


@cache
def redis_connection() -> Redis:
    """Return this process's connection pool, its every wait bounded."""
    return Redis.from_url(settings.REDIS_URL, **settings.REDIS_TIMEOUTS)


class CircuitBreaker:
    """When something was last found away, by this process' clock; `words` say what that means, %s being the error."""

    def __init__(self, log: logging.Logger, message: str) -> None:
        self._log, self._message = log, message
        self.close_circuit()

    def close_circuit(self) -> None:
        """Take it for present again."""
        self.open_until = self.warned_at = float("-inf")

    @property
    def is_open(self) -> bool:
        """Whether it is not to be asked yet."""
        return time.monotonic() < self.open_until

    def record_failure(self, error: Exception) -> None:
        """Note it, and say so now and then."""
        now = time.monotonic()
        self.open_until = now + OPEN_SECONDS
        if now - self.warned_at >= WARN_EVERY:
            self.warned_at = now
            self._log.warning(self._message, error)


circuit_breaker = CircuitBreaker(
    log, "watchers are not told at once and previews are drawn anew, for Redis does not answer: %s"
)


def ask_redis(command: Callable[[Redis], T]) -> T | None:
    """Return what Redis says to `question`, None where it refuses, or is away: then nobody waits for it."""
    if circuit_breaker.is_open:
        return None
    try:
        return command(_fast_connection())
    except (RedisConnectionError, RedisTimeoutError) as error:
        circuit_breaker.record_failure(error)
    except RedisError as error:  # it is full, or loading: others may have an answer
        log.warning("Redis refused a hint: %s", error)
    return None


def reset_redis() -> None:
    """Begin anew, for tests: with other settings, and with Redis back."""
    redis_connection.cache_clear()
    _fast_connection.cache_clear()
    circuit_breaker.close_circuit()


@cache
def _fast_connection() -> Redis:
    # One retry, at once: a connection of the pool may have died with a Redis that is back by now.
    retry = Retry(NoBackoff(), 1, supported_errors=(RedisConnectionError,))
    return Redis.from_url(settings.REDIS_URL, socket_connect_timeout=TIMEOUT, socket_timeout=TIMEOUT, retry=retry)
