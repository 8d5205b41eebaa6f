"""On whose behalf a request is made."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from rest_framework.request import Request

from designs.models import Design
from designs.models.tenant import Tenant


def get_tenant(request: Request) -> Tenant:
    """Return the request's tenant; somebody who is logged in means live things."""
    key: Any = request.auth  # whatever the authentication knows of the caller's key
    return Tenant(int(request.user.pk or 0), bool(getattr(key, "test", False)))


def session_design_id(request: Request) -> UUID | None:
    """Return the one design that a shopper's session is about; None for a caller who may see all of the tenant's."""
    found: UUID | None = getattr(request.auth, "design_id", None)
    return found


def session_round(request: Request) -> int | None:
    """Return the round of its design in which a shopper's session began; None for any other caller."""
    found: int | None = getattr(request.auth, "round", None)
    return found


def own_designs(request: Request) -> QuerySet[Design]:
    """Return the living designs that a request may see: to it, there are no others."""
    tenant, only = get_tenant(request), session_design_id(request)
    designs = Design.objects.filter(owner_id=tenant.owner_id, test=tenant.is_test, deleted_at=None)
    return designs if only is None else designs.filter(pk=only)
