"""What the schema says beyond what the code shows: errors, headers, parameters."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_view,
)

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
FIELDS = OpenApiParameter(
    "fields",
    str,
    description="Names, parted by commas: the answer holds these alone, and costs less. Default: all of them.",
    examples=[OpenApiExample("A gallery", "id,status,preview_url")],
)
LOCATION = OpenApiParameter(
    "Location", str, OpenApiParameter.HEADER, description="Address of what was made.", response=[201, 202]
)
ETAG = OpenApiParameter("ETag", str, OpenApiParameter.HEADER, description="Version of the answer.", response=[200, 201])

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
        parameters=[FIELDS],
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
        parameters=[ID, WAIT, FIELDS, IF_NONE_MATCH, ETAG],
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

assets = extend_schema_view(
    list=extend_schema(
        summary="List assets, newest first",
        parameters=[FIELDS],
        responses={200: serializers.AssetOut(many=True), **problems(400, 404)},
    ),
    create=extend_schema(
        summary="Upload a picture",
        parameters=[LOCATION],
        request={"multipart/form-data": serializers.UploadAsset},
        responses={201: serializers.AssetOut, **problems(400, 413, 415, 422)},
    ),
    retrieve=extend_schema(
        summary="Show an asset", parameters=[ID, FIELDS], responses={200: serializers.AssetOut, **problems(400, 404)}
    ),
    destroy=extend_schema(
        summary="Delete an asset and its files", parameters=[ID], responses={204: None, **problems(404, 409)}
    ),
)
