"""`POST /api/v1/preview`: the picture itself, drawn now."""

from __future__ import annotations

import base64
import time
from typing import Any

from django.http import Http404, HttpResponse
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from designs import previews
from designs.api import conditions, docs, error_mapping, scopes, serializers
from designs.api.chunked_body import ChunkedBodyViewSet
from designs.api.errors import InvalidInput, ProblemItem, Unavailable
from designs.api.tenants import get_tenant, own_designs, session_design_id
from designs.previews import PreviewImage, PreviewInputs
from rendering.storage import StorageUnavailable

PICTURE_TYPES = [*(f"image/{name}" for name in previews.FORMATS), docs.OCTET_STREAM]
MAX_HEADER_FINDINGS = 20  # in a header, of which a proxy may take no more than some KB
STORAGE_RETRY_AFTER = 5


@docs.preview_schema
class PreviewViewSet(ChunkedBodyViewSet):
    """The picture of a design that is still being edited, drawn now. Nothing is stored."""

    scopes = scopes.PREVIEWS
    for_sessions = frozenset({"create"})
    serializer_class = serializers.PreviewIn
    returns_picture = True

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Give the picture to whoever does not prefer JSON (or the browsable page)."""
        asked = request._request  # noqa: SLF001  # Django's own, which it wraps
        wanted = asked.get_preferred_type([*PICTURE_TYPES, "application/json", "text/html"])
        self.returns_picture = wanted in PICTURE_TYPES and "format" not in request.query_params
        return super().perform_content_negotiation(request, force or self.returns_picture)

    def create(self, request: Request) -> HttpResponse:
        """Draw a picture and answer with it."""
        begun = time.perf_counter()
        body = serializers.PreviewIn(data=request.data)
        body.is_valid(raise_exception=True)
        wanted = previews.PreviewRequest(
            get_tenant(request), **body.validated_data, for_design=session_design_id(request)
        )
        with error_mapping.map_service_errors():
            _check_session_product(request, wanted.product_type)
            asked = previews.look_up_inputs(wanted)
            tag = f'"{asked.key[:32]}{"" if self.returns_picture else f"-{request.accepted_renderer.format}"}"'
            # Not for an asterisk, which would hold for what never could be drawn.
            if request.headers.get("If-None-Match") != "*" and conditions.matches_etag(request, tag):
                return _add_headers(_not_modified(), tag, begun)
            shown = _render_preview(asked)
        answer = (
            _picture_response(request, shown) if self.returns_picture else Response(_preview_json(shown, wanted.format))
        )
        return _add_headers(
            answer, tag, begun, "hit" if shown.is_cached else f"draw;dur={shown.drawing_seconds * 1000:.1f}"
        )


def _check_session_product(request: Request, product_type: str) -> None:
    """Hold a shopper's session to the product of its design."""
    if session_design_id(request) is None:
        return
    design = own_designs(request).select_related("product").first()
    if design is None:
        raise Http404
    if design.product.slug != product_type:
        message = f"This session is for a design on {design.product.slug!r}."
        raise InvalidInput([ProblemItem("#/product_type", "not_for_sessions", message)])


def _render_preview(asked: PreviewInputs) -> PreviewImage:
    try:
        return previews.render_preview(asked)
    except StorageUnavailable as error:
        detail = "A picture in the design cannot be read now. Try again soon."
        raise Unavailable("storage_unavailable", detail, STORAGE_RETRY_AFTER) from error


def _not_modified() -> HttpResponse:
    answer = HttpResponse(status=status.HTTP_304_NOT_MODIFIED)
    del answer["Content-Type"]
    return answer


def _picture_response(request: Request, shown: PreviewImage) -> HttpResponse:
    answer = HttpResponse(shown.data, content_type=docs.picture_media_type(request, shown.content_type))
    if shown.findings:
        answer["Preflight"] = ", ".join(map(_finding_header, shown.findings[:MAX_HEADER_FINDINGS]))
    return answer


def _finding_header(finding: dict[str, Any]) -> str:
    """Return a finding as a member of a list of RFC 9651: its code, with what is known of it as parameters."""
    told = {name: finding[name] for name in ("severity", "placement", "layer") if finding[name] is not None}
    return "".join([finding["code"], *(f";{name}={value}" for name, value in told.items())])


def _preview_json(shown: PreviewImage, file_format: str) -> dict[str, Any]:
    picture = base64.b64encode(shown.data).decode()
    return {
        "picture": f"data:{shown.content_type};base64,{picture}",
        "format": file_format,
        "width": shown.width,
        "height": shown.height,
        "bytes": len(shown.data),
        "preflight": shown.findings,
    }


def _add_headers(answer: HttpResponse, tag: str, begun: float, *timings: str) -> HttpResponse:
    total = f"total;dur={(time.perf_counter() - begun) * 1000:.1f}"
    answer["ETag"] = tag
    answer["Cache-Control"] = "private, no-cache"
    answer["Server-Timing"] = ", ".join([*timings, total])
    return answer
