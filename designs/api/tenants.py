"""On whose behalf a request is made."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request

from designs.tenancy import Tenant


def tenant_of(request: Request) -> Tenant:
    """Return the request's tenant; somebody who is logged in means live things."""
    key: Any = request.auth  # whatever the authentication knows of the caller's key
    return Tenant(int(request.user.pk or 0), bool(getattr(key, "test", False)))
