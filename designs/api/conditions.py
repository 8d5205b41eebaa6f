"""ETag, If-Match, Idempotency-Key and ?wait: what a request says beside its body."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings
from django.utils.http import parse_etags
from rest_framework.request import Request

from designs.api.errors import InvalidInput, ProblemItem
from designs.api.tenants import session_design_id
from designs.db.connections import release_connection
from designs.models import Design, DesignStatus

SHOP_FIELDS: dict[str, Any] = {"metadata": {}, "external_id": ""}  # and what shoppers see in its place
BROWSER_WAIT = 3.0  # s
MAX_WAIT = 10.0  # s
POLL_INTERVALS = (0.01, 0.02, 0.03, 0.05, 0.1)  # s between looks; the last repeats
_KEY_PATTERN = re.compile(r"[\x21-\x7e]{1,255}")
_ETAG_PATTERN = re.compile(r'(?:W/)?"(\d+)\.\d+\.\d+"')


class Versioned(Protocol):
    """A design, or a row read of one, with its counters."""

    @property
    def edit_count(self) -> int: ...  # noqa: D102
    @property
    def event_count(self) -> int: ...  # noqa: D102


def build_etag(design: Versioned) -> str:
    """Return the design's entity tag: its edits, its events, and the period in which signed URLs stay the same."""
    period = int(time.time()) // max(1, settings.STORAGE.signed_url_seconds // 2)
    return f'"{design.edit_count}.{design.event_count}.{period}"'


def parse_if_match(request: Request) -> int | None:
    """Return the edit count of If-Match. Rendering changes the tag too, but is no edit: that part is not compared."""
    tags = parse_etags(request.headers.get("If-Match", ""))
    if not tags or tags == ["*"]:
        # What cannot be read as tags matches no state: a conflict, not a mistake.
        return None if request.headers.get("If-Match", "*").strip() in {"", "*"} else -1
    edits = [int(match[1]) for tag in tags if (match := _ETAG_PATTERN.fullmatch(tag))]
    return max(edits, default=-1)


def matches_etag(request: Request, tag: str) -> bool:
    """Tell whether If-None-Match names the answer: weakly, for a proxy that compresses makes every tag weak."""
    tags = [one.removeprefix("W/") for one in parse_etags(request.headers.get("If-None-Match", ""))]
    return tag in tags or tags == ["*"]


def parse_idempotency_key(request: Request) -> str:
    """Return the key, or "" where none was sent; InvalidInput for one that is no key."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return ""
    if not _KEY_PATTERN.fullmatch(key):
        message = "An Idempotency-Key is 1 to 255 visible ASCII characters, such as a UUID."
        raise InvalidInput([ProblemItem("Idempotency-Key", "invalid_key", message, "header")])
    return key


def reject_shop_fields(request: Request, given: Collection[str]) -> None:
    """Raise InvalidInput for each of the shop's own values that a shopper's session sent."""
    if session_design_id(request) is not None and (strangers := [name for name in SHOP_FIELDS if name in given]):
        message = "This is the shop's, not the shopper's: a designer session cannot change it."
        raise InvalidInput([ProblemItem(f"#/{name}", "not_for_sessions", message) for name in strangers])


def parse_last_event_id(request: Request) -> int:
    """Return the number that Last-Event-ID names, 0 where it is absent or empty; InvalidInput for what is no number."""
    raw = request.headers.get("Last-Event-ID", "") or "0"
    if not re.fullmatch(r"[0-9]{1,9}", raw, re.ASCII):
        raise _invalid_event_id("Last-Event-ID is the number of the last event you have: the `id` that came with it.")
    return int(raw)


def check_event_number(number: int, newest: int | None) -> None:
    """Raise InvalidInput for a number that no event of the design has: waiting for the next would be for nothing."""
    if newest is not None and number > newest:
        raise _invalid_event_id(f"The design has no event {number}; its newest is {newest}.")


def _invalid_event_id(message: str) -> InvalidInput:
    return InvalidInput([ProblemItem("Last-Event-ID", "invalid_event_id", message, "header")])


def hide_shop_fields(request: Request, design: dict[str, Any]) -> None:
    """Empty what of an answer is the shop's own affair, where a shopper's session asks."""
    if session_design_id(request) is not None:
        design |= {name: empty for name, empty in SHOP_FIELDS.items() if name in design}


def parse_wait(request: Request) -> float:
    """Return ?wait in s; InvalidInput for what is no number from 0 to 10."""
    raw = request.query_params.get("wait")
    if raw is None:
        # A person at the browsable API wants to see the picture, not that there will be one.
        return BROWSER_WAIT if request.method != "GET" and request.accepted_renderer.format == "api" else 0.0
    try:
        seconds = float(raw) if re.fullmatch(r"[0-9.eE+-]{1,40}", raw) else -1.0
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= MAX_WAIT:
        message = f"wait is a number of seconds from 0 to {MAX_WAIT:g}."
        raise InvalidInput([ProblemItem("wait", "out_of_range", message, "parameter")])
    return seconds


def wait_until_settled(design_id: UUID, seconds: float, sleep: Callable[[float], None] = time.sleep) -> None:
    """Return when the design is no longer rendering, or after `seconds`. No database connection is held meanwhile."""
    ends, look = time.monotonic() + seconds, 0
    while Design.objects.filter(pk=design_id, status=DesignStatus.RENDERING, deleted_at=None).exists():
        pause = min(POLL_INTERVALS[min(look, len(POLL_INTERVALS) - 1)], ends - time.monotonic())
        if pause <= 0:
            return
        release_connection()
        sleep(pause)
        look += 1
