"""Endpoints of designs: check the request, call the service, serialize the result."""

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

from designs import previews, services
from designs.api import conditions, docs, error_mapping, field_selection, representation, scopes, serializers
from designs.api.chunked_body import ChunkedBodyViewSet
from designs.api.columns import DesignRow, build_new_row, select_columns
from designs.api.filters import DesignFilter, has_filters
from designs.api.history import at_revision
from designs.api.page_query import DesignPageQuery
from designs.api.pagination import DesignPagination
from designs.api.session_start import prepare_session
from designs.api.tenants import get_tenant, own_designs, session_assets, session_round
from designs.models import Design, DesignStatus
from designs.renders.snapshot import canonical_sha256
from rendering import storage


@docs.designs_schema
class DesignViewSet(ChunkedBodyViewSet):
    """Designs made by shoppers. A worker renders each new design and publishes its files."""

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
        "copy": serializers.CopyDesign,
        "reassign": serializers.ReassignCustomer,
    }

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Accept any Accept header for the preview: a redirect has no body to negotiate."""
        return super().perform_content_negotiation(request, force or self.action == "preview")

    def get_queryset(self) -> QuerySet[Design]:
        """Return the caller's designs that are not deleted; any other id is 404."""
        return own_designs(self.request)

    def get_serializer_class(self) -> type[BaseSerializer[Any]]:
        """Return the serializer of the action's body, or of the design it returns."""
        action = self.action
        # To fill its forms, the browsable API asks a page that shows designs for the serializer of another method.
        if action in {"list", "retrieve", "metadata"} and self.request.method == "POST":
            action = "create"
        elif action in {"retrieve", "metadata"} and self.request.method == "PATCH":
            action = "partial_update"
        return self.serializer_classes.get(action or "", serializers.DesignOut)

    def list(self, request: Request) -> Response:
        """List the caller's designs, newest first."""
        fields = field_selection.select_fields(request, representation.DESIGN_SUMMARY_FIELDS)
        columns = ("id", "created_at", *representation.source_columns(fields))  # the cursor needs the first two
        query: Any = DesignPageQuery(get_tenant(request), columns)
        if has_filters(request):
            query = self.filter_queryset(select_columns(self.get_queryset(), columns))
        rows = self.paginate_queryset(query)
        return self.get_paginated_response(representation.to_json_rows(rows or [], fields, request))

    def create(self, request: Request) -> Response:
        """Create a design and request its render."""
        key, wait = conditions.parse_idempotency_key(request), conditions.parse_wait(request)
        body = serializers.CreateDesign(data=request.data)
        body.is_valid(raise_exception=True)
        values = {"design_data": None, **body.validated_data}
        wanted = values.pop("session", None)
        starter = prepare_session(request, wanted) if wanted is not None else None
        tenant = get_tenant(request)
        new_design = services.NewDesign(owner_id=tenant.owner_id, is_test=tenant.is_test, **values)
        with error_mapping.map_service_errors():
            design, is_new = services.create_design(new_design, key, canonical_sha256(request.data) if key else "")
        response = self._created_response(design, wait, is_new=is_new)
        if starter is not None:
            # A repeat gets a session of its own, because tokens are not stored; but it does not open a finished design.
            response.data["session"] = None if design.session_round else starter.start(design)
            response["Cache-Control"] = "no-store"
        return response

    def retrieve(self, request: Request, id: UUID) -> HttpResponse:  # noqa: A002  # the name in the URL
        """Show a design, or a revision of it; with ?wait, once its render has finished."""
        wait, revision = conditions.parse_wait(request), conditions.parse_revision(request)
        fields = field_selection.select_fields(request, representation.DESIGN_FIELDS)
        if wait:
            self._get_own_design(id)  # 404 before the wait
        response = self._design_response(id, wait, fields=fields, revision=revision)
        if conditions.matches_etag(request, response["ETag"]):
            not_modified = HttpResponse(status=status.HTTP_304_NOT_MODIFIED, headers={"ETag": response["ETag"]})
            del not_modified["Content-Type"]
            return not_modified
        return response

    def partial_update(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Change a design. `design_data` is replaced as a whole: it becomes a new revision and is rendered again."""
        wait = conditions.parse_wait(request)
        design = self._get_own_design(id)
        with error_mapping.map_service_errors():
            services.check_session_round(design, session_round(request))  # a finished design says so first
        conditions.require_if_match(request)
        body = serializers.EditDesign(data=request.data)
        body.is_valid(raise_exception=True)
        conditions.reject_shop_fields(request, body.validated_data)
        edit = services.DesignEdit(
            **body.validated_data,
            seen_edit_count=conditions.parse_if_match(request),
            session_round=session_round(request),
            session_assets=session_assets(request),
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
        """Render the newest revision again, even if it has files already."""
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
        """End the design's sessions, and render it if it is a draft."""
        wait = conditions.parse_wait(request)
        design = self._get_own_design(id)
        serializers.Empty(data=request.data).is_valid(raise_exception=True)
        with error_mapping.map_service_errors():
            checked = _check_preflight(design, session_round(request))
            seen = conditions.parse_if_match(request)
            services.finish_design(id, request.user.pk, session_round(request), checked, seen)
        return self._design_response(id, wait)

    @action(detail=True, methods=["post"])
    def copy(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Create a design from this one, or from an older revision of it."""
        key, wait = conditions.parse_idempotency_key(request), conditions.parse_wait(request)
        body = serializers.CopyDesign(data=request.data)
        body.is_valid(raise_exception=True)
        request_hash = canonical_sha256([str(id), request.data]) if key else ""
        with error_mapping.map_service_errors():
            if key and (first := services.find_repeated(get_tenant(request), key, request_hash)):
                return self._created_response(first, wait, is_new=False)  # even if the original is deleted by now
            original = self._get_own_design(id)
            copy = services.DesignCopy(**body.validated_data)
            design, is_new = services.copy_design(original, copy, key, request_hash)
        return self._created_response(design, wait, is_new=is_new)

    @action(detail=False, methods=["post"])
    def reassign(self, request: Request) -> Response:
        """Give all designs of one customer to another."""
        body = serializers.ReassignCustomer(data=request.data)
        body.is_valid(raise_exception=True)
        values = body.validated_data
        changed = services.reassign_customer(get_tenant(request), values["customer"], values["to"], request.user.pk)
        return Response({"changed": changed})

    @action(detail=True)
    def preview(self, request: Request, id: UUID) -> HttpResponse:  # noqa: A002
        """Redirect to the current preview; this URL does not change."""
        row = select_columns(own_designs(request).filter(pk=id), ["preview_key"]).first()
        if row is None or row.preview_key is None:
            raise Http404
        return HttpResponseRedirect(storage.file_url(row.preview_key), headers={"Cache-Control": "no-cache"})

    def _get_own_design(self, id: UUID) -> Design:  # noqa: A002
        """Return the caller's design; Http404 if there is none."""
        design = own_designs(self.request).filter(pk=id).first()
        if design is None:
            raise Http404
        return design

    def _created_response(self, design: Design, wait: float, *, is_new: bool) -> Response:
        if is_new and not wait:  # the row is known: no query is needed
            response = self._row_response(build_new_row(design), status.HTTP_201_CREATED)
        else:
            response = self._design_response(design.pk, wait, status.HTTP_201_CREATED)
        response["Location"] = self.request.build_absolute_uri(f"/api/v1/designs/{design.pk}")
        if not is_new:
            response["Idempotent-Replayed"] = "true"
        return response

    def _design_response(
        self,
        id: UUID,  # noqa: A002
        wait: float,
        code: int = status.HTTP_200_OK,
        fields: representation.ResponseFields = representation.DESIGN_FIELDS,
        revision: int | None = None,
    ) -> Response:
        """Read the design, or a revision of it, after waiting at most `wait` seconds for its render.

        Http404 if there is none.
        """
        if wait:
            conditions.wait_until_settled(id, wait)
        columns = ("status", "edit_count", "event_count", *representation.source_columns(fields))
        row = select_columns(self.get_queryset().filter(pk=id), columns).first()
        if row is None:
            raise Http404
        if revision is not None:
            with error_mapping.map_service_errors():
                row = at_revision(row, self._get_own_design(id), revision)
        return self._row_response(row, code, fields)

    def _row_response(
        self, row: DesignRow, code: int, fields: representation.ResponseFields = representation.DESIGN_FIELDS
    ) -> Response:
        if fields is representation.DESIGN_FIELDS:  # the browsable API fills its form from the serializer's data
            data: Any = serializers.DesignOut(row, context=self.get_serializer_context()).data
        else:
            data = representation.to_json_rows([row], fields, self.request)[0]
        conditions.hide_shop_fields(self.request, data)
        tag = data.get("etag") or conditions.build_etag(row)  # the same in both places
        response = Response(data, status=code, headers={"ETag": tag})
        if row.status == DesignStatus.RENDERING:
            response["Retry-After"] = "1"
        return response


def _check_preflight(design: Design, session: int | None) -> int | None:
    """Judge what a session wants to finish, unless it is finished; return the number of its revision.

    A key may finish a design with errors: the shop decides.
    """
    if session is None or session != design.session_round:
        return None
    previews.check_preflight(design, design.revisions.get(number=design.revision))
    return design.revision
