"""CORS: pages may call the API if a designer session was created for their origin and may still be valid."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit

from corsheaders.middleware import CorsMiddleware
from django.conf import settings
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponseBase

from customify.accounts.models import PageOrigin

CACHE_SECONDS = 60.0  # s
CACHE_SIZE = 1_000
EXPIRY_MARGIN = timedelta(hours=1)  # so that the row of a busy shop is updated at most this often
LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})

_HOST_LABEL = "[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?"
_ORIGIN_PATTERN = re.compile(
    rf"https?://(?:{_HOST_LABEL}(?:\.{_HOST_LABEL})*|\[[0-9a-f:.]+\])"
    r"(?::(?!0)(?:[0-9]{1,4}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))?"
)


_INVALID_ORIGIN = (
    "An origin is a scheme, a host in lower case, and a port if it is not the default: https://shop.example"
)
_IP_HOST = re.compile(r":|(?:^|\.)[0-9]+$")  # browsers take a host that ends in a number for an IPv4 address


def explain_invalid_origin(origin: str) -> str:
    """Return why a session cannot be bound to this text, "" if it is a valid origin (RFC 6454, section 6.2)."""
    if not _ORIGIN_PATTERN.fullmatch(origin):
        return _INVALID_ORIGIN
    try:
        parts = urlsplit(origin)
        if _IP_HOST.search(parts.hostname or ""):
            ip_address(parts.hostname or "")
    except ValueError:
        return _INVALID_ORIGIN
    if (parts.scheme, parts.port) in {("https", 443), ("http", 80)}:
        return "Leave out the default port, as browsers do."
    if parts.scheme == "https" or (
        parts.scheme == "http" and (not settings.SECURE or parts.hostname in LOOPBACK_HOSTS)
    ):
        return ""
    return "Use https: over http others could read the session's token. On localhost http is accepted."


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
    return len(origin) <= PageOrigin.MAX_LENGTH and PageOrigin.objects.filter(origin=origin, until__gt=Now()).exists()


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
