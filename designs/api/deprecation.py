"""Operations that will go: their answers say so, and the schema does (decision 23)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any

from django.utils.http import http_date
from drf_spectacular.utils import extend_schema

MIN_NOTICE = timedelta(days=365)  # at least, between the announcement and the end


def mark_deprecated(since: str, sunset: str, link: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Mark a view's method (or a viewset's action) as one that ends at `sunset`; `link` says what to use instead.

    Both dates are `YYYY-MM-DD`, at midnight UTC. Every answer of it then carries `Deprecation` (RFC 9745), `Sunset`
    (RFC 8594) and a `Link`, its errors too; the refusal of a caller who does not reach it (401, 403, 429) does not.
    ValueError for less notice than we promise.
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
            self.headers.update(headers)  # the framework sets them on whatever the answer becomes
            return method(self, *args, **kwargs)

        return extend_schema(deprecated=True)(marked)

    return mark
