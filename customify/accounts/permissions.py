"""May this key do that?"""

from __future__ import annotations

from typing import Any

from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request

from customify.accounts.models import ApiKey
from customify.accounts.scopes import has_needed_scope
from customify.accounts.sessions import DesignerSession


class HasScope(IsAuthenticated):
    """Asks for a key with one of the scopes that the view's `scopes` names for the method; a log-in has them all.

    A view without `scopes` is open to every key. A designer session may do what the view's `for_sessions` names, and no
    more than the key that began it.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        """Tell whether the caller may; PermissionDenied names the scope that the key lacks."""
        if not super().has_permission(request, view):
            return False
        key = request.auth
        if isinstance(key, DesignerSession):
            _check_session_access(request, view)
        needed = getattr(view, "scopes", {}).get(request.method or "", ())
        if isinstance(key, ApiKey | DesignerSession) and not has_needed_scope(key.scopes, needed):
            detail = f"This API key lacks the scope {' or '.join(needed)}. Make one that has it in the admin."
            raise PermissionDenied(detail, "missing_scope")
        return True


def _check_session_access(request: Request, view: Any) -> None:
    if getattr(view, "action", "") is None:
        return  # the view has no such method, and will say so
    method = "get" if request.method == "HEAD" else str(request.method).lower()
    if (getattr(view, "action", None) or method) in getattr(view, "for_sessions", ()):
        return
    detail = "A designer session may preview, edit and finish its design and upload pictures for it, nothing else."
    raise PermissionDenied(detail, "not_for_sessions")
