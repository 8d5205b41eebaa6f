"""Redis, which only ever holds hints: whoever loses it is slower for a while, and loses nothing."""

from __future__ import annotations

import logging
import time
from functools import cache

from django.conf import settings
from redis import Redis

SKIP = 5.0  # s for which what failed to answer is not asked: nobody may wait for it a second time
COMPLAIN_EVERY = 60.0  # s


@cache
def redis_connection() -> Redis:
    """Return this process's connection pool, its every wait bounded."""
    return Redis.from_url(settings.REDIS_URL, **settings.REDIS_TIMEOUTS)


class Absence:
    """When something was last found away, by this process' clock; `words` say what that means, %s being the error."""

    def __init__(self, log: logging.Logger, words: str) -> None:
        self._log, self._words = log, words
        self.forget()

    def forget(self) -> None:
        """Take it for present again."""
        self.until = self.complained = float("-inf")

    @property
    def lasts(self) -> bool:
        """Whether it is not to be asked yet."""
        return time.monotonic() < self.until

    def begin(self, error: Exception) -> None:
        """Note it, and say so now and then."""
        now = time.monotonic()
        self.until = now + SKIP
        if now - self.complained >= COMPLAIN_EVERY:
            self.complained = now
            self._log.warning(self._words, error)
