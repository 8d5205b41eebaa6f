"""Errors as `application/problem+json` (RFC 9457), with JSON Pointers (RFC 6901) into the request body."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any

import structlog
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.utils.http import urlencode
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import set_rollback

from designs.api.errors import MEDIA_TYPE, InvalidInput, ProblemError, ProblemItem, limit_items, to_pointer
from designs.api.wording import explain
from designs.db.outages import is_outage

RETRY_AFTER = 5  # s; a restarted database is back within this time


def flatten_errors(detail: Any, kind: str, path: tuple[str, ...] = ()) -> Iterator[ProblemItem]:
    """Yield the errors of a serializer, nested by field, as a flat sequence; `kind` as in ProblemItem."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            step = () if name == api_settings.NON_FIELD_ERRORS_KEY else (str(name),)
            yield from flatten_errors(inner, kind, path + step)
    elif isinstance(detail, list):
        for index, inner in enumerate(detail):
            nested = isinstance(inner, dict | list)
            yield from flatten_errors(inner, kind, (*path, str(index)) if nested else path)
    else:
        where = to_pointer(path) if kind == "pointer" else "/".join(path)
        yield ProblemItem(where, getattr(detail, "code", "invalid"), str(detail), kind)


def build_problem(
    status: int, code: str, detail: str, items: Sequence[ProblemItem] = (), members: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return the body of an error response (RFC 9457, section 3)."""
    body: dict[str, Any] = {
        "type": f"urn:customify:problem:{code.replace('_', '-')}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
        **(members or {}),
    }
    if items:
        body["errors"] = [item.to_json() for item in items]
    if request_id := structlog.contextvars.get_contextvars().get("request_id"):
        body["request_id"] = str(request_id)
    return body


def handle_exception(error: Exception, context: dict[str, Any]) -> HttpResponseBase | None:
    """Turn an exception of a view into an error response; None if it is unexpected (it is then logged and a 500)."""
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if not isinstance(error, exceptions.APIException):
        return None
    set_rollback()
    if isinstance(error, exceptions.NotAuthenticated) and _is_browsing(context["request"]):
        query = urlencode({"next": context["request"].get_full_path()})
        return HttpResponseRedirect(f"{settings.LOGIN_URL}?{query}")
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait))
    return Response(_build_body(error, context), status=error.status_code, headers=headers)


def _is_browsing(request: Request) -> bool:
    """Tell whether this is a page view of the browsable API, which redirects to the log-in page instead of a 401."""
    renderer = getattr(request, "accepted_renderer", None)
    return request.method == "GET" and getattr(renderer, "format", "") == "api"


def _build_body(error: exceptions.APIException, context: dict[str, Any]) -> dict[str, Any]:
    if isinstance(error, ProblemError):
        return build_problem(error.status_code, error.code, str(error.detail), error.items, error.members)
    if isinstance(error, exceptions.ValidationError):
        in_query = context["request"].method in {"GET", "HEAD", "OPTIONS"}
        items = limit_items(flatten_errors(error.detail, "parameter" if in_query else "pointer"))
        return _build_body(InvalidInput(items), context)
    code = getattr(error.detail, "code", "error")
    return build_problem(error.status_code, str(code), explain(error, context["request"], context["view"]))


def server_error(request: HttpRequest) -> JsonResponse:  # noqa: ARG001
    """Respond with 500, or 503 if the database is unavailable; details are only in the log, by request id."""
    if is_outage(sys.exc_info()[1]):
        detail = "The database is not available. Try again soon; repeat a create with the same Idempotency-Key."
        response = JsonResponse(build_problem(503, "unavailable", detail), status=503, content_type=MEDIA_TYPE)
        response["Retry-After"] = str(RETRY_AFTER)
        return response
    detail = (
        "An internal error occurred. Try again; repeat a create with the same Idempotency-Key. "
        "When you report the error, include the request_id."
    )
    return JsonResponse(build_problem(500, "server_error", detail), status=500, content_type=MEDIA_TYPE)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> JsonResponse:  # noqa: ARG001
    """Respond with 400 to what Django itself rejects: an unknown Host, a path outside its root, too many fields."""
    body = build_problem(400, "bad_request", "The request is not valid. Check its Host header, its URL and its size.")
    return JsonResponse(body, status=400, content_type=MEDIA_TYPE)


def not_found(request: HttpRequest, exception: Exception | None = None) -> JsonResponse:  # noqa: ARG001
    """Respond with 404 to a URL that matches no route."""
    body = build_problem(404, "not_found", "There is nothing at this URL. See /api/v1/docs for the list of endpoints.")
    return JsonResponse(body, status=404, content_type=MEDIA_TYPE)
