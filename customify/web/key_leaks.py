"""API keys that were sent where they do not belong: refused before anything can keep them or repeat them."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase, JsonResponse

from customify.observability.redaction import KEY_PATTERN, redact_text
from designs.api.errors import MEDIA_TYPE
from designs.api.problems import build_problem

# Headers that are kept or repeated. Others may be a gateway's, with the same key in them as Authorization has.
STORED_HEADERS = ("Idempotency-Key", "X-Request-ID", "X-Correlation-ID")


class MisplacedKeyMiddleware:
    """Answers 400 to a request with an API key in its address, or in a header that is kept."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass on what is well addressed."""
        where = find_misplaced_key(request)
        return self.get_response(request) if where is None else refuse_misplaced_key(where)


def find_misplaced_key(request: HttpRequest) -> str | None:
    """Return where a whole API key stands that does not belong there."""
    if KEY_PATTERN.search(request.path) or KEY_PATTERN.search(request.META.get("QUERY_STRING", "")):
        return "the address"
    return next(
        (f"the header {name}" for name in STORED_HEADERS if KEY_PATTERN.search(request.headers.get(name, ""))), None
    )


def refuse_misplaced_key(where: str) -> JsonResponse:
    """Say what to do. The request's id may be the key itself."""
    detail = (
        f"An API key stands in {where}, where logs and histories keep it. Revoke it, make another, and send that one "
        "as the header Authorization: Bearer … alone."
    )
    body = build_problem(400, "misplaced_key", detail)
    body |= {"request_id": redact_text(body["request_id"])} if "request_id" in body else {}
    return JsonResponse(body, status=400, content_type=MEDIA_TYPE)
