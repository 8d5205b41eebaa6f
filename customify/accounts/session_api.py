"""`POST /api/v1/designs/{id}/sessions`: creates a token for the shopper's browser."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers, status
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from customify.accounts.cors_origins import allow_origins, explain_invalid_origin
from customify.accounts.models import ApiKey, PageOrigin
from customify.accounts.sessions import DesignerSession
from designs.api import docs
from designs.api.chunked_body import ChunkedBodyViewSet
from designs.api.fields import StrictCharField, StrictIntegerField, StrictListField, StrictSerializer
from designs.api.scopes import DESIGNS
from designs.api.tenants import own_designs
from designs.models import Design

MIN_LIFETIME, DEFAULT_LIFETIME, MAX_LIFETIME = 60, 3_600, 86_400  # s
MAX_ORIGINS = 10


@extend_schema_field(
    {"type": "string", "format": "uri", "pattern": "^https?://[a-z0-9]", "maxLength": PageOrigin.MAX_LENGTH}
)
class OriginField(StrictCharField):
    """A web origin (RFC 6454)."""

    def to_internal_value(self, data: Any) -> str:
        """Return an origin that is spelled as browsers spell it."""
        origin = super().to_internal_value(data)
        if reason := explain_invalid_origin(origin):
            raise serializers.ValidationError(reason, code="invalid_origin")
        return origin


class SessionIn(StrictSerializer):
    """A designer session to create."""

    origins = StrictListField(
        child=OriginField(max_length=PageOrigin.MAX_LENGTH),
        min_length=1,
        max_length=MAX_ORIGINS,
        help_text="Origins of the pages that may use the session, such as https://shop.example",
    )
    expires_in = StrictIntegerField(
        required=False,
        min_value=MIN_LIFETIME,
        max_value=MAX_LIFETIME,
        help_text=f"Lifetime in s. Default: {DEFAULT_LIFETIME}.",
    )

    def get_initial(self) -> dict[str, Any]:
        """Return an example body for the browsable API's form."""
        return {"origins": ["https://shop.example"], "expires_in": DEFAULT_LIFETIME}


class SessionOut(serializers.Serializer[Any]):
    """A new designer session."""

    token = serializers.CharField(help_text="The page sends it as `Authorization: Bearer …`. It is not shown again.")
    design = serializers.UUIDField()
    product_type = serializers.CharField()
    origins = serializers.ListField(child=serializers.CharField())
    expires_at = serializers.DateTimeField()


REQUEST_EXAMPLE = {"origins": ["https://shop.example"], "expires_in": DEFAULT_LIFETIME}
RESPONSE_EXAMPLE = {
    "token": "cfy_session_eyJkZXNpZ24iOiAi…",
    "design": "0198c2f4-7c1e-7b3a-9a52-3f1d5c6e7a81",
    "product_type": "t-shirt",
    "origins": ["https://shop.example"],
    "expires_at": "2026-11-25T10:30:00Z",
}


@extend_schema_view(
    create=extend_schema(
        operation_id="designs_sessions_create",
        summary="Start a designer session",
        description="The shop's server creates a token for the shopper's browser with its key. Until it expires, pages "
        "of the given `origins` may preview, edit and finish this one design with it, and upload images for it.",
        parameters=[docs.ID, docs.NO_STORE],
        request=SessionIn,
        responses={201: SessionOut, **docs.problem_responses(400, 404, 413, 415)},
        examples=[
            docs.request_example("A shop's pages", REQUEST_EXAMPLE),
            docs.response_example("A session", RESPONSE_EXAMPLE, 201),
        ],
    )
)
class SessionViewSet(ChunkedBodyViewSet):
    """Tokens with which browsers preview, edit and finish one design, and upload images for it."""

    scopes = DESIGNS
    serializer_class = SessionIn
    queryset = Design.objects.none()
    lookup_field = "id"
    lookup_url_kwarg = "id"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Design]:
        """Return the caller's own designs; any other id is 404."""
        return own_designs(self.request).select_related("product")

    def create(self, request: Request, id: UUID) -> Response:  # noqa: A002  # the name in the URL
        """Create a session."""
        design = self.get_object()
        if not isinstance(request.auth, ApiKey):
            raise PermissionDenied("Sessions are created with an API key, by the shop's server.", "key_needed")
        body = SessionIn(data=request.data)
        body.is_valid(raise_exception=True)
        origins = tuple(dict.fromkeys(body.validated_data["origins"]))
        expires_at = int(time.time()) + body.validated_data.get("expires_in", DEFAULT_LIFETIME)
        session = DesignerSession(request.auth.pk, id, design.session_round, origins, expires_at, design.test)
        ends = datetime.fromtimestamp(expires_at, UTC)
        allow_origins(origins, ends)
        answer = {
            "token": session.to_token(),
            "design": str(id),
            "product_type": design.product.slug,
            "origins": origins,
            "expires_at": ends,
        }
        return Response(answer, status=status.HTTP_201_CREATED, headers={"Cache-Control": "no-store"})
