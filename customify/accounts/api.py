"""`GET /api/v1/account`: the user and scopes of the key, the use of the quota, and the limits of uploads."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from customify.accounts.models import ApiKey
from customify.accounts.scopes import SCOPES
from designs import lifecycle
from designs.api import docs
from designs.api.tenants import get_tenant
from designs.lifecycle.quotas import UNLIMITED, UNLIMITED_BYTES
from designs.models import Lane
from designs.models.tenant import Tenant
from designs.services.assets import upload_limits


class KeyOut(serializers.Serializer[Any]):
    """The API key that authenticated the request."""

    name = serializers.CharField()
    start = serializers.CharField(help_text="Its first characters.")
    test = serializers.BooleanField(help_text="Whether this is a test key: what it creates is deleted after a while.")
    scopes = serializers.ListField(child=serializers.ChoiceField(list(SCOPES)))
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)


class UseOut(serializers.Serializer[Any]):
    """Use of a resource, and its limit."""

    used = serializers.IntegerField()
    limit = serializers.IntegerField(allow_null=True, help_text="null: no limit.")


class MonthOut(UseOut):
    """Use of a resource this month, and its limit."""

    resets_at = serializers.DateTimeField(help_text="When the count starts again at 0.")


class QuotaOut(serializers.Serializer[Any]):
    """Use and limits of the tenant: the user's live data, or the data of their test keys."""

    designs_this_month = MonthOut()
    drafts = UseOut(help_text="Designs that were never rendered; they do not count for the month until they are.")
    renders_in_flight = UseOut(help_text="Unfinished previews.")
    storage_bytes = UseOut()


class UploadLimitsOut(serializers.Serializer[Any]):
    """What an uploaded image may be."""

    bytes = serializers.IntegerField()
    megapixels = serializers.IntegerField(help_text="Width times height, in millions. More than 25 are kept in 25.")
    side_min = serializers.IntegerField(help_text="The shorter side, px.")
    side_max = serializers.IntegerField(help_text="The longer side, px.")
    aspect_max = serializers.FloatField(help_text="The longer side over the shorter one.")


class AccountOut(serializers.Serializer[Any]):
    """The user, the key, the quota and the limits of uploads."""

    user = serializers.CharField()
    key = KeyOut(allow_null=True, help_text="null: authenticated by a login, not by a key.")
    quota = QuotaOut()
    upload_limits = UploadLimitsOut()


EXAMPLE = {
    "user": "shop",
    "key": {
        "name": "web shop",
        "start": "cfy_live_sclcHV",
        "test": False,
        "scopes": ["designs:read", "designs:write", "assets:write"],
        "created_at": "2026-11-01T08:00:00Z",
        "expires_at": None,
    },
    "quota": {
        "designs_this_month": {"used": 1204, "limit": 100_000, "resets_at": "2026-12-01T00:00:00Z"},
        "drafts": {"used": 35, "limit": 10_000},
        "renders_in_flight": {"used": 2, "limit": 5_000},
        "storage_bytes": {"used": 5_604_112, "limit": None},
    },
    "upload_limits": {
        "bytes": 40_000_000,
        "megapixels": 50,
        "side_min": 50,
        "side_max": 12_000,
        "aspect_max": 20.0,
    },
}


class Account(APIView):
    """The user and scopes of the key, the use of the quota, and the limits of uploads."""

    @extend_schema(
        operation_id="account_get",
        summary="Show the account",
        description="A good first call: shows whether the key works, its scopes, and how much of the quota is used.",
        responses={200: AccountOut, **docs.problem_responses()},
        examples=[docs.response_example("A live key", EXAMPLE, 200)],
    )
    def get(self, request: Request) -> Response:
        """Return user, key, quota and limits."""
        return Response(
            {
                "user": request.user.get_username(),
                "key": KeyOut(request.auth).data if isinstance(request.auth, ApiKey) else None,
                "quota": describe_quota(get_tenant(request)),
                "upload_limits": describe_upload_limits(),
            }
        )


def describe_quota(tenant: Tenant) -> dict[str, Any]:
    """Return a tenant's use and limits, read by one row and a bounded count."""
    row = lifecycle.find_quota(tenant)
    limits = lifecycle.QuotaLimits(tenant, row)
    resets_at: datetime = lifecycle.next_month()
    unfinished = lifecycle.count_unfinished(tenant, Lane.PREVIEW, min(limits.renders, 1_000_000))
    return {
        "designs_this_month": {
            "used": lifecycle.designs_this_month(row),
            "limit": _limit_or_none(limits.designs, UNLIMITED),
            "resets_at": resets_at,
        },
        "drafts": {
            "used": lifecycle.count_drafts(tenant, min(limits.drafts, 1_000_000)),
            "limit": _limit_or_none(limits.drafts, UNLIMITED),
        },
        "renders_in_flight": {"used": unfinished, "limit": _limit_or_none(limits.renders, UNLIMITED)},
        "storage_bytes": {
            "used": row.storage_bytes if row else 0,
            "limit": _limit_or_none(limits.storage, UNLIMITED_BYTES),
        },
    }


def describe_upload_limits() -> dict[str, Any]:
    """Return what an uploaded image may be."""
    limits = upload_limits()
    return {
        "bytes": limits.bytes,
        "megapixels": limits.pixels // 1_000_000,
        "side_min": limits.side_min,
        "side_max": limits.side_max,
        "aspect_max": limits.aspect,
    }


def _limit_or_none(limit: int, unlimited: int) -> int | None:
    return None if limit == unlimited else limit
