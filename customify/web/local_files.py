"""Serves local files over HTTP, for development and small installations; a proxy may serve public ones instead."""

from __future__ import annotations

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe
from django.views.static import serve

from rendering import keys
from rendering.storage.private_urls import has_valid_signature
from rendering.storage_config import PRIVATE_CACHE_CONTROL, PUBLIC_CACHE_CONTROL


@require_safe
def serve_rendition(request: HttpRequest, key: str) -> HttpResponseBase:
    """Return a stored rendition, with the content type of its extension; 404 if the path is not a rendition's key."""
    try:
        keys.parse_key(key)
        content_type = keys.get_content_type(key)
    except ValueError as error:
        raise Http404 from error
    response = serve(request, key, document_root=str(settings.STORAGE.root))
    if isinstance(response, FileResponse):
        response["Content-Type"] = content_type
        response["Cache-Control"] = PUBLIC_CACHE_CONTROL
    return response


@require_safe
def serve_private_file(request: HttpRequest, key: str) -> HttpResponseBase:
    """Return a private file if the URL has a valid signature and has not expired; else 404."""
    try:
        keys.check_key(key)
        content_type = keys.get_content_type(key)
    except ValueError as error:
        raise Http404 from error
    if not has_valid_signature(key, request.GET.get("until", ""), request.GET.get("signature", "")):
        raise Http404
    response = serve(request, key, document_root=str(settings.STORAGE.root / "private"))
    response["Cache-Control"] = PRIVATE_CACHE_CONTROL
    if isinstance(response, FileResponse):
        response["Content-Type"] = content_type
    return response
