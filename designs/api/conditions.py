"""Request headers and parameters that apply to many operations: ETag, If-Match, Idempotency-Key, ?wait."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.utils.http import parse_etags
from rest_framework.request import Request

from designs.api.errors import InvalidInput, PreconditionRequired, ProblemItem
from designs.api.finding_fields import hide_operator_messages
from designs.api.tenants import session_design_id
from designs.db.connections import release_connection
from designs.models import Design, DesignStatus

SHOP_FIELDS: dict[str, Any] = {
    "metadata": {},
    "external_id": "",
    "customer": "",
    "copied_from": None,
}  # each with the value that sessions see
BROWSER_WAIT = 3.0  # s
MAX_WAIT = 10.0  # s
POLL_INTERVALS = (0.01, 0.02, 0.03, 0.05, 0.1)  # s between queries; the last one repeats
_KEY_PATTERN = re.compile(r"[\x21-\x7e]{1,255}")
_ETAG_PATTERN = re.compile(r'(?:W/)?"(\d+)\.\d+\.\d+"')


class Versioned(Protocol):
    """A design, or a row of its columns, with the counters of its edits and events."""

    @property
    def edit_count(self) -> int: ...  # noqa: D102
    @property
    def event_count(self) -> int: ...  # noqa: D102


def build_etag(design: Versioned) -> str:
    """Return the design's entity tag: edit count, event count, and the period in which signed URLs stay the same."""
    period = int(time.time()) // max(1, settings.STORAGE.signed_url_seconds // 2)
    return f'"{design.edit_count}.{design.event_count}.{period}"'


def parse_if_match(request: Request) -> int | None:
    """Return the edit count that If-Match names: None if it allows any, -1 if it matches no state of a design.

    Only the edit count is compared: rendering changes the ETag too, but it is not an edit.
    """
    header = request.headers.get("If-Match", "").strip()
    if header in {"", "*"}:
        return None
    tags = parse_etags(header)
    edit_counts = [int(match[1]) for tag in tags if (match := _ETAG_PATTERN.fullmatch(tag))]
    return max(edit_counts, default=-1)  # a malformed header is a conflict (412), not a bad request


def require_if_match(request: Request) -> None:
    """Raise PreconditionRequired for a designer session that does not say what it has edited: two tabs may be open."""
    if session_design_id(request) is not None and not request.headers.get("If-Match", "").strip():
        raise PreconditionRequired(
            "Say which version of the design you have edited: send its `etag` in the header If-Match. "
            "`If-Match: *` overwrites whatever is there."
        )


def matches_etag(request: Request, tag: str) -> bool:
    """Tell whether If-None-Match names the tag. The comparison is weak, as compressing proxies weaken every tag."""
    tags = [name.removeprefix("W/") for name in parse_etags(request.headers.get("If-None-Match", ""))]
    return tag in tags or tags == ["*"]


def parse_idempotency_key(request: Request) -> str:
    """Return the key, or "" if none was sent; InvalidInput if it is malformed."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return ""
    if not _KEY_PATTERN.fullmatch(key):
        message = "An Idempotency-Key must be 1 to 255 visible ASCII characters, for example a UUID."
        raise InvalidInput([ProblemItem("Idempotency-Key", "invalid_key", message, "header")])
    return key


def reject_shop_fields(request: Request, given: Collection[str]) -> None:
    """Raise InvalidInput if a designer session sent fields that only the shop may set."""
    if session_design_id(request) is None:
        return
    if forbidden := [name for name in SHOP_FIELDS if name in given]:
        message = "A designer session cannot change this field; only the shop can."
        raise InvalidInput([ProblemItem(f"#/{name}", "not_for_sessions", message) for name in forbidden])


def parse_last_event_id(request: Request) -> int:
    """Return the number in Last-Event-ID, 0 if it is absent or empty; InvalidInput if it is not a number."""
    raw = request.headers.get("Last-Event-ID", "") or "0"
    if not re.fullmatch(r"[0-9]{1,9}", raw, re.ASCII):
        raise _invalid_event_id("Last-Event-ID must be a number: the `id` of the last event you received.")
    return int(raw)


def wants_new_events(request: Request) -> bool:
    """Tell whether ?after=now asks for new events alone; Last-Event-ID goes first. InvalidInput for other values."""
    after = request.query_params.get("after")
    if after not in {None, "now"}:
        message = "after must be `now`: only events from now on. Leave it out to get all of them."
        raise InvalidInput([ProblemItem("after", "unknown_value", message, "parameter")])
    return after is not None and not request.headers.get("Last-Event-ID")


def check_event_number(number: int, newest: int | None) -> None:
    """Raise InvalidInput if the number is beyond the design's newest event."""
    if newest is not None and number > newest:
        raise _invalid_event_id(f"The design has no event {number}; its newest event is {newest}.")


def _invalid_event_id(message: str) -> InvalidInput:
    return InvalidInput([ProblemItem("Last-Event-ID", "invalid_event_id", message, "header")])


def hide_shop_fields(request: Request, design: dict[str, Any]) -> None:
    """Blank the shop's own fields of a response to a designer session, and what findings say to whoever prints."""
    if session_design_id(request) is not None:
        design |= {name: empty for name, empty in SHOP_FIELDS.items() if name in design}
        hide_operator_messages(design.get("preflight", ()))


def parse_revision(request: Request) -> int | None:
    """Return ?revision, None if it is absent; InvalidInput if it is not the number of a revision."""
    raw = request.query_params.get("revision")
    if raw is None:
        return None
    if not re.fullmatch(r"[1-9][0-9]{0,8}", raw, re.ASCII):
        message = "revision must be the number of a revision: 1 or more."
        raise InvalidInput([ProblemItem("revision", "out_of_range", message, "parameter")])
    return int(raw)


def parse_wait(request: Request) -> float:
    """Return ?wait in seconds; InvalidInput if it is not a number from 0 to 10."""
    raw = request.query_params.get("wait")
    if raw is None:
        # People who use the browsable API want to see the rendered image, not the status "rendering".
        return BROWSER_WAIT if request.method != "GET" and request.accepted_renderer.format == "api" else 0.0
    try:
        seconds = float(raw) if re.fullmatch(r"[0-9.eE+-]{1,40}", raw) else -1.0
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= MAX_WAIT:
        message = f"wait must be a number of seconds from 0 to {MAX_WAIT:g}."
        raise InvalidInput([ProblemItem("wait", "out_of_range", message, "parameter")])
    return seconds


def wait_until_settled(design_id: UUID, seconds: float, sleep: Callable[[float], None] = time.sleep) -> None:
    """Return when the design is no longer rendering, or after `seconds`."""
    wait_while(Design.objects.filter(pk=design_id, status=DesignStatus.RENDERING, deleted_at=None), seconds, sleep)


def wait_while(rows: QuerySet[Any], seconds: float, sleep: Callable[[float], None] = time.sleep) -> None:
    """Return when no such row exists any more, or after `seconds`. No database connection is held meanwhile."""
    deadline, queries = time.monotonic() + seconds, 0
    while rows.exists():
        interval = POLL_INTERVALS[min(queries, len(POLL_INTERVALS) - 1)]
        pause = min(interval, deadline - time.monotonic())
        if pause <= 0:
            return
        release_connection()
        sleep(pause)
        queries += 1
