"""Subscribes to design-event notifications in Redis, and notices when the subscription is lost."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from enum import Enum
from typing import Any
from uuid import UUID

from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from designs.broker.client import CircuitBreaker, connect_redis_async
from designs.broker.notify import CHANNEL

QUIET_SECONDS = 5.0  # s without a message after which Redis is pinged, and again as the limit for its answer
RETRY_PAUSE = 0.5  # s between two tries to connect

log = logging.getLogger(__name__)


class SubscriptionChange(Enum):
    """Changes of the subscription itself."""

    SUBSCRIBED = "every notification from now on is received"
    LOST = "Redis is away"


class Subscriber:
    """One subscription. Notifications are hints only: the listener must poll the rows as well."""

    def __init__(self, quiet: float = QUIET_SECONDS, pause: float = RETRY_PAUSE) -> None:
        self._quiet, self._pause = quiet, pause
        self._circuit_breaker = CircuitBreaker(
            log, "live progress looks at the rows by itself, because Redis does not answer: %s"
        )

    async def listen_forever(self) -> AsyncIterator[SubscriptionChange | list[UUID]]:
        """Yield the designs named by each message, and each change of the subscription; never ends."""
        while True:
            try:
                async for message in self._read_messages():
                    yield message
            except (RedisError, OSError, TimeoutError) as error:
                self._circuit_breaker.record_failure(error)
                yield SubscriptionChange.LOST
            await asyncio.sleep(self._pause)

    async def _read_messages(self) -> AsyncIterator[SubscriptionChange | list[UUID]]:
        # Without retries: a silent reconnect would hide that notifications were missed.
        connecting = connect_redis_async(socket_connect_timeout=1.0, socket_timeout=2.0, retry=Retry(NoBackoff(), 0))
        async with connecting as client, client.pubsub() as subscription:
            await subscription.subscribe(CHANNEL)
            pinged = False
            while True:
                message: dict[str, Any] | None = await subscription.get_message(timeout=self._quiet)
                if message is None and pinged:
                    raise TimeoutError(f"no answer within {self._quiet:g} s")
                pinged = message is None
                if message is None:
                    await subscription.ping()
                elif message["type"] == "subscribe":
                    yield SubscriptionChange.SUBSCRIBED
                elif message["type"] == "message":
                    yield parse_design_ids(message["data"])


def parse_design_ids(message: bytes) -> list[UUID]:
    """Return the designs that a message names. Other words are ignored: others may write to this Redis too."""
    ids = []
    for word in message.split()[:10_000]:
        try:
            ids.append(UUID(word.decode()))
        except ValueError:
            continue
    return ids
