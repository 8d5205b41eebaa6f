"""Events in the format of server-sent events (HTML Living Standard, section 9.2)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from designs.models import Event

RETRY_FIELD = b"retry: 1000\n\n"  # ms after which a client reconnects
HEARTBEAT = b":\n\n"  # a comment: it keeps proxies from closing the connection as idle


@dataclass(frozen=True, slots=True)
class SerializedEvent:
    """One event: its number, and the bytes that every watcher is sent."""

    number: int
    payload: bytes


def serialize_event(event: Event) -> SerializedEvent:
    """Serialize an event; a client that reconnects sends the `id` of the last one it has."""
    data = {
        "number": event.number,
        "type": event.type,
        "created_at": event.created_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "data": event.data,
    }
    return SerializedEvent(event.number, f"id: {event.number}\nevent: {event.type}\n".encode() + _data_field(data))


def serialize_position(number: int) -> bytes:
    """Serialize where a stream begins: a client that reconnects before the first event sends this number."""
    return f"id: {number}\n\n".encode()


def serialize_settled(status: str, revision: int | None, published_revision: int | None) -> bytes:
    """Serialize the end. It has no `id`, so that a client that reconnects still sends the id of the last event."""
    state = {"status": status, "revision": revision, "published_revision": published_revision}
    return b"event: settled\n" + _data_field(state)


def _data_field(value: dict[str, Any]) -> bytes:
    return b"data: " + json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n\n"
