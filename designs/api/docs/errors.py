"""Errors as the schema shows them: which statuses an operation answers with, and an example of every kind."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from drf_spectacular.utils import OpenApiResponse

from designs.api import serializers
from designs.api.errors import MEDIA_TYPE

REQUEST_ID = "1f0a6c1e-6a3b-4f7e-9a55-0d5b1c9f2e34"

# Status: the shared response's name, and what it means.
MEANINGS = {
    400: (
        "BadRequest",
        "The request breaks a rule; `errors` says where: a JSON Pointer, a query parameter or a header.",
    ),
    401: ("Unauthorized", "No API key, or one that is unknown, revoked or expired."),
    403: (
        "Forbidden",
        "The key lacks a scope, a designer session may not do this, a CSRF token is missing, or the storage is full.",
    ),
    404: ("NotFound", "There is no such thing, or it is not yours."),
    406: ("NotAcceptable", "`Accept` asks for what is not given here: ask for `application/json`."),
    409: ("Conflict", "Designs are drawn from it; the answer names them."),
    410: ("Gone", "The design that this `Idempotency-Key` made has been deleted."),
    412: ("PreconditionFailed", "Edited meanwhile: the `ETag` in `If-Match` is old."),
    413: ("BodyTooLarge", "The body is too large."),
    415: ("UnsupportedMediaType", "The body is not of the type that is taken here."),
    422: ("Unprocessable", "The `Idempotency-Key` was used with another request, or the picture cannot be taken."),
    429: ("TooManyRequests", "Too many requests, or a quota is used up; `Retry-After` says when to try again."),
    500: ("ServerError", "Something went wrong on our side; quote the `request_id`."),
    503: (
        "Unavailable",
        "The database or the storage does not answer, or is busy; `Retry-After` says when to try again.",
    ),
}
COMMON_STATUSES = (401, 403, 406, 429, 500, 503)
PUBLIC_STATUSES = (429, 500)


def problem_responses(*codes: int, public: bool = False) -> dict[tuple[int, str], Any]:
    """Describe error answers; some are everywhere, fewer where anybody may look."""
    everywhere = PUBLIC_STATUSES if public else COMMON_STATUSES
    return {
        (code, MEDIA_TYPE): OpenApiResponse(serializers.Problem, description=MEANINGS[code][1])
        for code in sorted({*everywhere, *codes})
    }


def _problem_example(status: int, code: str, detail: str, *errors: dict[str, str]) -> dict[str, Any]:
    body: dict[str, Any] = {
        "type": f"urn:customify:problem:{code.replace('_', '-')}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
        "request_id": REQUEST_ID,
    }
    return {**body, "errors": list(errors)} if errors else body


def _problem_item(kind: str, where: str, code: str, detail: str) -> dict[str, str]:
    return {kind: where, "code": code, "detail": detail}


_FONT = "There is no font 'Bebas-Bald' here. /api/v1/fonts lists those there are."
_WAIT = "wait is a number of seconds from 0 to 10."
_KEY = "An Idempotency-Key is 1 to 255 visible ASCII characters, such as a UUID."
_LARGE = "The body is larger than 2,097,152 bytes."
_NO_PICTURE = "This is no JPEG, PNG, WebP or HEIC file."

EXAMPLES: dict[int, dict[str, dict[str, Any]]] = {
    400: {
        "A rule of the body": _problem_example(
            400, "invalid_input", _FONT, _problem_item("pointer", "#/design_data/font", "unknown_font", _FONT)
        ),
        "A query parameter": _problem_example(
            400, "invalid_input", _WAIT, _problem_item("parameter", "wait", "out_of_range", _WAIT)
        ),
        "A header": _problem_example(
            400, "invalid_input", _KEY, _problem_item("header", "Idempotency-Key", "invalid_key", _KEY)
        ),
    },
    401: {
        "No key": _problem_example(401, "not_authenticated", "Authentication credentials were not provided."),
        "A key that is none": _problem_example(
            401,
            "authentication_failed",
            "This API key is unknown, revoked or expired. Use one that is listed in the admin.",
        ),
    },
    403: {
        "A scope is missing": _problem_example(
            403, "missing_scope", "This API key lacks the scope designs:write. Make one that has it in the admin."
        ),
        "A session that is over": _problem_example(
            403, "session_over", "The design is finished: this session may only look at it now."
        ),
        "The storage quota": _problem_example(
            403,
            "storage_quota_reached",
            "Your quota is used up: 100,000,000,000 of 100,000,000,000 bytes stored. Delete designs or assets.",
        ),
    },
    404: {"Nothing there": _problem_example(404, "not_found", "Not found.")},
    406: {"Another format": _problem_example(406, "not_acceptable", "Could not satisfy the request Accept header.")},
    409: {
        "An asset in use": _problem_example(
            409,
            "conflict",
            "Designs are drawn from this asset: 0198c2f4-7c1e-7b3a-9a52-3f1d5c6e7a81. Change or delete them first.",
        )
    },
    410: {
        "A deleted design": _problem_example(410, "gone", "The design that this Idempotency-Key made has been deleted.")
    },
    412: {
        "Edited meanwhile": _problem_example(
            412, "edited_meanwhile", "The design was edited since you fetched it: fetch it again, then edit."
        )
    },
    413: {
        "A large body": _problem_example(
            413, "body_too_large", _LARGE, _problem_item("pointer", "#", "body_too_large", _LARGE)
        ),
    },
    415: {
        "No JSON": _problem_example(
            415,
            "unsupported_media_type",
            'Unsupported media type "text/plain" in request. '
            "Send JSON, with the header Content-Type: application/json.",
        )
    },
    422: {
        "A key used twice": _problem_example(
            422,
            "idempotency_key_reused",
            "This Idempotency-Key was used with another request. Use a new key for a new request.",
        ),
        "No picture": _problem_example(
            422, "unknown_format", _NO_PICTURE, _problem_item("pointer", "#/file", "unknown_format", _NO_PICTURE)
        ),
    },
    429: {
        "Too fast": _problem_example(429, "throttled", "Request was throttled. Expected available in 2 seconds."),
        "A quota": _problem_example(
            429,
            "renders_quota_reached",
            "Your quota is used up: 5,000 of 5,000 renders unfinished. Try again when some are done.",
        ),
    },
    500: {
        "A mistake of ours": _problem_example(
            500,
            "server_error",
            "Something went wrong on our side. Try again (a create by its Idempotency-Key); quote the request_id.",
        )
    },
    503: {
        "The database is away": _problem_example(
            503, "unavailable", "The database does not answer. Try again soon (a create by its Idempotency-Key)."
        ),
        "Many previews": _problem_example(
            503, "preview_busy", "Too many previews are being drawn at this moment. Leave some out, or try again."
        ),
        "The storage is away": _problem_example(
            503, "storage_unavailable", "The storage does not answer, and nothing was kept. Send it again soon."
        ),
    },
}
