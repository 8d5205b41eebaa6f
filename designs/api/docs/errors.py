"""Errors in the schema: the error responses of an operation, and an example of every kind of error."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from drf_spectacular.utils import OpenApiResponse

from designs.api import serializers
from designs.api.errors import MEDIA_TYPE, BodyTooLarge

REQUEST_ID = "1f0a6c1e-6a3b-4f7e-9a55-0d5b1c9f2e34"

# Status: name of the shared response, and its description.
MEANINGS = {
    400: (
        "BadRequest",
        "The request is not valid. `errors` says where: a JSON Pointer, a query parameter or a header.",
    ),
    401: ("Unauthorized", "The API key is missing, unknown, revoked or expired."),
    403: (
        "Forbidden",
        "The key lacks a scope, a designer session may not do this, the CSRF token is missing, or the storage is full.",
    ),
    404: ("NotFound", "It does not exist, or belongs to another tenant."),
    405: ("MethodNotAllowed", "There is no such method here; `Allow` lists those there are."),
    406: ("NotAcceptable", "The media type in `Accept` is not supported: use `application/json`."),
    409: (
        "Conflict",
        "Designs use the asset, pins keep files of the design, the design is empty, or it has errors of preflight.",
    ),
    410: ("Gone", "What was created with this `Idempotency-Key` has been deleted."),
    412: (
        "PreconditionFailed",
        "The `ETag` in `If-Match` is outdated: the design was edited since. `etag` and `revision` are the new ones.",
    ),
    413: (
        "BodyTooLarge",
        "The request body is too large: see `/api/v1/limits`. The `detail` of a file may be shown to shoppers.",
    ),
    415: ("UnsupportedMediaType", "The media type of the request body is not supported."),
    422: (
        "Unprocessable",
        "The `Idempotency-Key` was used with a different request, the image was rejected, or the engine failed.",
    ),
    428: ("PreconditionRequired", "A designer session must send `If-Match`, so that it overwrites no other edit."),
    429: ("TooManyRequests", "Too many requests, or a quota is used up. Try again after `Retry-After` seconds."),
    500: ("ServerError", "An internal error. Include the `request_id` when you report it."),
    503: (
        "Unavailable",
        "The database, the storage or a renderer is unavailable or busy. Try again after `Retry-After` seconds.",
    ),
}
COMMON_STATUSES = (401, 403, 406, 429, 500, 503)
PUBLIC_STATUSES = (429, 500)


def problem_responses(*codes: int, public: bool = False) -> dict[tuple[int, str], Any]:
    """Return the error responses of an operation: those listed, and those that all (or all public) operations have."""
    return uncounted_responses(*(PUBLIC_STATUSES if public else COMMON_STATUSES), *codes)


def uncounted_responses(*codes: int) -> dict[tuple[int, str], Any]:
    """Return the error responses of an operation that is public and not counted against the rate limit."""
    return {
        (code, MEDIA_TYPE): OpenApiResponse(serializers.Problem, description=MEANINGS[code][1])
        for code in sorted({500, *codes})
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


def _problem_item(kind: str, location: str, code: str, detail: str) -> dict[str, str]:
    return {kind: location, "code": code, "detail": detail}


_FONT = "This font is not in the catalogue; the nearest is Bebas-Bold."
_LOCKED = "This layer is locked: it must stay as the shop has made it."
_INVISIBLE = "The text is not visible: its characters leave no ink."
_WAIT = "wait must be a number of seconds from 0 to 10."
_KEY = "An Idempotency-Key must be 1 to 255 visible ASCII characters, for example a UUID."
_LARGE = str(BodyTooLarge.of_json(2_097_152).detail)
_LARGE_FILE = str(BodyTooLarge.of_file(25_000_000).detail)
_NOT_AN_IMAGE = "This is not a JPEG, PNG, WebP or HEIC image. Save it as JPEG or PNG, and upload that."

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
        "No key": _problem_example(401, "not_authenticated", "Send an API key: Authorization: Bearer cfy_live_…"),
        "A key that is none": _problem_example(
            401,
            "authentication_failed",
            "This API key is unknown, revoked or expired. Use one that the admin lists as usable, without quotes.",
        ),
    },
    403: {
        "A scope is missing": _problem_example(
            403,
            "missing_scope",
            "This API key lacks the scope designs:write. Create a key with that scope in the admin.",
        ),
        "A session that is over": _problem_example(
            403,
            "session_finished",
            "This design is finished and cannot be changed any more. You can still look at it.",
        ),
        "A locked layer": _problem_example(
            403,
            "locked_layer",
            "The shop has locked parts of this design; they cannot be changed.",
            _problem_item("pointer", "#/design_data/placements/front/layers/0", "locked_layer", _LOCKED),
        ),
        "An address that has expired": _problem_example(
            403,
            "address_expired",
            "The address of this preview has expired. Ask for a new one: POST /api/v1/preview/urls.",
        ),
        "The storage quota": _problem_example(
            403,
            "storage_quota_reached",
            "Your quota is used up: 100,000,000,000 of 100,000,000,000 bytes of storage. Delete designs or assets.",
        ),
    },
    404: {
        "Nothing there": _problem_example(
            404,
            "not_found",
            "This does not exist, or is not yours. Check the id, and the key: another user's key does not find it, nor "
            "a test key what a live key made, nor the reverse.",
        ),
        "No such revision": _problem_example(
            404, "unknown_revision", "The design has no revision 7; it has revisions 1 to 3."
        ),
    },
    405: {
        "A preview without a signature": _problem_example(
            405,
            "method_not_allowed",
            "A GET needs a signed address: POST /api/v1/preview/urls returns one. "
            "Or send the design to POST /api/v1/preview.",
        )
    },
    406: {
        "Another format": _problem_example(
            406,
            "not_acceptable",
            "The header Accept allows nothing that there is here. Send Accept: application/json, or leave it out.",
        )
    },
    409: {
        "An asset in use": _problem_example(
            409,
            "conflict",
            "Designs use this asset: 0198c2f4-7c1e-7b3a-9a52-3f1d5c6e7a81. Change or delete them first.",
        ),
        "A pinned design": _problem_example(
            409,
            "pinned",
            "Files of this design are pinned (order order-1001). Unpin them first: "
            "/api/v1/pins?design=0198c2f4-7c1e-7b3a-9a52-3f1d5c6e7a81",
        ),
        "An empty design": _problem_example(
            409, "no_ink", "The design is empty: there is nothing to print. Add a text, an image or a background."
        ),
        "Errors of preflight": {
            **_problem_example(409, "preflight_errors", f"This design cannot be printed as it is. {_INVISIBLE}"),
            "preflight": [
                {
                    "code": "no_ink",
                    "severity": "error",
                    "message": _INVISIBLE,
                    "layer": 0,
                    "measured": None,
                    "required": None,
                    "placement": "front",
                }
            ],
        },
    },
    410: {
        "A deleted design": _problem_example(
            410, "gone", "What was created with this Idempotency-Key has been deleted."
        )
    },
    412: {
        "Edited meanwhile": {
            **_problem_example(
                412,
                "edited_meanwhile",
                "The design was edited since you fetched it. Fetch it again, then repeat your edit.",
            ),
            "revision": 3,
            "etag": '"2.9.987654"',
            "edited_by": "page",
            "edited_at": "2026-11-25T09:31:07.410000Z",
        }
    },
    413: {
        "A large file": _problem_example(
            413, "body_too_large", _LARGE_FILE, _problem_item("pointer", "#", "body_too_large", _LARGE_FILE)
        ),
        "A large body": _problem_example(
            413, "body_too_large", _LARGE, _problem_item("pointer", "#", "body_too_large", _LARGE)
        ),
    },
    415: {
        "No JSON": _problem_example(
            415,
            "unsupported_media_type",
            "text/plain is not taken here. Send JSON, with the header Content-Type: application/json.",
        )
    },
    422: {
        "A key used twice": _problem_example(
            422,
            "idempotency_key_reused",
            "This Idempotency-Key was already used with a different request. Use a new key for each new request.",
        ),
        "No picture": _problem_example(
            422, "unknown_format", _NOT_AN_IMAGE, _problem_item("pointer", "#/file", "unknown_format", _NOT_AN_IMAGE)
        ),
    },
    428: {
        "Without If-Match": _problem_example(
            428,
            "precondition_required",
            "Say which version of the design you have edited: send its `etag` in the header If-Match. "
            "`If-Match: *` overwrites whatever is there.",
        )
    },
    429: {
        "Too fast": _problem_example(
            429,
            "throttled",
            "These are too many requests: more than 600 in a minute. Try again in 2 seconds, as Retry-After says.",
        ),
        "A quota": _problem_example(
            429,
            "renders_quota_reached",
            "Your quota is used up: 5,000 of 5,000 unfinished renders. Try again when some of them are done.",
        ),
        "Drawing time": _problem_example(
            429,
            "drawing_quota_reached",
            "Your previews have taken 120 s of drawing within a minute, which is the limit. "
            "Send fewer of them, or smaller and simpler ones.",
        ),
    },
    500: {
        "A mistake of ours": _problem_example(
            500,
            "server_error",
            "An internal error occurred. Try again; repeat a create with the same Idempotency-Key. "
            "When you report the error, include the request_id.",
        )
    },
    503: {
        "The database is away": _problem_example(
            503,
            "unavailable",
            "The database is not available. Try again soon; repeat a create with the same Idempotency-Key.",
        ),
        "Many previews": _problem_example(
            503, "preview_busy", "Too many previews are being drawn right now. Send fewer of them, or try again."
        ),
        "The storage is away": _problem_example(
            503, "storage_unavailable", "The storage is not available, and nothing was saved. Try again soon."
        ),
    },
}
