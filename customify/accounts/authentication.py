"""Authentication by `Authorization: Bearer …`, with an API key or the token of a designer session."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from customify.accounts import sessions
from customify.accounts.models import ApiKey
from customify.accounts.sessions import DesignerSession
from designs.api.session_access import is_for_sessions


class BearerAuthentication(BaseAuthentication):
    """Sets `request.user` to the key's user, and `request.auth` to the key or the designer session."""

    def authenticate(self, request: Request) -> tuple[Any, ApiKey | DesignerSession] | None:
        """Return the user and the key or session, None if no bearer token was sent.

        Raises AuthenticationFailed for an invalid token, PermissionDenied for a session used by a foreign page.
        """
        scheme, _, rest = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        secret = rest.strip().decode("latin-1")
        if secret.startswith(sessions.TOKEN_PREFIX):
            key, session = sessions.authenticate_session(secret, request._request)  # noqa: SLF001  # Django's own
            return key.user, session
        if not secret:
            raise AuthenticationFailed("There is no key after Bearer. Send one: Authorization: Bearer cfy_live_…")
        api_key = ApiKey.objects.find_by_secret(secret)
        if api_key is None:
            raise AuthenticationFailed(
                "This API key is unknown, revoked or expired. Use one that the admin lists as usable, without quotes."
            )
        if api_key.stale:  # type: ignore[attr-defined]  # set by find_by_secret
            api_key.record_use()
        return api_key.user, api_key

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002
        """Return the value of WWW-Authenticate in a 401 response."""
        return 'Bearer realm="api"'


class BearerScheme(OpenApiAuthenticationExtension):
    """Describes keys and session tokens in the API's schema, and which operations sessions may use."""

    target_class = BearerAuthentication
    name = ["bearerKey", "sessionToken"]
    _descriptions = (
        "An API key, for servers: `Authorization: Bearer cfy_live_…`.",
        "A designer session's token, for pages: `Authorization: Bearer cfy_session_…`. Only operations that list it.",
    )

    def get_security_requirement(self, auto_schema: Any) -> list[dict[str, list[Any]]]:
        """Return what an operation accepts: a key, and where its view says so a session."""
        accepted = self.name if is_for_sessions(auto_schema.view, auto_schema.method) else self.name[:1]
        return [{name: []} for name in accepted]

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, Any]]:  # noqa: ARG002
        """Return the OpenAPI security schemes."""
        return [{"type": "http", "scheme": "bearer", "description": text} for text in self._descriptions]
