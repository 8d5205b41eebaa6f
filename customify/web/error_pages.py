"""Error responses outside the API's views: problem documents for programs, pages for people."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from designs.api.errors import MEDIA_TYPE
from designs.api.problems import build_problem


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """Answer a form without a valid CSRF token (CSRF_FAILURE_VIEW)."""
    detail = "The form's token is missing or old. Reload the page, with cookies allowed, and submit it again."
    return _render_refusal(request, "csrf_failed", detail)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """Answer a logged-in user without the permission (handler403)."""
    return _render_refusal(
        request, "permission_denied", "You do not have permission to do this. Ask an administrator for it."
    )


def raise_not_found(request: HttpRequest, rest: str) -> HttpResponse:  # noqa: ARG001
    """Answer 404 for any path."""
    raise Http404


def _render_refusal(request: HttpRequest, code: str, detail: str) -> HttpResponse:
    if _wants_html(request):
        return render(request, "refused.html", {"detail": detail}, status=403)
    return JsonResponse(build_problem(403, code, detail), status=403, content_type=MEDIA_TYPE)


def _wants_html(request: HttpRequest) -> bool:
    """Tell whether to send a page: below /api/ only if the client prefers HTML."""
    preferred: Any = request.get_preferred_type(["application/json", "text/html"])
    return bool(preferred == "text/html" or not request.path.startswith("/api/"))
