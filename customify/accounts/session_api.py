"""`/api/v1/designs/{id}/sessions`: creates tokens for the shopper's browser, lists and revokes them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.functions import Now
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from customify.accounts.models import SessionRecord
from customify.accounts.session_start import RequestedSession, session_to_json
from designs.api import docs
from designs.api.chunked_body import ChunkedBodyViewSet
from designs.api.pagination import KeysetPagination
from designs.api.scopes import DESIGNS
from designs.api.session_fields import SessionIn, SessionOut, SessionSummaryOut
from designs.api.tenants import own_designs
from designs.models import Design

SESSION_ID = OpenApiParameter(
    "session_id", UUID, OpenApiParameter.PATH, description="Id of the session, from the response that started it."
)


@extend_schema_view(
    create=extend_schema(
        operation_id="designs_sessions_create",
        summary="Start a designer session",
        description="The shop's server creates a token for the shopper's browser with its key. Until it expires, pages "
        "of the given `origins` may preview, edit and finish this one design with it, and upload images for it. "
        "`POST /designs` starts one together with its design.",
        parameters=[docs.ID, docs.NO_STORE],
        request=SessionIn,
        responses={201: SessionOut, **docs.problem_responses(400, 404, 413, 415)},
        examples=[
            docs.request_example("A shop's pages", docs.SESSION_REQUEST),
            docs.request_example("With clip art", {**docs.SESSION_REQUEST, "assets": docs.SESSION["assets"]}),
            docs.response_example("A session", docs.SESSION, 201),
        ],
    ),
    list=extend_schema(
        operation_id="designs_sessions_list",
        summary="List a design's sessions",
        description="The sessions of the design, newest first, without their tokens. A session is deleted from the "
        "list after it has expired.",
        parameters=[docs.ID],
        responses={200: SessionSummaryOut(many=True), **docs.problem_responses(400, 404)},
        examples=[docs.response_example("A page of one", docs.SESSION_SUMMARY, 200)],
    ),
    destroy=extend_schema(
        operation_id="designs_sessions_delete",
        summary="Revoke a session",
        description="Its token is refused from now on, as if it had expired; other sessions of the design go on. An "
        "event stream that is open ends within EVENTS_STREAM_SECONDS (ten minutes). A repeat changes nothing.",
        parameters=[docs.ID, SESSION_ID],
        responses={204: None, **docs.problem_responses(404)},
    ),
)
class SessionViewSet(ChunkedBodyViewSet):
    """Tokens with which browsers preview, edit and finish one design, and upload images for it."""

    scopes = DESIGNS
    queryset = Design.objects.none()
    pagination_class = KeysetPagination
    filter_backends = ()
    lookup_field = "id"
    lookup_url_kwarg = "id"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Design]:
        """Return the caller's own designs; any other id is 404."""
        return own_designs(self.request).select_related("product")

    def get_serializer_class(self) -> type[BaseSerializer[Any]]:
        """Return the serializer of a session to create, or of one in a list."""
        return SessionIn if self.request.method == "POST" else SessionSummaryOut

    def list(self, request: Request, id: UUID) -> Response:  # noqa: A002, ARG002  # the name in the URL
        """List the design's sessions."""
        design = self.get_object()
        rows = self.paginate_queryset(SessionRecord.objects.filter(design_id=design.pk)) or []
        return self.get_paginated_response([session_to_json(row, design) for row in rows])

    def create(self, request: Request, id: UUID) -> Response:  # noqa: A002, ARG002
        """Create a session."""
        design = self.get_object()
        body = SessionIn(data=request.data)
        body.is_valid(raise_exception=True)
        session = RequestedSession(request, body.validated_data).start(design)
        return Response(session, status=status.HTTP_201_CREATED, headers={"Cache-Control": "no-store"})

    def destroy(self, request: Request, id: UUID, session_id: UUID) -> Response:  # noqa: A002, ARG002
        """Revoke a session."""
        rows = SessionRecord.objects.filter(pk=session_id, design_id=self.get_object().pk)
        if not rows.filter(revoked_at=None).update(revoked_at=Now()) and not rows.exists():
            raise Http404
        return Response(status=status.HTTP_204_NO_CONTENT)
