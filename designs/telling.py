"""Tells those who watch designs that something happened to them. Only a hint: the events' rows are the truth."""

from __future__ import annotations

import logging
from collections.abc import Collection
from functools import cache, partial
from uuid import UUID

from django.conf import settings
from django.db import transaction
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.retry import Retry

from designs import hints

CHANNEL = "customify:designs"
TIMEOUT = 0.25  # s

log = logging.getLogger(__name__)
absence = hints.Absence(log, "those who watch designs are not told at once, for Redis does not answer: %s")


def tell_on_commit(design_ids: Collection[UUID]) -> None:
    """Name designs with new events to whoever watches, by one message once the transaction in hand has committed."""
    if design_ids:
        # Robust: what is committed stands, whatever becomes of a hint.
        transaction.on_commit(partial(tell, design_ids), robust=True)


def tell(design_ids: Collection[UUID]) -> None:
    """Name designs with new events now. Never raises for Redis: watchers look at the rows by themselves, if later."""
    if absence.lasts:
        return
    try:
        _redis().publish(CHANNEL, " ".join(one.hex for one in design_ids))
    except RedisError as error:
        absence.begin(error)


def forget() -> None:
    """Begin anew, for tests: with other settings, and with Redis back."""
    _redis.cache_clear()
    absence.forget()


@cache
def _redis() -> Redis:
    # One retry, at once: a connection of the pool may have died with a Redis that is back by now.
    retry = Retry(NoBackoff(), 1, supported_errors=(RedisConnectionError,))
    return Redis.from_url(settings.REDIS_URL, socket_connect_timeout=TIMEOUT, socket_timeout=TIMEOUT, retry=retry)
