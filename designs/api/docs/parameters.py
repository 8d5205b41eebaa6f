"""Parameters and response headers of the operations."""

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
    description="Respond when the design is no longer `rendering`, or after this many seconds. Default: at once.",
)
ID = OpenApiParameter("id", UUID, OpenApiParameter.PATH, description="Id from the response that created it.")
REVISION = OpenApiParameter(
    "revision",
    {"type": "integer", "minimum": 1, "maximum": 999999999},
    description="Show this revision instead of the newest one.",
)
NUMBER = OpenApiParameter(
    "number", {"type": "integer", "minimum": 1}, OpenApiParameter.PATH, description="Number of the revision."
)
CODE = OpenApiParameter("code", str, OpenApiParameter.PATH, description="Code of the findings: low_resolution.")
PRODUCT = OpenApiParameter(
    "slug", str, OpenApiParameter.PATH, description="`product_type` of a product from /api/v1/products."
)
CURSOR = OpenApiParameter("cursor", str)
PRODUCTS_PAGE_SIZE = OpenApiParameter("page_size", {"type": "integer", "minimum": 1, "maximum": 500, "default": 250})
GROUP = OpenApiParameter("group", str, description="Only products of this group, such as apparel.")
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[\\x21-\\x7e]+$"},
    OpenApiParameter.HEADER,
    description="A key that you choose, for example a UUID. If the same request is repeated with the same key, nothing "
    "is created: the response is what the first request created, with `Idempotent-Replayed: true`.",
)
IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description="The `ETag` of the response that you edited; 412 if the design was edited since. Renders do not count. "
    "`*` overwrites any version. Designer sessions must send it.",
)
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match", str, OpenApiParameter.HEADER, description="The `ETag` that you have; 304 if it is current."
)

FIELDS = OpenApiParameter(
    "fields",
    str,
    description="Comma-separated names: the response has only these fields, and is faster. Default: all fields.",
)
AFTER = OpenApiParameter(
    "after",
    {"type": "string", "enum": ["now"]},
    description="`now`: only events from now on. `Last-Event-ID` goes before it. Default: all events.",
)
LAST_EVENT_ID = OpenApiParameter(
    "Last-Event-ID",
    {"type": "string", "pattern": "^[0-9]{0,9}$"},
    OpenApiParameter.HEADER,
    description="The `id` of the last event that you have; the stream continues after it. Empty: all of them.",
)


def response_header(name: str, description: str, *statuses: int, kind: type = str) -> OpenApiParameter:
    """Return a header that responses with these statuses may have."""
    return OpenApiParameter(name, kind, OpenApiParameter.HEADER, description=description, response=list(statuses))


LOCATION = response_header("Location", "URL of what was created.", 201, 202)
ETAG = response_header("ETag", "Version of the response, for `If-None-Match` and `If-Match`.", 200, 201, 304)
RETRY_AFTER = response_header(
    "Retry-After", "Seconds to wait before asking again, while it is rendering.", 200, 201, kind=int
)
REPLAYED = response_header("Idempotent-Replayed", "`true` if the `Idempotency-Key` was used before.", 201)
PICTURE_ADDRESS = response_header("Location", "URL of the image, which may expire.", 302)
PREVIEW_ETAG = response_header("ETag", "Version of the image.", 200, 304)
PREFLIGHT = response_header(
    "Preflight",
    "Findings for the image: codes with severity, placement and layer (a list as in RFC 9651).",
    200,
)
SERVER_TIMING = response_header("Server-Timing", "Timings in ms.", 200, 304)
CACHE_CONTROL = response_header("Cache-Control", "How long the image may be cached.", 200, 304)
NO_STORE = response_header("Cache-Control", "`no-store`: the secret is shown only once.", 201)
FONT_NAME = OpenApiParameter("name", str, OpenApiParameter.PATH, description="Name of a font from /api/v1/fonts.")
SAMPLE_VERSION = OpenApiParameter(
    "v", str, description="Version of the image, as in the addresses of the list of fonts: it may be cached for ever."
)
SIGNED_DATA = OpenApiParameter("data", str, required=True, description="What the address shows; opaque.")
SIGNATURE = OpenApiParameter(
    "signature", str, required=True, description="Of `data`, by the service. Whoever has the address may open it."
)


def picture_responses(*types: str) -> dict[tuple[int, str], Any]:
    """Return the responses of an operation that returns an image of one of these media types.

    Generated clients often do not support image types; they can ask for `application/octet-stream`.
    """
    return {(200, media_type): bytes for media_type in (*types, OCTET_STREAM)}


def picture_media_type(request: Request, media_type: str) -> str:
    """Return the Content-Type of an image: its own, or OCTET_STREAM if the client asks for that."""
    return OCTET_STREAM if request.headers.get("Accept", "").strip().lower() == OCTET_STREAM else media_type
