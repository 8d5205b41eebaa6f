"""The tenant of a request, and what it is limited to: the design of a session, the body of a signed address."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from rest_framework.request import Request

from designs.models import Design
from designs.models.tenant import Tenant

SIGNED_BODY = "signed_body"  # attribute of Django's request, set by the authentication


def get_tenant(request: Request) -> Tenant:
    """Return the owner and the mode (live or test) of the request; a user who is logged in works in live mode."""
    key: Any = request.auth  # the API key, a designer session, or None
    return Tenant(int(request.user.pk or 0), bool(getattr(key, "test", False)))


def session_design_id(request: Request) -> UUID | None:
    """Return the only design that a designer session can access; None if the caller can access all of the tenant's."""
    design_id: UUID | None = getattr(request.auth, "design_id", None)
    return design_id


def key_label(request: Request) -> str:
    """Return name and first characters of the API key, for records; "" for a caller without one."""
    return str(request.auth) if request.auth is not None and session_design_id(request) is None else ""


def session_round(request: Request) -> int | None:
    """Return the design's round in which a designer session began; None for any other caller.

    Finishing a design ends its round, and with it the sessions of that round.
    """
    number: int | None = getattr(request.auth, "round", None)
    return number


def session_assets(request: Request) -> frozenset[str]:
    """Return the ids of the tenant's assets that a designer session may use beside those of its design."""
    ids: frozenset[str] = getattr(request.auth, "assets", frozenset())
    return ids


def own_designs(request: Request) -> QuerySet[Design]:
    """Return the designs that the caller can access, without deleted ones."""
    tenant, design_id = get_tenant(request), session_design_id(request)
    designs = Design.objects.filter(owner_id=tenant.owner_id, test=tenant.is_test, deleted_at=None)
    return designs if design_id is None else designs.filter(pk=design_id)


def signed_body(request: Request) -> dict[str, Any] | None:
    """Return the body that a signed address stands for, None if it is no such request."""
    body: dict[str, Any] | None = getattr(request._request, SIGNED_BODY, None)  # noqa: SLF001  # Django's request, which DRF wraps
    return body
