"""What the schema says beyond what the code shows: errors, headers, parameters."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_view,
)

from designs import previews
from designs.api import serializers
from rendering.engine import schema

NO_AUTH: list[Any] = []
WAIT = OpenApiParameter(
    "wait", float, description="Answer when the design is settled, or after so many seconds (0–10)."
)
ID = OpenApiParameter("id", UUID, OpenApiParameter.PATH)
KEY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, description="A repeat of the request answers with the same design."
)
IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, description="The ETag you edited; 412 if it is old."
)
IF_NONE_MATCH = OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER, description="The ETag you have.")
LAST_EVENT = OpenApiParameter(
    "Last-Event-ID", str, OpenApiParameter.HEADER, description="The number of the last event you have: what follows it."
)
LOCATION = OpenApiParameter(
    "Location", str, OpenApiParameter.HEADER, description="Address of what was made.", response=[201, 202]
)
ETAG = OpenApiParameter("ETag", str, OpenApiParameter.HEADER, description="Version of the answer.", response=[200, 201])

PREVIEW_ETAG = OpenApiParameter(
    "ETag", str, OpenApiParameter.HEADER, description="Changes with whatever changes the picture.", response=[200, 304]
)
PREFLIGHT = OpenApiParameter(
    "Preflight",
    str,
    OpenApiParameter.HEADER,
    description="What was found, beside a picture: codes with severity, placement, layer (a list of RFC 9651).",
    response=[200],
)
SERVER_TIMING = OpenApiParameter(
    "Server-Timing", str, OpenApiParameter.HEADER, description="How long it took, in ms.", response=[200, 304]
)

BODY = OpenApiExample(
    "One line of text",
    {"product_type": "t-shirt", "design_data": serializers.EXAMPLE},
    request_only=True,
)
LAYERS = OpenApiExample("Layers of text", {"product_type": "t-shirt", "design_data": schema.EXAMPLE}, request_only=True)


def problems(*codes: int) -> dict[tuple[int, str], Any]:
    """Describe error answers; some are everywhere."""
    meaning = {
        400: "The request breaks a rule; `errors` says where.",
        401: "No API key, or one that is unknown, revoked or expired.",
        403: "The API key lacks a scope, or the storage quota is used up.",
        404: "There is no such thing, or it is not yours.",
        409: "Designs are drawn from it; the answer names them.",
        410: "The design this Idempotency-Key made has been deleted.",
        412: "Edited meanwhile: the ETag of If-Match is old.",
        413: "The body is too large.",
        415: "The body is not of the type that is taken here.",
        422: "The Idempotency-Key was used with another request, or the picture cannot be taken.",
        429: "Too many requests, or a quota is used up; `Retry-After` says when to try again.",
        503: "The database or the storage does not answer, or is busy; `Retry-After` says when to try again.",
    }
    return {
        (code, "application/problem+json"): OpenApiResponse(serializers.Problem, description=meaning[code])
        for code in sorted({401, 403, 429, 503, *codes})
    }


designs = extend_schema_view(
    list=extend_schema(
        summary="List designs, newest first",
        responses={200: serializers.DesignListOut(many=True), **problems(400, 404)},
    ),
    create=extend_schema(
        summary="Make a design",
        parameters=[WAIT, KEY, LOCATION, ETAG],
        request=serializers.CreateDesign,
        examples=[BODY, LAYERS],
        responses={201: serializers.DesignOut, **problems(400, 410, 413, 415, 422)},
    ),
    retrieve=extend_schema(
        summary="Show a design",
        parameters=[ID, WAIT, IF_NONE_MATCH, ETAG],
        responses={200: serializers.DesignOut, 304: None, **problems(400, 404)},
    ),
    partial_update=extend_schema(
        summary="Change a design",
        parameters=[ID, WAIT, IF_MATCH, ETAG],
        request=serializers.EditDesign,
        responses={200: serializers.DesignOut, **problems(400, 404, 412, 413, 415)},
    ),
    destroy=extend_schema(
        summary="Delete a design and its files", parameters=[ID], responses={204: None, **problems(404)}
    ),
    render_again=extend_schema(
        summary="Draw the newest revision again",
        parameters=[ID, LOCATION],
        request=serializers.Empty,
        responses={202: serializers.RenderOut, **problems(400, 404, 415)},
    ),
    finish=extend_schema(
        summary="Finish a design: its sessions end, and a draft is rendered",
        parameters=[ID, WAIT, ETAG],
        request=serializers.Empty,
        responses={200: serializers.DesignOut, **problems(400, 404, 413, 415)},
    ),
    renders=extend_schema(
        summary="List a design's renders",
        parameters=[ID],
        responses={200: serializers.RenderOut(many=True), **problems(400, 404)},
    ),
    revisions=extend_schema(
        summary="List a design's revisions",
        parameters=[ID],
        responses={200: serializers.RevisionOut(many=True), **problems(404)},
    ),
    preview=extend_schema(
        summary="Redirect to the current preview", parameters=[ID], responses={302: None, **problems(404)}
    ),
)

preview = extend_schema_view(
    create=extend_schema(
        summary="Draw a preview now",
        parameters=[IF_NONE_MATCH, PREVIEW_ETAG, PREFLIGHT, SERVER_TIMING],
        request=serializers.PreviewIn,
        examples=[BODY, LAYERS],
        responses={
            **{(200, f"image/{name}"): OpenApiTypes.BINARY for name in previews.FORMATS},
            (200, "application/json"): serializers.PreviewOut,
            304: None,
            **problems(400, 413, 415),
        },
    ),
)

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
events = extend_schema_view(
    get=extend_schema(
        summary="Follow a design as it is drawn",
        description=_EVENTS.strip(),
        parameters=[ID, LAST_EVENT],
        responses={
            (200, "text/event-stream"): OpenApiResponse(
                OpenApiTypes.STR, description="The events.", examples=[OpenApiExample("An event", _STREAM)]
            ),
            204: OpenApiResponse(description="The design is settled, and you have all of its events."),
            **problems(400, 404),
        },
    ),
)

assets = extend_schema_view(
    list=extend_schema(
        summary="List assets, newest first",
        responses={200: serializers.AssetOut(many=True), **problems(400, 404)},
    ),
    create=extend_schema(
        summary="Upload a picture",
        parameters=[LOCATION],
        request={"multipart/form-data": serializers.UploadAsset},
        responses={201: serializers.AssetOut, **problems(400, 413, 415, 422)},
    ),
    retrieve=extend_schema(
        summary="Show an asset", parameters=[ID], responses={200: serializers.AssetOut, **problems(404)}
    ),
    destroy=extend_schema(
        summary="Delete an asset and its files", parameters=[ID], responses={204: None, **problems(404, 409)}
    ),
)
