"""Serializers of designer sessions: what the shop asks for, and what it gets."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from designs.api.fields import StrictCharField, StrictIntegerField, StrictListField, StrictSerializer
from designs.api.origins import ORIGIN_LENGTH, explain_invalid_origin

MIN_LIFETIME, DEFAULT_LIFETIME, MAX_LIFETIME = 60, 3_600, 86_400  # s
MAX_ORIGINS = 10
MAX_ASSETS = 200
SESSION_STATES = ("active", "finished", "revoked", "expired")


@extend_schema_field({"type": "string", "format": "uri", "pattern": "^https?://[a-z0-9]", "maxLength": ORIGIN_LENGTH})
class OriginField(StrictCharField):
    """A web origin (RFC 6454)."""

    def to_internal_value(self, data: Any) -> str:
        """Return an origin that is spelled as browsers spell it."""
        origin = super().to_internal_value(data)
        if reason := explain_invalid_origin(origin):
            raise serializers.ValidationError(reason, code="invalid_origin")
        return origin


@extend_schema_field({"type": "string", "format": "uuid"})
class AssetIdField(StrictCharField):
    """The id of an asset."""

    default_error_messages = {"invalid_asset": "This must be the id of an asset: a UUID."}

    def to_internal_value(self, data: Any) -> str:
        """Return the id in its canonical form."""
        try:
            return str(UUID(super().to_internal_value(data)))
        except ValueError:
            self.fail("invalid_asset")


class SessionIn(StrictSerializer):
    """A designer session to create."""

    origins = StrictListField(
        child=OriginField(max_length=ORIGIN_LENGTH),
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
    assets = StrictListField(
        child=AssetIdField(max_length=36),
        required=False,
        max_length=MAX_ASSETS,
        help_text="Ids of assets of yours, such as clip art and logos, that the session may use. Default: none.",
    )

    def get_initial(self) -> dict[str, Any]:
        """Return an example body for the browsable API's form."""
        return {"origins": ["https://shop.example"], "expires_in": DEFAULT_LIFETIME}


class SessionSummaryOut(serializers.Serializer[Any]):
    """A designer session in a list."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(
        SESSION_STATES, help_text="finished: the design was finished since, and the session may only read it."
    )
    origins = serializers.ListField(child=serializers.CharField())
    assets = serializers.ListField(child=serializers.UUIDField())
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    revoked_at = serializers.DateTimeField(allow_null=True)


class SessionOut(serializers.Serializer[Any]):
    """A new designer session."""

    id = serializers.UUIDField(help_text="Names the session in lists, and when it is revoked.")
    token = serializers.CharField(help_text="The page sends it as `Authorization: Bearer …`. It is not shown again.")
    design = serializers.UUIDField()
    product_type = serializers.CharField()
    origins = serializers.ListField(child=serializers.CharField())
    assets = serializers.ListField(child=serializers.UUIDField(), help_text="The shop's assets that it may use.")
    etag = serializers.CharField(help_text="The design's `ETag`, for `If-Match` of the page's first edit.")
    expires_at = serializers.DateTimeField()
