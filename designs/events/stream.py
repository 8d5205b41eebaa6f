"""The stream of one design: its past events, then new ones, until it is settled or the stream's time is over."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, StreamingHttpResponse

from designs.events import sse
from designs.events.hub import current_hub
from designs.events.reader import DesignState, News

MEDIA_TYPE = "text/event-stream"
BODY_SLOT = "customify.stream"
"""Key in an ASGI scope: its BodySlot takes a body that is sent outside of Django's handler."""


class BodySlot:
    """Holds a stream's body. Django's own handler would occupy a thread for as long as the body lasts."""

    body: AsyncGenerator[bytes] | None = None


def stream_events(
    request: HttpRequest, design_id: UUID, after: int, news: News, *, says_position: bool = False
) -> StreamingHttpResponse:
    """Return the stream of a design's events after number `after`, beginning with `news`.

    With `says_position`, it begins with that number: for a client that does not know it.

    Without an event loop (WSGI) it contains `news` and ends, so that no thread waits; the client reconnects.
    """
    scope, position = getattr(request, "scope", None), sse.serialize_position(after) if says_position else b""
    if scope is None:
        return _build_response(iter(first_chunks(news, position)))
    body, slot = follow_design(design_id, after, news, position), scope.get(BODY_SLOT)
    if slot is None:
        return _build_response(body)
    slot.body = body
    return _build_response(_empty_body())


def first_chunks(news: News, position: bytes = b"") -> Iterator[bytes]:
    """Yield what can be sent at once: the first events, and the end if the design is settled."""
    yield sse.RETRY_FIELD + position + b"".join(event.payload for event in news.events)
    if news.is_final:
        yield _settled_chunk(news.state)


async def follow_design(design_id: UUID, after: int, news: News, position: bytes = b"") -> AsyncGenerator[bytes]:
    """Yield the first events, then new ones as they come."""
    after = news.events[-1].number if news.events else after
    for chunk in first_chunks(news, position):
        yield chunk
    if news.is_final:
        return
    ends = asyncio.get_running_loop().time() + settings.EVENTS_STREAM_SECONDS
    with current_hub().watch_design(design_id, after) as watcher:
        while (left := ends - asyncio.get_running_loop().time()) > 0:
            chunk = await watcher.next_chunk(min(settings.EVENTS_HEARTBEAT, left))
            final = watcher.final_state
            yield chunk + (_settled_chunk(final) if final else b"") or sse.HEARTBEAT
            if final:
                return


def _settled_chunk(state: DesignState) -> bytes:
    return sse.serialize_settled(state.status, state.revision, state.published_revision)


async def _empty_body() -> AsyncGenerator[bytes]:
    return
    yield


def _build_response(body: Iterator[bytes] | AsyncGenerator[bytes]) -> StreamingHttpResponse:
    # X-Accel-Buffering: nginx would hold events back until its buffer is full.
    headers = {"Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no"}
    return StreamingHttpResponse(body, content_type=MEDIA_TYPE, headers=headers)
