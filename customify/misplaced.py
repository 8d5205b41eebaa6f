"""API keys that were sent where they do not belong: refused before anything can keep them or repeat them."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import unquote

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from customify.redaction import KEY, clean
from designs.api.errors import MEDIA_TYPE
from designs.api.problems import problem

# Headers that are kept or repeated. Others may be a gateway's, with the same key in them as Authorization has.
KEPT = ("Idempotency-Key", "X-Request-ID", "X-Correlation-ID")


class MisplacedKeyMiddleware:
    """Answers 400 to a request with an API key in its address, or in a header that is kept."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass on what is well addressed."""
        where = place_of_key(request)
        return self.get_response(request) if where is None else refuse(where)


def place_of_key(request: HttpRequest) -> str | None:
    """Return where a whole API key stands that does not belong there."""
    query = request.META.get("QUERY_STRING", "")
    if KEY.search(request.path) or (query and KEY.search(unquote(query))):
        return "the address"
    return next((f"the header {name}" for name in KEPT if KEY.search(request.headers.get(name, ""))), None)


def refuse(where: str) -> HttpResponse:
    """Say what to do; the request's id may be the key itself."""
    detail = (
        f"An API key stands in {where}, where logs and histories keep it. Revoke it, make another, and send that one "
        "as the header Authorization: Bearer … alone."
    )
    body = clean(json.dumps(problem(400, "misplaced_key", detail)))
    return HttpResponse(body, status=400, content_type=MEDIA_TYPE)
