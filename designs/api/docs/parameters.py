"""Parameters and response headers of single operations."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

OCTET_STREAM = "application/octet-stream"
NO_AUTH: list[Any] = []
WAIT = OpenApiParameter(
    "wait",
    {"type": "number", "minimum": 0, "maximum": 10},
    description="Answer when it is settled (no longer `rendering`), or after so many seconds. Default: at once.",
)
ID = OpenApiParameter("id", UUID, OpenApiParameter.PATH, description="As the answer that made it gave it.")
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[\\x21-\\x7e]+$"},
    OpenApiParameter.HEADER,
    description="Such as a UUID of yours. A repeat of the same request with the same key makes nothing: it answers "
    "with the design that the first one made, and `Idempotent-Replayed: true`.",
)
IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description="The `ETag` of the answer you edited; 412 if somebody has edited the design since. Rendering is none.",
)
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match", str, OpenApiParameter.HEADER, description="The `ETag` you have; 304 if nothing is newer."
)

FIELDS = OpenApiParameter(
    "fields",
    str,
    description="Names, parted by commas: the answer holds these alone, and costs less. Default: all of them.",
)
LAST_EVENT_ID = OpenApiParameter(
    "Last-Event-ID",
    {"type": "string", "pattern": "^[0-9]{1,9}$"},
    OpenApiParameter.HEADER,
    description="The number of the last event you have: what follows it.",
)


def response_header(name: str, description: str, *statuses: int, kind: type = str) -> OpenApiParameter:
    """Return a header that answers of these statuses may carry."""
    return OpenApiParameter(name, kind, OpenApiParameter.HEADER, description=description, response=list(statuses))


LOCATION = response_header("Location", "Address of what was made.", 201, 202)
ETAG = response_header("ETag", "Version of the answer, for `If-None-Match` and `If-Match`.", 200, 201, 304)
RETRY_AFTER = response_header(
    "Retry-After", "While it is rendering: seconds until it is worth asking.", 200, 201, kind=int
)
REPLAYED = response_header("Idempotent-Replayed", "`true` where the `Idempotency-Key` was used before.", 201)
PICTURE_ADDRESS = response_header("Location", "Address of the picture, which may expire.", 302)
PREVIEW_ETAG = response_header("ETag", "Changes with whatever changes the picture.", 200, 304)
PREFLIGHT = response_header(
    "Preflight",
    "What was found, beside a picture: codes with severity, placement, layer (a list of RFC 9651).",
    200,
)
SERVER_TIMING = response_header("Server-Timing", "How long it took, in ms.", 200, 304)
CACHE_CONTROL = response_header("Cache-Control", "How long the picture may be kept.", 200, 304)
NO_STORE = response_header("Cache-Control", "`no-store`: it is shown once.", 201)
FONT_NAME = OpenApiParameter("name", str, OpenApiParameter.PATH, description="Of a font, as /api/v1/fonts lists it.")


def picture_responses(*types: str) -> dict[tuple[int, str], Any]:
    """Describe an answer that is a picture of one of these types.

    Programs that know no pictures, as generated clients mostly do, may ask for `application/octet-stream`.
    """
    return {(200, one): bytes for one in (*types, OCTET_STREAM)}


def picture_media_type(request: Request, media_type: str) -> str:
    """Return the content type of a picture: what it is, unless bare octets are asked for."""
    return OCTET_STREAM if request.headers.get("Accept", "").strip().lower() == OCTET_STREAM else media_type
