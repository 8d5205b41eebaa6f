"""Refusals outside the API's own views: to programs as problems, to people as pages."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from designs.api.errors import MEDIA_TYPE
from designs.api.problems import build_problem


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """Answer a form that came without its token (CSRF_FAILURE_VIEW)."""
    detail = "The form's token is missing or old. Load the page again, with cookies allowed, and send it from there."
    return _render_refusal(request, "csrf_failed", detail)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """Answer somebody who is logged in and may not do this (handler403)."""
    return _render_refusal(
        request, "permission_denied", "You may not do this. Ask an administrator for the permission."
    )


def raise_not_found(request: HttpRequest, rest: str) -> HttpResponse:  # noqa: ARG001
    """Answer 404, whatever is asked for."""
    raise Http404


def _render_refusal(request: HttpRequest, code: str, detail: str) -> HttpResponse:
    if _wants_html(request):
        return render(request, "refused.html", {"detail": detail}, status=403)
    return JsonResponse(build_problem(403, code, detail), status=403, content_type=MEDIA_TYPE)


def _wants_html(request: HttpRequest) -> bool:
    """Tell whether a page is wanted: below /api/ only by those who ask for one."""
    wanted: Any = request.get_preferred_type(["application/json", "text/html"])
    return bool(wanted == "text/html" or not request.path.startswith("/api/"))
