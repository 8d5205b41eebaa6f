"""Designs over HTTP: fetch, refuse, call, answer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseRedirect
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from designs import services
from designs.api import columns as reading
from designs.api import conditions, docs, error_mapping, field_selection, representation, scopes, serializers
from designs.api.chunked_body import ChunkedBodyViewSet
from designs.api.filters import DesignFilter, DesignPagination, NumberPagination, has_filters
from designs.api.page_query import DesignPageQuery
from designs.api.tenants import get_tenant, own_designs, session_round
from designs.models import Design, DesignStatus
from designs.renders.snapshot import canonical_sha256
from rendering import storage


@docs.designs_schema
class DesignViewSet(ChunkedBodyViewSet):
    """What shoppers made. A design is posted, drawn by a worker, and published as files."""

    queryset = Design.objects.none()
    filterset_class = DesignFilter
    pagination_class = DesignPagination
    scopes = scopes.DESIGNS
    for_sessions = frozenset({"retrieve", "partial_update", "finish", "preview"})
    lookup_field = "id"
    lookup_url_kwarg = "id"
    lookup_value_converter = "uuid"
    serializer_classes = {
        "list": serializers.DesignListOut,
        "create": serializers.CreateDesign,
        "partial_update": serializers.EditDesign,
        "render_again": serializers.Empty,
        "finish": serializers.Empty,
    }

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Let a picture's address be asked for as a picture: the redirect has no body to negotiate."""
        return super().perform_content_negotiation(request, force or self.action == "preview")

    def get_queryset(self) -> QuerySet[Design]:
        """Return the caller's own living designs: anyone else's id is 404."""
        return own_designs(self.request)

    def get_serializer_class(self) -> type[BaseSerializer[Any]]:
        """Return what the action takes, or the design it gives."""
        name = self.action
        if name in {"retrieve", "metadata"} and self.request.method in {"POST", "PATCH"}:  # the browsable API's forms
            name = "create" if self.request.method == "POST" else "partial_update"
        if name == "list" and self.request.method == "POST":
            name = "create"
        return self.serializer_classes.get(name or "", serializers.DesignOut)

    def list(self, request: Request) -> Response:
        """List the caller's designs, newest first."""
        members = field_selection.select_fields(request, representation.DESIGN_SUMMARY_FIELDS)
        columns = ("id", "created_at", *representation.source_columns(members))  # a page needs the first two
        rows: Any = DesignPageQuery(get_tenant(request), columns)
        if has_filters(request):
            rows = self.filter_queryset(reading.select_columns(self.get_queryset(), columns))
        rows = self.paginate_queryset(rows)
        return self.get_paginated_response(representation.to_json_rows(rows or [], members, request))

    def create(self, request: Request) -> Response:
        """Make a design and ask for its pictures."""
        key, wait = conditions.parse_idempotency_key(request), conditions.parse_wait(request)
        body = serializers.CreateDesign(data=request.data)
        body.is_valid(raise_exception=True)
        tenant = get_tenant(request)
        wanted = services.NewDesign(owner_id=tenant.owner_id, is_test=tenant.is_test, **body.validated_data)
        with error_mapping.map_service_errors():
            design, new = services.create_design(wanted, key, canonical_sha256(request.data) if key else "")
        made_now = new and not wait  # then the rows are at hand: nothing need be read again
        answer = (
            self._row_response(reading.build_new_row(design), 201)
            if made_now
            else self._design_response(design.pk, wait, 201)
        )
        answer["Location"] = request.build_absolute_uri(f"/api/v1/designs/{design.pk}")
        if not new:
            answer["Idempotent-Replayed"] = "true"
        return answer

    def retrieve(self, request: Request, id: UUID) -> HttpResponse:  # noqa: A002  # the name in the URL
        """Show a design; ?wait answers when it is settled."""
        wait, members = (
            conditions.parse_wait(request),
            field_selection.select_fields(request, representation.DESIGN_FIELDS),
        )
        if wait:
            self._get_own_design(id)
        answer = self._design_response(id, wait, members=members)
        if conditions.matches_etag(request, answer["ETag"]):
            unchanged = HttpResponse(status=status.HTTP_304_NOT_MODIFIED, headers={"ETag": answer["ETag"]})
            del unchanged["Content-Type"]
            return unchanged
        return answer

    def partial_update(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Change a design: `design_data` is replaced whole, as a new revision, and rendered again."""
        wait = conditions.parse_wait(request)
        self._get_own_design(id)
        body = serializers.EditDesign(data=request.data)
        body.is_valid(raise_exception=True)
        conditions.reject_shop_fields(request, body.validated_data)
        edit = services.DesignEdit(
            **body.validated_data,
            seen_edit_count=conditions.parse_if_match(request),
            session_round=session_round(request),
        )
        with error_mapping.map_service_errors():
            services.edit_design(id, edit, request.user.pk)
        return self._design_response(id, wait)

    def destroy(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Delete a design and its files."""
        self._get_own_design(id)
        with error_mapping.map_service_errors():
            services.delete_design(id, request.user.pk)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @action(detail=True, methods=["post"], url_path="render", url_name="render")
    def render_again(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Draw the newest revision again, whatever there is already."""
        self._get_own_design(id)
        serializers.Empty(data=request.data).is_valid(raise_exception=True)
        with error_mapping.map_service_errors():
            render = services.request_render(id, request.user.pk)
        location = request.build_absolute_uri(f"/api/v1/designs/{id}/renders")
        return Response(
            representation.render_to_json(render), status=status.HTTP_202_ACCEPTED, headers={"Location": location}
        )

    @action(detail=True, methods=["post"])
    def finish(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """End the design's sessions; a draft is rendered."""
        wait = conditions.parse_wait(request)
        self._get_own_design(id)
        serializers.Empty(data=request.data).is_valid(raise_exception=True)
        with error_mapping.map_service_errors():
            services.finish_design(id, request.user.pk, session_round(request))
        return self._design_response(id, wait)

    @action(detail=True, pagination_class=NumberPagination, filterset_class=None)
    def renders(self, request: Request, id: UUID) -> Response:  # noqa: A002, ARG002
        """List the design's renders, newest first."""
        rows = self.paginate_queryset(representation.select_renders(self._get_own_design(id)))
        return self.get_paginated_response(serializers.RenderOut(list(rows or []), many=True).data)

    @action(detail=True, pagination_class=NumberPagination, filterset_class=None)
    def revisions(self, request: Request, id: UUID) -> Response:  # noqa: A002, ARG002
        """List the versions of the design's data, newest first."""
        rows = self.paginate_queryset(self._get_own_design(id).revisions.all())
        return self.get_paginated_response(serializers.RevisionOut(list(rows or []), many=True).data)

    @action(detail=True)
    def preview(self, request: Request, id: UUID) -> HttpResponse:  # noqa: A002
        """Redirect to the current preview: an address that stays."""
        row = reading.select_columns(own_designs(request).filter(pk=id), ["preview_key"]).first()
        if row is None or row.preview_key is None:
            raise Http404
        return HttpResponseRedirect(storage.file_url(row.preview_key), headers={"Cache-Control": "no-cache"})

    def _get_own_design(self, id: UUID) -> Design:  # noqa: A002
        """Return the caller's own design without its rows, or 404."""
        design = own_designs(self.request).filter(pk=id).first()
        if design is None:
            raise Http404
        return design

    def _design_response(
        self,
        id: UUID,  # noqa: A002
        wait: float,
        code: int = status.HTTP_200_OK,
        members: representation.ResponseFields = representation.DESIGN_FIELDS,
    ) -> Response:
        """Answer with the design as it is now, or as it is once settled."""
        if wait:
            conditions.wait_until_settled(id, wait)
        columns = ("status", "edit_count", "event_count", *representation.source_columns(members))
        row = reading.select_columns(self.get_queryset().filter(pk=id), columns).first()
        if row is None:
            raise Http404
        return self._row_response(row, code, members)

    def _row_response(
        self, row: reading.DesignRow, code: int, members: representation.ResponseFields = representation.DESIGN_FIELDS
    ) -> Response:
        if members is representation.DESIGN_FIELDS:  # a serializer's, from which the browsable API fills its form
            data: Any = serializers.DesignOut(row, context=self.get_serializer_context()).data
        else:
            data = representation.to_json_rows([row], members, self.request)[0]
        conditions.hide_shop_fields(self.request, data)
        answer = Response(data, status=code, headers={"ETag": conditions.build_etag(row)})
        if row.status == DesignStatus.RENDERING:
            answer["Retry-After"] = "1"
        return answer
