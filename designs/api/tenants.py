"""On whose behalf a request is made."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request

from designs.models import Design
from designs.tenancy import Tenant


def tenant_of(request: Request) -> Tenant:
    """Return the request's tenant; somebody who is logged in means live things."""
    key: Any = request.auth  # whatever the authentication knows of the caller's key
    return Tenant(int(request.user.pk or 0), bool(getattr(key, "test", False)))


def own_designs(request: Request) -> QuerySet[Design]:
    """Return the living designs that a request may see: to it, there are no others."""
    tenant = tenant_of(request)
    return Design.objects.filter(owner_id=tenant.owner_id, test=tenant.test, deleted_at=None)
