"""Endpoint of preflight, `/api/v1/preflight`."""

from __future__ import annotations

import time

from rest_framework.request import Request
from rest_framework.response import Response

from designs import previews
from designs.api import docs, error_mapping, scopes, serializers
from designs.api.chunked_body import ChunkedBodyViewSet
from designs.api.drawing_turns import check_session_product, explain_storage_outage, take_turn
from designs.api.finding_fields import show_findings
from designs.api.tenants import get_tenant, session_assets, session_design_id
from designs.previews import Preflight
from designs.renders.findings import find_errors, score_findings


@docs.preflight_schema
class PreflightViewSet(ChunkedBodyViewSet):
    """Preflight of designs that are being edited. Nothing is stored, and no image is made."""

    scopes = scopes.PREVIEWS
    for_sessions = frozenset({"create"})
    serializer_class = serializers.PreflightIn

    def create(self, request: Request) -> Response:
        """Judge a design."""
        started = time.perf_counter()
        body = serializers.PreflightIn(data=request.data)
        body.is_valid(raise_exception=True)
        wanted = previews.PreflightRequest(
            get_tenant(request),
            **body.validated_data,
            for_design=session_design_id(request),
            shared_assets=session_assets(request),
        )
        with take_turn(wanted.caller, self.headers) as budget, error_mapping.map_service_errors():
            check_session_product(request, wanted.product_type)
            inputs = previews.look_up_preflight(wanted)
            with explain_storage_outage():
                found = previews.run_preflight(inputs, budget)
        drawn = f"draw;dur={found.drawing_seconds * 1000:.1f}" if found.drawing_seconds else "hit"
        total = f"total;dur={(time.perf_counter() - started) * 1000:.1f}"
        headers = {"Server-Timing": f"{drawn}, {total}", "Cache-Control": "private, no-cache"}
        return Response(_to_json(request, found), headers=headers)


def _to_json(request: Request, found: Preflight) -> dict[str, object]:
    return {
        "preflight": show_findings(request, found.findings),
        "score": score_findings(found.findings),
        "printable": not find_errors(found.findings),
        "facts": found.facts,
    }
