"""One stream: what there is, then what comes, until the design is settled or the stream has lasted long enough."""

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
"""In an ASGI scope: where a body may be left for whoever serves outside of Django's handler."""


class BodySlot:
    """Takes a stream's body. Django's own handler would keep a thread for as long as the body lasts."""

    body: AsyncGenerator[bytes] | None = None


def stream_events(request: HttpRequest, design_id: UUID, after: int, news: News) -> StreamingHttpResponse:
    """Return the stream of a design from beyond `after`, of which `news` was read already.

    Without an event loop (WSGI) it holds what there is and ends, so that no thread waits; the client comes back.
    """
    scope = getattr(request, "scope", None)
    if scope is None:
        return _build_response(iter(first_chunks(news)))
    body, slot = follow_design(design_id, after, news), scope.get(BODY_SLOT)
    if slot is None:
        return _build_response(body)
    slot.body = body
    return _build_response(_empty_body())


def first_chunks(news: News) -> Iterator[bytes]:
    """Yield what can be sent at once."""
    yield sse.RETRY_FIELD + b"".join(event.payload for event in news.events)
    if news.is_final:
        yield _settled_chunk(news.state)


async def follow_design(design_id: UUID, after: int, news: News) -> AsyncGenerator[bytes]:
    """Yield what there is, then what comes."""
    after = news.events[-1].number if news.events else after
    for piece in first_chunks(news):
        yield piece
    if news.is_final:
        return
    ends = asyncio.get_running_loop().time() + settings.EVENTS_STREAM_SECONDS
    with current_hub().watch_design(design_id, after) as watcher:
        while (left := ends - asyncio.get_running_loop().time()) > 0:
            piece, final = await watcher.next_chunk(min(settings.EVENTS_HEARTBEAT, left)), watcher.final_state
            yield piece + (_settled_chunk(final) if final else b"") or sse.HEARTBEAT
            if final:
                return


def _settled_chunk(state: DesignState) -> bytes:
    return sse.serialize_settled(state.status, state.revision, state.published_revision)


async def _empty_body() -> AsyncGenerator[bytes]:
    return
    yield


def _build_response(body: Iterator[bytes] | AsyncGenerator[bytes]) -> StreamingHttpResponse:
    # X-Accel-Buffering: nginx would keep events back until its buffer is full.
    headers = {"Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no"}
    return StreamingHttpResponse(body, content_type=MEDIA_TYPE, headers=headers)
