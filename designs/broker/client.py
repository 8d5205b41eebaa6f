"""Connections to Redis. It only ever holds hints: without it the site is slower for a while, and loses nothing."""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import cache
from typing import Any, TypeVar

from django.conf import settings
from redis import Redis
from redis.asyncio import Redis as AsyncRedis
from redis.asyncio.retry import Retry as AsyncRetry
from redis.asyncio.sentinel import Sentinel as AsyncSentinel
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis.retry import Retry
from redis.sentinel import Sentinel

from designs.broker.redis_url import parse_sentinel_url

OPEN_SECONDS = 5.0  # s for which a service that did not answer is not asked, so that nobody waits for it again
WARN_EVERY = 60.0  # s between two warnings of one circuit breaker
TIMEOUT = 0.25  # s for connecting and for an answer, where a caller waits

T = TypeVar("T")
log = logging.getLogger(__name__)


def connect_redis(**options: Any) -> Redis:
    """Return a client of the server, or of the Sentinels' master, that REDIS_URL names; it connects when it is used."""
    if address := parse_sentinel_url(settings.REDIS_URL):
        own = {**_time_limits(options), "retry": Retry(NoBackoff(), 0), **address.sentinel_options}
        merged = {**options, **address.synchronous_options}
        sentinel = Sentinel(address.hosts, sentinel_kwargs=own, **merged)  # type: ignore[no-untyped-call]
        master: Redis = sentinel.master_for(address.master)  # type: ignore[no-untyped-call]
        return master
    return Redis.from_url(settings.REDIS_URL, **options)


@asynccontextmanager
async def connect_redis_async(**options: Any) -> AsyncIterator[AsyncRedis]:
    """Give an asynchronous client, as `connect_redis` does, and close its connections at the end."""
    async with AsyncExitStack() as stack:
        if address := parse_sentinel_url(settings.REDIS_URL):
            own = {**_time_limits(options), "retry": AsyncRetry(NoBackoff(), 0), **address.sentinel_options}
            merged = {**options, **address.options}
            sentinel = AsyncSentinel(address.hosts, sentinel_kwargs=own, **merged)  # type: ignore[no-untyped-call]
            for one in sentinel.sentinels:
                stack.push_async_callback(one.aclose)
            client = sentinel.master_for(address.master)
        else:
            client = AsyncRedis.from_url(settings.REDIS_URL, **options)
        yield await stack.enter_async_context(client)


def _time_limits(options: dict[str, Any]) -> dict[str, Any]:
    """Return the limits for each Sentinel; it is not tried again, because another one is asked then."""
    return {name: value for name, value in options.items() if name.startswith("socket_")}


@cache
def redis_connection() -> Redis:
    """Return this process's connection pool; every wait in it is bounded."""
    return connect_redis(**settings.REDIS_TIMEOUTS)


class CircuitBreaker:
    """Remembers, for this process, that a service failed; `message` is the warning, with %s for the error."""

    def __init__(self, log: logging.Logger, message: str) -> None:
        self._log, self._message = log, message
        self.close_circuit()

    def close_circuit(self) -> None:
        """Assume that the service is back."""
        self.open_until = self.warned_at = float("-inf")

    @property
    def is_open(self) -> bool:
        """Whether the service should not be asked yet."""
        return time.monotonic() < self.open_until

    def record_failure(self, error: Exception) -> None:
        """Open the circuit for OPEN_SECONDS; warn, at most once in WARN_EVERY seconds."""
        now = time.monotonic()
        self.open_until = now + OPEN_SECONDS
        if now - self.warned_at >= WARN_EVERY:
            self.warned_at = now
            self._log.warning(self._message, error)


circuit_breaker = CircuitBreaker(
    log, "Redis does not answer, so watchers are notified late and previews are drawn without the cache: %s"
)


def ask_redis(command: Callable[[Redis], T]) -> T | None:
    """Run a command; return None where Redis refuses it or is away. While it is away, nobody waits for it."""
    if circuit_breaker.is_open:
        return None
    try:
        return command(_fast_connection())
    except (RedisConnectionError, RedisTimeoutError) as error:
        circuit_breaker.record_failure(error)
    except RedisError as error:  # it is full, or loading: other commands may succeed
        log.warning("Redis refused a command: %s", error)
    return None


def reset_for_tests() -> None:
    """Forget connections and failures: a test has changed the settings, or Redis is back."""
    redis_connection.cache_clear()
    _fast_connection.cache_clear()
    circuit_breaker.close_circuit()


@cache
def _fast_connection() -> Redis:
    # One retry, at once: a pooled connection may be dead although Redis is back.
    retry = Retry(NoBackoff(), 1, supported_errors=(RedisConnectionError,))
    return connect_redis(socket_connect_timeout=TIMEOUT, socket_timeout=TIMEOUT, retry=retry)
