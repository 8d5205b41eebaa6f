"""The rate limit of the API: requests a minute for each caller."""

from __future__ import annotations

from math import ceil
from typing import Any

from django.conf import settings
from limits import RateLimitItemPerSecond
from limits.strategies import SlidingWindowCounterRateLimiter
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from customify.accounts.addresses import get_client_address
from customify.accounts.models import ApiKey
from customify.accounts.sessions import DesignerSession
from designs.broker.counters import (
    WINDOW_SECONDS,
    CounterStorage,
    RateWindow,
    counters,
    hash_counter_name,
    read_window,
)


def identify_caller(request: Request) -> tuple[str, str]:
    """Return kind and name of the counter: the key, the session's design, the user, or else the address."""
    if isinstance(request.auth, ApiKey):
        return "key", str(request.auth.pk)
    if isinstance(request.auth, DesignerSession):
        return "session", request.auth.design_id.hex
    if request.user and request.user.is_authenticated:
        return "user", str(request.user.pk)
    return "address", hash_counter_name(get_client_address(request._request))  # noqa: SLF001  # Django's request, which DRF wraps


class CallerThrottle(BaseThrottle):
    """Refuses more than API_RATE requests a minute of one caller, and sends RateLimit headers.

    The headers follow draft-ietf-httpapi-ratelimit-headers-10.
    """

    window: RateWindow

    def allow_request(self, request: Request, view: Any) -> bool:
        """Count the request; False if it exceeds the limit."""
        if not settings.API_RATE:
            return True
        kind, name = identify_caller(request)
        allowed, self.window = counters.call(lambda storage: count_request(storage, kind, name))
        view.headers["RateLimit-Policy"] = f'"{kind}";q={settings.API_RATE};w={WINDOW_SECONDS}'
        view.headers["RateLimit"] = (
            f'"{kind}";r={self.window.remaining if allowed else 0};t={ceil(self.window.ends_in)}'
        )
        return allowed

    def wait(self) -> float:
        """Return whole seconds until the next request is allowed, for Retry-After."""
        return max(1, ceil(self.window.seconds_to_wait))


def count_request(storage: CounterStorage, *caller: str) -> tuple[bool, RateWindow]:
    """Count one request; return whether it is within the limit, and the counts."""
    limit = RateLimitItemPerSecond(settings.API_RATE, WINDOW_SECONDS)
    allowed = SlidingWindowCounterRateLimiter(storage).hit(limit, *caller)
    return allowed, read_window(storage, settings.API_RATE, *caller)
