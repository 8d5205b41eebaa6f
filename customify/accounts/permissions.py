"""The permission check of the API: scopes of keys, and what designer sessions may do."""

from __future__ import annotations

from typing import Any

from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request

from customify.accounts.models import ApiKey
from customify.accounts.scopes import has_needed_scope
from customify.accounts.sessions import DesignerSession
from designs.api.session_access import is_for_sessions
from designs.api.tenants import signed_body


class HasScope(IsAuthenticated):
    """Requires one of the scopes that the view's `scopes` lists for the method; a logged-in user has all scopes.

    A view without `scopes` is open to every key. A designer session may use the actions in `for_sessions`, if
    the key that created it has the scope.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        """Tell whether the caller is authenticated. Raises PermissionDenied that names a missing scope."""
        if not super().has_permission(request, view):
            return False
        key = request.auth
        if isinstance(key, DesignerSession):
            _check_session_access(request, view)
        needed = getattr(view, "scopes", {}).get(request.method or "", ())
        if isinstance(key, ApiKey | DesignerSession) and not has_needed_scope(key.scopes, needed):
            detail = f"This API key lacks the scope {' or '.join(needed)}. Create a key with that scope in the admin."
            raise PermissionDenied(detail, "missing_scope")
        return True


def _check_session_access(request: Request, view: Any) -> None:
    if getattr(view, "action", "") is None:
        return  # the view has no such method and answers 405
    if is_for_sessions(view, str(request.method)) or signed_body(request) is not None:
        return  # a signed address is for one action, and no token opens that
    detail = "A designer session may preview, edit and finish its design, and upload and delete images for it; no more."
    raise PermissionDenied(detail, "not_for_sessions")
