"""Hears by Redis which designs have news, and notices when it can no longer hear."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from enum import Enum
from typing import Any
from uuid import UUID

from django.conf import settings
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from designs.broker.client import CircuitBreaker
from designs.broker.notify import CHANNEL

QUIET_SECONDS = 5.0  # s of silence after which Redis is asked whether it is there, and as long again for its answer
RETRY_PAUSE = 0.5  # s between two tries to reach it

log = logging.getLogger(__name__)


class SubscriptionChange(Enum):
    """What is heard beside names of designs."""

    SUBSCRIBED = "from now on every hint is heard"
    LOST = "Redis is away"


class Subscriber:
    """One subscription. It is a hint and no more: who listens looks at the rows by themselves as well."""

    def __init__(self, quiet: float = QUIET_SECONDS, pause: float = RETRY_PAUSE) -> None:
        self._quiet, self._pause = quiet, pause
        self._circuit_breaker = CircuitBreaker(
            log, "live progress looks at the rows by itself, for Redis does not answer: %s"
        )

    async def listen_forever(self) -> AsyncIterator[SubscriptionChange | list[UUID]]:
        """Yield the designs named by each message, and where hearing begins and ends; for ever."""
        while True:
            try:
                async for heard in self._read_messages():
                    yield heard
            except (RedisError, OSError, TimeoutError) as error:
                self._circuit_breaker.record_failure(error)
                yield SubscriptionChange.LOST
            await asyncio.sleep(self._pause)

    async def _read_messages(self) -> AsyncIterator[SubscriptionChange | list[UUID]]:
        # Without retries: a connection made anew in silence would hide that hints were missed.
        client = Redis.from_url(
            settings.REDIS_URL, socket_connect_timeout=1.0, socket_timeout=2.0, retry=Retry(NoBackoff(), 0)
        )
        async with client, client.pubsub() as subscription:
            await subscription.subscribe(CHANNEL)
            asked = False
            while True:
                message: dict[str, Any] | None = await subscription.get_message(timeout=self._quiet)
                if message is None and asked:
                    raise TimeoutError(f"no answer within {self._quiet:g} s")
                asked = message is None
                if message is None:
                    await subscription.ping()
                elif message["type"] == "subscribe":
                    yield SubscriptionChange.SUBSCRIBED
                elif message["type"] == "message":
                    yield parse_design_ids(message["data"])


def parse_design_ids(message: bytes) -> list[UUID]:
    """Return the designs that a message names; what is no id is left out, for anyone may write to Redis."""
    found = []
    for word in message.split()[:10_000]:
        try:
            found.append(UUID(word.decode()))
        except ValueError:
            continue
    return found
