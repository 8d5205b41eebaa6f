"""May this key do that?"""

from __future__ import annotations

from typing import Any

from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request

from customify.accounts.models import ApiKey
from customify.accounts.scopes import allow


class HasScope(IsAuthenticated):
    """Asks for a key with one of the scopes that the view's `scopes` names for the method; a log-in has them all.

    A view without `scopes` is open to every key.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        """Tell whether the caller may; PermissionDenied names the scope that the key lacks."""
        if not super().has_permission(request, view):
            return False
        key = request.auth
        needed = getattr(view, "scopes", {}).get(request.method or "", ())
        if isinstance(key, ApiKey) and not allow(key.scopes, needed):
            detail = f"This API key lacks the scope {' or '.join(needed)}. Make one that has it in the admin."
            raise PermissionDenied(detail, "missing_scope")
        return True
