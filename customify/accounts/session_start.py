"""Starts designer sessions, and says what became of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request

from customify.accounts.cors_origins import allow_origins
from customify.accounts.models import ApiKey, SessionRecord
from customify.accounts.sessions import build_token, session_end
from designs.api.conditions import build_etag
from designs.api.errors import InvalidInput, ProblemItem
from designs.api.session_fields import DEFAULT_LIFETIME
from designs.api.tenants import get_tenant
from designs.models import Asset, Design
from rendering.engine.validation.problems import UNKNOWN_ASSET


class RequestedSession:
    """The session that a request asks for; as designs.api.session_start.SessionStarter."""

    def __init__(self, request: Request, wanted: Mapping[str, Any], pointer: str = "#") -> None:
        if not isinstance(request.auth, ApiKey):
            raise PermissionDenied("Sessions are created with an API key, by the shop's server.", "key_needed")
        self._key = request.auth
        self._origins = list(dict.fromkeys(wanted["origins"]))
        self._assets = list(dict.fromkeys(wanted.get("assets", ())))
        self._lifetime: int = wanted.get("expires_in", DEFAULT_LIFETIME)
        self._check_assets(request, wanted.get("assets", ()), pointer)

    def _check_assets(self, request: Request, wanted: Sequence[str], pointer: str) -> None:
        if not self._assets:
            return
        tenant = get_tenant(request)
        usable = Asset.objects.filter_usable().filter(owner_id=tenant.owner_id, test=tenant.is_test)
        known = {str(pk) for pk in usable.filter(pk__in=self._assets).values_list("pk", flat=True)}
        places = [f"{pointer}/assets/{number}" for number, asset in enumerate(wanted) if asset not in known]
        if places:
            raise InvalidInput([ProblemItem(place, "unknown_asset", UNKNOWN_ASSET) for place in places])

    def start(self, design: Design) -> dict[str, Any]:
        """Store a session for a design, let its pages call the API, and return it with its token."""
        expires_at = session_end(self._lifetime)
        row = SessionRecord.objects.create(
            key=self._key,
            design_id=design.pk,
            round=design.session_round,
            origins=self._origins,
            assets=self._assets,
            expires_at=expires_at,
        )
        allow_origins(self._origins, expires_at)
        return {
            "id": str(row.pk),
            "token": build_token(row.pk, expires_at),
            "design": str(design.pk),
            "product_type": design.product.slug,
            "origins": self._origins,
            "assets": self._assets,
            "etag": build_etag(design),
            "expires_at": expires_at,
        }


def session_to_json(row: SessionRecord, design: Design) -> dict[str, Any]:
    """Return a session of a design as a JSON object, without its token."""
    names = ("origins", "assets", "created_at", "expires_at", "revoked_at")
    return {"id": str(row.pk), "state": _find_state(row, design), **{name: getattr(row, name) for name in names}}


def _find_state(row: SessionRecord, design: Design) -> str:
    if row.revoked_at is not None:
        return "revoked"
    if row.expires_at <= datetime.now(UTC):
        return "expired"
    return "finished" if row.round < design.session_round else "active"
