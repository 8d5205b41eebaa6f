"""Endpoint of instant previews, `/api/v1/preview`."""

from __future__ import annotations

import base64
import time
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from rest_framework import status
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.request import Request
from rest_framework.response import Response

from designs import previews
from designs.api import conditions, docs, error_mapping, scopes, serializers
from designs.api.chunked_body import ChunkedBodyViewSet
from designs.api.drawing_turns import check_session_product, explain_storage_outage, take_turn
from designs.api.finding_fields import show_findings
from designs.api.tenants import get_tenant, session_assets, session_design_id, signed_body
from designs.previews import DrawingBudget, PreviewImage

IMAGE_TYPES = [*previews.CONTENT_TYPES, docs.OCTET_STREAM]
MAX_HEADER_FINDINGS = 20  # in the header, because proxies limit headers to a few KB
NOT_SIGNED = (
    "A GET needs a signed address: POST /api/v1/preview/urls returns one. Or send the design to POST /api/v1/preview."
)


@docs.preview_schema
class PreviewViewSet(ChunkedBodyViewSet):
    """Previews of designs that are being edited. The image is rendered during the request and not stored."""

    scopes = scopes.PREVIEWS
    for_sessions = frozenset({"create"})
    for_addresses = frozenset({"retrieve"})
    serializer_class = serializers.PreviewIn
    returns_image = True

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Return the image itself unless the client prefers JSON or the browsable page."""
        django_request = request._request  # noqa: SLF001  # the Django request that DRF wraps
        preferred = django_request.get_preferred_type([*IMAGE_TYPES, "application/json", "text/html"])
        self.returns_image = preferred in IMAGE_TYPES and "format" not in request.query_params
        return super().perform_content_negotiation(request, force or self.returns_image)

    def create(self, request: Request) -> HttpResponse:
        """Render a preview and return it."""
        started = time.perf_counter()
        body = serializers.PreviewIn(data=request.data)
        body.is_valid(raise_exception=True)
        return self._render(request, body.validated_data, started)

    def retrieve(self, request: Request) -> HttpResponse:
        """Render the preview of a signed address, which the authentication has checked, and return it."""
        started = time.perf_counter()
        body = signed_body(request)
        if body is None:
            raise MethodNotAllowed("GET", NOT_SIGNED)
        return self._render(request, body, started)

    def _render(self, request: Request, body: Mapping[str, Any], started: float) -> HttpResponse:
        preview_request = _to_preview_request(request, body)
        with take_turn(preview_request.caller, self.headers) as budget:
            return self._answer(request, preview_request, budget, started)

    def _answer(
        self, request: Request, preview_request: previews.PreviewRequest, budget: DrawingBudget, started: float
    ) -> HttpResponse:
        with error_mapping.map_service_errors():
            check_session_product(request, preview_request.product_type)
            inputs = previews.look_up_inputs(preview_request)
            etag = self._build_etag(inputs.key)
            # "*" does not count: it would match a design that cannot be rendered.
            if request.headers.get("If-None-Match") != "*" and conditions.matches_etag(request, etag):
                return _add_headers(_not_modified(), etag, started)
            with explain_storage_outage():
                preview = previews.render_preview(inputs, budget)
        response: HttpResponse
        if self.returns_image:
            response = _image_response(request, preview)
        else:
            response = Response(_preview_json(request, preview, preview_request.format))
        timing = "hit" if preview.is_cached else f"draw;dur={preview.drawing_seconds * 1000:.1f}"
        return _add_headers(response, etag, started, timing)

    def _build_etag(self, key: str) -> str:
        """Return the entity tag: the preview's key, and the format of the response if it is not the image itself."""
        suffix = "" if self.returns_image else f"-{self.request.accepted_renderer.format}"
        return f'"{key[:32]}{suffix}"'


def check_preview(request: Request, body: Mapping[str, Any]) -> None:
    """Raise InvalidInput for what `POST /preview` would refuse before it draws."""
    preview_request = _to_preview_request(request, body)
    with error_mapping.map_service_errors():
        check_session_product(request, preview_request.product_type)
        previews.look_up_inputs(preview_request).to_draw_inputs()


def _to_preview_request(request: Request, body: Mapping[str, Any]) -> previews.PreviewRequest:
    return previews.PreviewRequest(
        get_tenant(request), **body, for_design=session_design_id(request), shared_assets=session_assets(request)
    )


def _not_modified() -> HttpResponse:
    response = HttpResponse(status=status.HTTP_304_NOT_MODIFIED)
    del response["Content-Type"]
    return response


def _image_response(request: Request, preview: PreviewImage) -> HttpResponse:
    response = HttpResponse(preview.data, content_type=docs.picture_media_type(request, preview.content_type))
    if preview.findings:
        response["Preflight"] = ", ".join(map(_finding_header, preview.findings[:MAX_HEADER_FINDINGS]))
    return response


def _finding_header(finding: dict[str, Any]) -> str:
    """Return a finding as a member of a structured-field list (RFC 9651): its code, with parameters."""
    parameters = {name: finding[name] for name in ("severity", "placement", "layer") if finding[name] is not None}
    return "".join([finding["code"], *(f";{name}={value}" for name, value in parameters.items())])


def _preview_json(request: Request, preview: PreviewImage, file_format: str) -> dict[str, Any]:
    encoded = base64.b64encode(preview.data).decode()
    return {
        "picture": f"data:{preview.content_type};base64,{encoded}",
        "format": file_format,
        "width": preview.width,
        "height": preview.height,
        "bytes": len(preview.data),
        "preflight": show_findings(request, preview.findings),
        "facts": preview.facts,
    }


def _add_headers(response: HttpResponse, etag: str, started: float, *timings: str) -> HttpResponse:
    total = f"total;dur={(time.perf_counter() - started) * 1000:.1f}"
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    response["Server-Timing"] = ", ".join([*timings, total])
    return response
