"""Documentation of the event stream."""

from __future__ import annotations

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema, extend_schema_view

from designs.api.docs.errors import problem_responses
from designs.api.docs.parameters import AFTER, ID, LAST_EVENT_ID

_EVENTS = """
Server-sent events: all past events of the design, then new ones as they happen.

Each event has its number as `id`, its type as `event`, and a JSON object with `number`, `type`, `created_at` and `data`
as `data`. Types: `created`, `edited`, `requested`, `claimed`, `stage`, `retrying`, `published`, `completed`, `failed`,
`finished`, `pinned`, `unpinned`, `moderated`, `overridden`, `print_ready`, `print_failed`, `deleted`.

When the design is settled (no longer `rendering`, and none of its print files in work), a last event `settled`, which
has no `id`, gives `status`, `revision` and `published_revision`, and the stream ends. Only `settled` is the end: after
`published` another render may follow. The connection also ends after some minutes: reconnect with `Last-Event-ID` to
continue without gaps or repeats. If the design is settled and you have all of its events, the response is 204: ask for
the design then. Lines that begin with a colon keep the connection alive.

With `?after=now` the past events are left out; the stream begins with an `id` for the case that it breaks before the
first event. A browser's `EventSource` cannot send a key or a token: read the stream with `fetch`, as `docs/api.md`
shows.
"""
_STREAM = 'id: 3\nevent: published\ndata: {"number":3,"type":"published","created_at":"…","data":{}}\n\n'

events_schema = extend_schema_view(
    get=extend_schema(
        operation_id="designs_events_get",
        summary="Follow the events of a design",
        description=_EVENTS.strip(),
        parameters=[ID, LAST_EVENT_ID, AFTER],
        responses={
            (200, "text/event-stream"): OpenApiResponse(
                OpenApiTypes.STR, description="The event stream.", examples=[OpenApiExample("An event", _STREAM)]
            ),
            204: OpenApiResponse(description="The design is settled, and you have all of its events."),
            **problem_responses(400, 404),
        },
    ),
)
