"""Refusals outside the API's own views: to programs as problems, to people as pages."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from designs.api.errors import MEDIA_TYPE
from designs.api.problems import problem


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """Answer a form that came without its token (CSRF_FAILURE_VIEW)."""
    detail = "The form's token is missing or old. Load the page again, with cookies allowed, and send it from there."
    return _refuse(request, "csrf_failed", detail)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """Answer somebody who is logged in and may not do this (handler403)."""
    return _refuse(request, "permission_denied", "You may not do this. Ask an administrator for the permission.")


def nothing(request: HttpRequest, rest: str) -> HttpResponse:  # noqa: ARG001
    """Answer 404, whatever is asked for."""
    raise Http404


def _refuse(request: HttpRequest, code: str, detail: str) -> HttpResponse:
    if _is_person(request):
        return render(request, "refused.html", {"detail": detail}, status=403)
    return JsonResponse(problem(403, code, detail), status=403, content_type=MEDIA_TYPE)


def _is_person(request: HttpRequest) -> bool:
    """Tell whether a page is wanted: below /api/ only by those who ask for one."""
    wanted: Any = request.get_preferred_type(["application/json", "text/html"])
    return bool(wanted == "text/html" or not request.path.startswith("/api/"))
