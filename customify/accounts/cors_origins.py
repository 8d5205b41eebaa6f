"""CORS: pages may call the API if a designer session was created for their origin and may still be valid."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from corsheaders.middleware import CorsMiddleware
from django.conf import settings
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponseBase

from customify.accounts.models import PageOrigin
from designs.api.origins import ORIGIN_LENGTH

CACHE_SECONDS = 60.0  # s
CACHE_SIZE = 1_000
EXPIRY_MARGIN = timedelta(hours=1)  # so that the row of a busy shop is updated at most this often


def allow_origins(origins: Iterable[str], until: datetime) -> None:
    """Allow requests from pages of these origins until then, and EXPIRY_MARGIN longer."""
    for origin in origins:
        rows = PageOrigin.objects.filter(origin=origin)
        # Extend before looking, so that a concurrent deletion of expired rows cannot delete a row found here.
        if rows.filter(until__lt=until).update(until=until + EXPIRY_MARGIN) or rows.exists():
            continue
        PageOrigin.objects.bulk_create([PageOrigin(origin=origin, until=until + EXPIRY_MARGIN)], ignore_conflicts=True)
        PageOrigin.objects.filter(until__lt=Now()).delete()  # origins that no session needs any more


def is_listed_origin(origin: str) -> bool:
    """Tell whether a live session was made for pages of this origin, by the database."""
    return len(origin) <= ORIGIN_LENGTH and PageOrigin.objects.filter(origin=origin, until__gt=Now()).exists()


class OriginCache:
    """Remembers listed origins for CACHE_SECONDS, so that not every request asks the database; unlisted ones never."""

    def __init__(self) -> None:
        self._listed_until: dict[str, float] = {}  # by time.monotonic()

    def is_listed(self, origin: str) -> bool:
        """Tell whether pages of an origin may call the API."""
        if self._listed_until.get(origin, 0.0) > time.monotonic():
            return True
        if not is_listed_origin(origin):
            return False
        if len(self._listed_until) >= CACHE_SIZE:
            self._listed_until.clear()
        self._listed_until[origin] = time.monotonic() + CACHE_SECONDS
        return True


class OriginsMiddleware(CorsMiddleware):
    """Answers preflights, and lets pages of listed origins read answers. No cookie is ever allowed across origins."""

    async_capable = False  # it queries the database

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        super().__init__(get_response)
        self._cache = OriginCache()  # Django makes one middleware for each process

    def check_preflight(self, request: HttpRequest) -> HttpResponseBase | None:
        """Look the origin up before the view runs: afterwards a stream would keep the database connection."""
        origin = request.headers.get("Origin", "")
        request.from_listed_page = bool(origin) and self.is_enabled(request) and self._cache.is_listed(origin)  # type: ignore[attr-defined]
        return super().check_preflight(request)

    def is_enabled(self, request: HttpRequest) -> bool:
        """Tell whether pages of other origins may call this path."""
        return request.path_info.startswith(tuple(settings.CORS_PATHS))

    def check_signal(self, request: HttpRequest) -> bool:
        """Tell whether check_preflight found the origin listed."""
        return bool(getattr(request, "from_listed_page", False))
