"""Documentation of the event stream."""

from __future__ import annotations

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema, extend_schema_view

from designs.api.docs.errors import problem_responses
from designs.api.docs.parameters import ID, LAST_EVENT_ID

_EVENTS = """
Server-sent events: all past events of the design, then new ones as they happen.

Each event has its number as `id`, its type as `event`, and a JSON object with `number`, `type`, `created_at` and `data`
as `data`. Types: `created`, `edited`, `requested`, `claimed`, `stage`, `retrying`, `published`, `completed`, `failed`,
`finished`, `pinned`, `unpinned`, `deleted`.

When the design is settled (no longer `rendering`), a last event `settled`, which has no `id`, gives `status`,
`revision` and `published_revision`, and the stream ends. It also ends after some minutes: reconnect with
`Last-Event-ID` to continue without gaps or repeats. If the design is settled and you have all of its events, the
response is 204, which stops a browser's `EventSource`. Lines that begin with a colon keep the connection alive.
"""
_STREAM = 'id: 3\nevent: published\ndata: {"number":3,"type":"published","created_at":"…","data":{}}\n\n'

events_schema = extend_schema_view(
    get=extend_schema(
        operation_id="designs_events_get",
        summary="Follow the events of a design",
        description=_EVENTS.strip(),
        parameters=[ID, LAST_EVENT_ID],
        responses={
            (200, "text/event-stream"): OpenApiResponse(
                OpenApiTypes.STR, description="The event stream.", examples=[OpenApiExample("An event", _STREAM)]
            ),
            204: OpenApiResponse(description="The design is settled, and you have all of its events."),
            **problem_responses(400, 404),
        },
    ),
)
