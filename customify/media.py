"""Local renditions over HTTP, for development and small installations; a proxy may serve the folder itself."""

from __future__ import annotations

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe
from django.views.static import serve

from rendering import keys
from rendering.storage_config import PUBLIC_CACHE_CONTROL


@require_safe
def local_rendition(request: HttpRequest, key: str) -> HttpResponseBase:
    """Answer with a stored rendition under the type its name says; any path that is no rendition's key is 404."""
    try:
        keys.parse(key)
        content_type = keys.content_type(key)
    except ValueError as error:
        raise Http404 from error
    answer = serve(request, key, document_root=str(settings.STORAGE.root))
    if isinstance(answer, FileResponse):
        answer["Content-Type"] = content_type
        answer["Cache-Control"] = PUBLIC_CACHE_CONTROL
    return answer
