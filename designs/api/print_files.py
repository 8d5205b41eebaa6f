"""Print files of a design: ordered, listed, shown with signed addresses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from designs import services
from designs.api import conditions, docs, error_mapping, finding_fields, scopes, serializers
from designs.api.chunked_body import ChunkedBodyViewSet
from designs.api.pagination import PrintFilePagination
from designs.api.representation import RowContext
from designs.api.tenants import own_designs
from designs.models import PrintFile, Render, RenderState, Rendition

_STATUSES: Mapping[str, str] = {RenderState.SUCCEEDED: "ready", RenderState.FAILED: "failed", "superseded": "failed"}


@docs.print_files_schema
class PrintFileViewSet(ChunkedBodyViewSet):
    """Print files of a design."""

    queryset = PrintFile.objects.none()
    serializer_class = serializers.PrintFileOut
    pagination_class = PrintFilePagination
    filterset_class = None
    scopes = scopes.PRINT_FILES
    lookup_field = "id"
    lookup_url_kwarg = "id"
    lookup_value_converter = "uuid"

    def get_serializer_class(self) -> Any:
        """Return the serializer of the body, for the browsable API's form."""
        return serializers.PrintFileIn if self.action == "create" else serializers.PrintFileOut

    def get_queryset(self) -> QuerySet[PrintFile]:
        """Return the print files of a design of the caller's; 404 for any other design."""
        design = get_object_or_404(own_designs(self.request), pk=self.kwargs["id"])
        return services.select_print_files().filter(design=design)

    def create(self, request: Request, id: UUID) -> Response:  # noqa: A002  # the name in the URL
        """Order files for print, or return those that were ordered with the same options."""
        wait = conditions.parse_wait(request)
        get_object_or_404(own_designs(request), pk=id)
        body = serializers.PrintFileIn(data=request.data)
        body.is_valid(raise_exception=True)
        revision = body.validated_data.get("options", {}).get("revision")
        with error_mapping.map_service_errors():
            wanted = services.NewPrintFile(id, body.build_options(), revision, request.user.pk)
            printed, _ = services.order_print_file(wanted)
        if wait:
            conditions.wait_while(Render.objects.filter(pk=printed.pin.render_id, finished_at=None), wait)
            printed = services.select_print_files().get(pk=printed.pk)
        response = Response(print_file_to_json(printed, RowContext(request)), status=status.HTTP_202_ACCEPTED)
        response["Location"] = request.build_absolute_uri(f"/api/v1/designs/{id}/print-files/{printed.pk}")
        return response

    def list(self, request: Request, id: UUID) -> Response:  # noqa: A002, ARG002
        """List print files, newest first."""
        rows, context = self.paginate_queryset(self.get_queryset()), RowContext(request)
        return self.get_paginated_response([print_file_to_json(row, context) for row in rows or []])

    def retrieve(self, request: Request, id: UUID, print_file: UUID) -> Response:  # noqa: A002, ARG002
        """Show one with its files."""
        wait = conditions.parse_wait(request)
        printed = get_object_or_404(self.get_queryset(), pk=print_file)
        if wait:
            conditions.wait_while(Render.objects.filter(pk=printed.pin.render_id, finished_at=None), wait)
            printed = get_object_or_404(self.get_queryset(), pk=print_file)
        return Response(print_file_to_json(printed, RowContext(request)))

    @action(detail=True)
    def plates(self, request: Request, id: UUID, print_file: UUID) -> Response:  # noqa: A002, ARG002
        """Show each ink as a picture, with its coverage."""
        render = get_object_or_404(self.get_queryset(), pk=print_file).pin.render
        context = RowContext(request)
        files = {file.name: file for file in render.renditions.all()}
        plates = [
            {
                "ink": plate["ink"],
                "placement": files[plate["name"]].placement,
                "coverage": plate["coverage"],
                "url": context.private_url(files[plate["name"]].key),
            }
            for plate in render.receipt.get("plates", [])
            if plate["name"] in files
        ]
        return Response({"results": plates})


def print_file_to_json(printed: PrintFile, context: RowContext) -> dict[str, Any]:
    """Return a print file as a JSON object; it was fetched by `select_print_files`."""
    render = printed.pin.render
    files = {file.name: file for file in render.renditions.all()}
    about = [facts for facts in render.receipt.get("files", []) if facts["name"] in files]
    return {
        "id": str(printed.pk),
        "design": str(printed.design_id),
        "revision": printed.revision.number,
        "test": printed.test,
        "status": _STATUSES.get(render.state, "rendering"),
        "error": {"code": render.error_code, "message": render.error_message} if render.error_code else None,
        "options": printed.options,
        "files": [_file_to_json(facts, files[facts["name"]], context) for facts in about],
        "parity": render.receipt.get("parity"),
        "inputs_sha256": render.inputs_sha256,
        "preflight": finding_fields.findings_to_json(render.findings),
        "pin": str(printed.pin_id),
        "created_at": printed.created_at,
    }


def _file_to_json(facts: Mapping[str, Any], file: Rendition, context: RowContext) -> dict[str, Any]:
    shown = ("name", "placements", "pages", "mm", "bleed_mm", "dpi", "pdfx")
    return {
        **{name: facts[name] for name in shown},
        "format": file.format,
        "bytes": file.bytes,
        "sha256": file.sha256,
        "url": context.private_url(file.key),
    }
