"""Live progress."""

from __future__ import annotations

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema, extend_schema_view

from designs.api.docs.errors import problem_responses
from designs.api.docs.parameters import ID, LAST_EVENT_ID

_EVENTS = """
Server-sent events: everything that has happened to the design, then what happens, as it happens.

Each event has its number as `id`, its type as `event`, and as `data` a JSON object of `number`, `type`, `created_at`
and `data`. Types: `created`, `edited`, `requested`, `claimed`, `stage`, `retrying`, `published`, `completed`, `failed`,
`finished`, `deleted`.

Once the design is settled, a last event without `id`, `settled`, says `status`, `revision` and `published_revision`,
and the stream ends. It also ends after some minutes: come back with `Last-Event-ID`, and nothing is lost or told twice.
Who comes back to a settled design with all of its events gets 204, which ends a browser's `EventSource`. Lines that
begin with a colon keep the connection alive.
"""
_STREAM = 'id: 3\nevent: published\ndata: {"number":3,"type":"published","created_at":"…","data":{}}\n\n'

events_schema = extend_schema_view(
    get=extend_schema(
        operation_id="designs_events_get",
        summary="Follow a design as it is drawn",
        description=_EVENTS.strip(),
        parameters=[ID, LAST_EVENT_ID],
        responses={
            (200, "text/event-stream"): OpenApiResponse(
                OpenApiTypes.STR, description="The events.", examples=[OpenApiExample("An event", _STREAM)]
            ),
            204: OpenApiResponse(description="The design is settled, and you have all of its events."),
            **problem_responses(400, 404),
        },
    ),
)
