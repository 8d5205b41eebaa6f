"""`Authorization: Bearer cfy_live_…`."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from customify.accounts import sessions
from customify.accounts.models import ApiKey
from customify.accounts.sessions import DesignerSession


class BearerAuthentication(BaseAuthentication):
    """Finds the key's user; `request.auth` is the key, or the designer session that it made."""

    def authenticate(self, request: Request) -> tuple[Any, ApiKey | DesignerSession] | None:
        """Return the user and the key or session, None where no bearer token was sent.

        Raises AuthenticationFailed for a token that is no good, PermissionDenied for a session in a foreign page.
        """
        scheme, _, rest = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        secret = rest.strip().decode("latin-1")
        if secret.startswith(sessions.TOKEN_PREFIX):
            maker, session = sessions.authenticate_session(secret, request._request)  # noqa: SLF001  # Django's own
            return maker.user, session
        key = ApiKey.objects.find_by_secret(secret)
        if key is None:
            raise AuthenticationFailed(
                "This API key is unknown, revoked or expired. Use one that is listed in the admin."
            )
        if key.stale:  # type: ignore[attr-defined]  # annotated by `matching`
            key.record_use()
        return key.user, key

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002
        """Return the challenge of a 401."""
        return 'Bearer realm="api"'


class BearerScheme(OpenApiAuthenticationExtension):
    """Describes the bearer key in the API's schema."""

    target_class = BearerAuthentication
    name = "bearerKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:  # noqa: ARG002
        """Return the OpenAPI security scheme."""
        told = "An API key: `Authorization: Bearer cfy_live_…`; or in a page the token of a designer session."
        return {"type": "http", "scheme": "bearer", "description": told}
