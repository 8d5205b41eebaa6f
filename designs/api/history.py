"""Older revisions of a design with their files, and the pins that keep them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from designs import lifecycle, services
from designs.api import conditions, docs, error_mapping, finding_fields, representation, scopes, serializers
from designs.api.chunked_body import ChunkedBodyViewSet
from designs.api.columns import DesignRow
from designs.api.filters import PinFilter
from designs.api.pagination import NumberPagination, PinPagination
from designs.api.tenants import get_tenant, key_label, own_designs
from designs.models import (
    Design,
    DesignRevision,
    DesignStatus,
    Lane,
    ModerationState,
    Pin,
    Render,
    RenderState,
    Rendition,
)
from designs.renders.findings import find_errors, score_findings


def at_revision(row: DesignRow, design: Design, number: int) -> DesignRow:
    """Return a design's row as it is at one of its revisions; UnknownRevisionError if it has none of this number."""
    revision = services.find_revision(design, number)
    source = lifecycle.find_file_render(design, number)
    files = list(source.renditions.all()) if source else []
    mains = {kind: Rendition.pick_main(kind, files) for kind in ("preview", "thumbnail")}
    failed = _find_failed_render(design, number) if source is None else None
    values = {
        "newest_data": revision.design_data,
        "revision": number,
        "published_revision": number if source else None,
        "published_render_id": source and source.pk,
        "preview_key": mains["preview"] and mains["preview"].key,
        "thumbnail_key": mains["thumbnail"] and mains["thumbnail"].key,
        "placeholder": source and source.receipt.get("placeholder"),
        "facts": representation.facts_to_json(source),
        "findings": source.findings if source else [],
        "overridden": services.list_overridden_codes(revision),
        "design_status": row.status,
        "status": _status_at(design, number, source, failed),
        "error_code": failed.error_code if failed else "",
        "error_message": failed.error_message if failed else "",
    }
    return SimpleNamespace(**{**row._asdict(), **values})


def _find_failed_render(design: Design, number: int) -> Render | None:
    renders = Render.objects.filter(design=design, revision__number=number, state=RenderState.FAILED)
    renders = renders.filter(lane=Lane.PREVIEW)
    return renders.defer("frozen").order_by("-number").first()


def _status_at(design: Design, number: int, source: Render | None, failed: Render | None) -> str:
    if source is not None:
        return DesignStatus.PUBLISHED
    if lifecycle.find_unfinished_render(design, number) is not None:
        return DesignStatus.RENDERING
    return DesignStatus.FAILED if failed else DesignStatus.DRAFT


