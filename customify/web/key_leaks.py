"""Refuses requests with an API key in the URL or in a header that is stored or logged."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase, JsonResponse

from customify.observability.redaction import KEY_PATTERN, redact_text
from designs.api.errors import MEDIA_TYPE
from designs.api.problems import build_problem

# Headers that are stored or repeated. A gateway may copy the Authorization header's key into others.
STORED_HEADERS = ("Idempotency-Key", "X-Request-ID", "X-Correlation-ID")


class MisplacedKeyMiddleware:
    """Answers 400 to a request with an API key in its URL, or in one of STORED_HEADERS."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Serve the request, or refuse it."""
        place = find_misplaced_key(request)
        return self.get_response(request) if place is None else refuse_misplaced_key(place)


def find_misplaced_key(request: HttpRequest) -> str | None:
    """Return the place of a misplaced API key, None if there is none."""
    if KEY_PATTERN.search(request.path) or KEY_PATTERN.search(request.META.get("QUERY_STRING", "")):
        return "the URL"
    return next(
        (f"the header {name}" for name in STORED_HEADERS if KEY_PATTERN.search(request.headers.get(name, ""))), None
    )


def refuse_misplaced_key(place: str) -> JsonResponse:
    """Return a 400 that tells how to replace the key. The request id is redacted: it may be the key itself."""
    detail = (
        f"An API key was sent in {place}, where logs and histories keep it. Revoke it, create another, and send that "
        "one only in the header Authorization: Bearer …."
    )
    body = build_problem(400, "misplaced_key", detail)
    body |= {"request_id": redact_text(body["request_id"])} if "request_id" in body else {}
    return JsonResponse(body, status=400, content_type=MEDIA_TYPE)
