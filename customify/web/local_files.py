"""Local files over HTTP, for development and small installations; a proxy may serve the public ones itself."""

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
    """Answer with a stored rendition under the type its name says; any path that is no rendition's key is 404."""
    try:
        keys.parse_key(key)
        content_type = keys.get_content_type(key)
    except ValueError as error:
        raise Http404 from error
    answer = serve(request, key, document_root=str(settings.STORAGE.root))
    if isinstance(answer, FileResponse):
        answer["Content-Type"] = content_type
        answer["Cache-Control"] = PUBLIC_CACHE_CONTROL
    return answer


@require_safe
def serve_private_file(request: HttpRequest, key: str) -> HttpResponseBase:
    """Answer with a private file to whoever has an address of it that we signed and that has not expired; else 404."""
    try:
        keys.check_key(key)
        content_type = keys.get_content_type(key)
    except ValueError as error:
        raise Http404 from error
    if not has_valid_signature(key, request.GET.get("until", ""), request.GET.get("signature", "")):
        raise Http404
    answer = serve(request, key, document_root=str(settings.STORAGE.root / "private"))
    answer["Cache-Control"] = PRIVATE_CACHE_CONTROL
    if isinstance(answer, FileResponse):
        answer["Content-Type"] = content_type
    return answer
