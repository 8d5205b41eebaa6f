"""Deprecation of operations, in response headers and in the schema (decision 23)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any

from django.utils.http import http_date
from drf_spectacular.utils import extend_schema

MIN_NOTICE = timedelta(days=365)  # between announcement and sunset


def mark_deprecated(since: str, sunset: str, link: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Mark a view's method or a viewset's action as deprecated; `link` is a page that says what to use instead.

    Both dates are `YYYY-MM-DD`, at midnight UTC. All responses of the method then have `Deprecation` (RFC 9745),
    `Sunset` (RFC 8594) and `Link` headers, errors included, except those sent before the method is called (401, 403,
    429). Raises ValueError if the notice is shorter than MIN_NOTICE.
    """
    begins, ends = (datetime.fromisoformat(day).replace(tzinfo=UTC) for day in (since, sunset))
    if ends - begins < MIN_NOTICE:
        raise ValueError(f"{sunset} is less than {MIN_NOTICE.days} days after {since}.")
    headers = {
        "Deprecation": f"@{int(begins.timestamp())}",
        "Sunset": http_date(ends.timestamp()),
        "Link": f'<{link}>; rel="deprecation"; type="text/html"',
    }

    def mark(method: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(method)
        def marked(self: Any, *args: Any, **kwargs: Any) -> Any:
            self.headers.update(headers)  # DRF adds these to the response, whatever it is
            return method(self, *args, **kwargs)

        return extend_schema(deprecated=True)(marked)

    return mark
