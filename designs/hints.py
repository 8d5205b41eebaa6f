"""Redis, which only ever holds hints: whoever loses it is slower for a while, and loses nothing."""

from __future__ import annotations

from functools import cache

from django.conf import settings
from redis import Redis


@cache
def redis_connection() -> Redis:
    """Return this process's connection pool, its every wait bounded."""
    return Redis.from_url(settings.REDIS_URL, **settings.REDIS_TIMEOUTS)