@docs.history_schema
class HistoryViewSet(ChunkedBodyViewSet):
    """Renders and revisions of a design."""

    queryset = Design.objects.none()
    pagination_class = NumberPagination
    filterset_class = None
    scopes = scopes.DESIGNS
    lookup_field = "id"
    lookup_url_kwarg = "id"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Design]:
        """Return the caller's designs that are not deleted; any other id is 404."""
        return own_designs(self.request)

    def get_serializer_class(self) -> type[BaseSerializer[Any]]:
        """Return the serializer of the action."""
        by_action: dict[str, type[BaseSerializer[Any]]] = {
            "revision": serializers.RevisionFilesOut,
            "pin": serializers.PinIn,
            "moderation": serializers.ModerateRevision,
            "override": serializers.OverrideIn,
        }
        return by_action.get(self.action or "", serializers.RevisionOut)

    @action(detail=True)
    def renders(self, request: Request, id: UUID) -> Response:  # noqa: A002, ARG002  # the name in the URL
        """List the design's renders, newest first."""
        rows = self.paginate_queryset(representation.select_renders(self.get_object()))
        return self.get_paginated_response(serializers.RenderOut(list(rows or []), many=True).data)

    @action(detail=True)
    def revisions(self, request: Request, id: UUID) -> Response:  # noqa: A002, ARG002
        """List the design's revisions, newest first."""
        rows = self.paginate_queryset(self.get_object().revisions.all())
        return self.get_paginated_response(serializers.RevisionOut(list(rows or []), many=True).data)

    @action(detail=True)
    def revision(self, request: Request, id: UUID, number: int) -> Response:  # noqa: A002, ARG002
        """Show a revision with its files."""
        design = self.get_object()
        with error_mapping.map_service_errors():
            revision = services.find_revision(design, number)
        return Response(self._revision_to_json(design, revision))

    @action(detail=True, methods=["put"])
    def moderation(self, request: Request, id: UUID, number: int) -> Response:  # noqa: A002, ARG002
        """Record whether a revision may be printed."""
        design = self.get_object()
        body = serializers.ModerateRevision(data=request.data)
        body.is_valid(raise_exception=True)
        decision, reason = ModerationState(body.validated_data["state"]), body.validated_data.get("reason", "")
        with error_mapping.map_service_errors():
            decided = services.moderate_revision(design.pk, number, decision, reason, request.user.pk)
        return Response(serializers.ModerationOut(decided).data)

    @action(detail=True, methods=["put"])
    def override(self, request: Request, id: UUID, number: int, code: str) -> Response:  # noqa: A002, ARG002
        """Let a revision be printed in spite of errors of this code."""
        design = self.get_object()
        body = serializers.OverrideIn(data=request.data)
        body.is_valid(raise_exception=True)
        reason, decider = body.validated_data["reason"], services.Decider(request.user.pk, key_label(request))
        with error_mapping.map_service_errors():
            override = services.override_finding(design.pk, number, code, reason, decider)
        return Response(representation.override_to_json(override))

    @action(detail=True, methods=["delete"])
    def remove_override(self, request: Request, id: UUID, number: int, code: str) -> Response:  # noqa: A002, ARG002
        """Let errors of this code stop the revision again."""
        design = self.get_object()
        decider = services.Decider(request.user.pk, key_label(request))
        with error_mapping.map_service_errors():
            if not services.remove_override(design.pk, number, code, decider):
                raise Http404
        return Response(status=status.HTTP_204_NO_CONTENT)

    @action(detail=True, methods=["post"])
    def pin(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Keep the files of a revision for an order."""
        wait = conditions.parse_wait(request)
        self.get_object()
        body = serializers.PinIn(data=request.data)
        body.is_valid(raise_exception=True)
        values = body.validated_data
        with error_mapping.map_service_errors():
            pin, is_new = services.pin_revision(id, values["revision"], values.get("order_id", ""), request.user.pk)
        if wait:
            conditions.wait_while(Render.objects.filter(pk=pin.render_id, finished_at=None), wait)
        shown = representation.select_pins(Pin.objects.filter(pk=pin.pk)).get()
        response = Response(representation.pin_to_json(shown, request))
        if is_new:
            response.status_code = status.HTTP_201_CREATED
            response["Location"] = request.build_absolute_uri(f"/api/v1/pins/{pin.pk}")
        return response

    def _revision_to_json(self, design: Design, revision: DesignRevision) -> dict[str, Any]:
        source = lifecycle.find_file_render(design, revision.number)
        context = representation.RowContext(self.request)
        files = context.load_files(source.pk if source else None)
        findings = source.findings if source else []
        overrides = revision.overrides.select_related("decided_by")
        pins = Pin.objects.filter(design=design, revision=revision).order_by("created_at")
        return {
            **serializers.RevisionOut(revision).data,
            "renditions": [representation.rendition_to_json(file, revision.number, context) for file in files],
            "largest_file": representation.largest_file_to_json(files),
            "preflight": finding_fields.findings_to_json(findings),
            "score": score_findings(findings) if source else None,
            "printable": not find_errors(findings, [one.code for one in overrides]) if source else None,
            "overrides": [representation.override_to_json(one) for one in overrides],
            "facts": representation.facts_to_json(source),
            "moderation": representation.moderation_to_json(revision),
            "pins": [str(pk) for pk in pins.values_list("pk", flat=True)],
        }


@docs.pins_schema
class PinViewSet(ChunkedBodyViewSet):
    """Pins: files that are kept for orders, whatever happens to their designs."""

    queryset = Pin.objects.none()
    serializer_class = serializers.PinOut
    pagination_class = PinPagination
    filterset_class = PinFilter
    scopes = scopes.DESIGNS
    lookup_field = "id"
    lookup_url_kwarg = "id"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Pin]:
        """Return the caller's pins; any other id is 404."""
        tenant = get_tenant(self.request)
        return representation.select_pins(Pin.objects.filter(owner_id=tenant.owner_id, test=tenant.is_test))

    def list(self, request: Request) -> Response:  # noqa: ARG002
        """List pins, newest first."""
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response([representation.pin_summary_to_json(pin) for pin in rows or []])

    def retrieve(self, request: Request, id: UUID) -> Response:  # noqa: A002, ARG002
        """Show a pin with its files."""
        return Response(representation.pin_to_json(self.get_object(), request))

    def destroy(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Unpin: the files are kept for a time, and then as long as the design shows them."""
        self.get_object()
        with error_mapping.map_service_errors():
            if not services.unpin(id, request.user.pk):
                raise Http404
        return Response(status=status.HTTP_204_NO_CONTENT)
