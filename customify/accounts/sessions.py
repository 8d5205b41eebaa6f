"""Designer sessions: a token with which a shopper's browser may work on one design, for a while, from some pages.

The token is signed and not kept: it holds what it allows. It dies with the key that made it.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, replace
from uuid import UUID

from django.core.signing import BadSignature, Signer, b64_decode, b64_encode
from django.http import HttpRequest
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied

from customify.accounts.models import ApiKey
from customify.accounts.scopes import has_needed_scope
from designs.api.scopes import WRITE

TOKEN_PREFIX = "cfy_session_"  # noqa: S105  not a secret
_SIGNER = Signer(salt="customify.accounts.sessions")
_SIGNATURE_LENGTH = 43  # characters of a signature


@dataclass(frozen=True, slots=True)
class DesignerSession:
    """What a token allows: one design, in the round of its life in which it was made (see Design.session_round).

    `origins` are those of the pages that may send it; `expires_at` is in s since 1970.
    """

    key_id: int
    design_id: UUID
    round: int
    origins: tuple[str, ...]
    expires_at: int
    test: bool
    scopes: tuple[str, ...] = ()  # of its key, as they are now; they are not in the token

    def to_token(self) -> str:
        """Return it as a token, in characters that an address and a header can hold."""
        values = [self.key_id, self.design_id.hex, self.round, self.origins, self.expires_at, self.test]
        body = b64_encode(json.dumps(values, separators=(",", ":")).encode()).decode()
        return f"{TOKEN_PREFIX}{body}{_SIGNER.signature(body)}"

    @classmethod
    def from_token(cls, token: str) -> DesignerSession | None:
        """Read a token that we signed and whose time is not over; None for any other text."""
        body, signature = token.removeprefix(TOKEN_PREFIX)[:-_SIGNATURE_LENGTH], token[-_SIGNATURE_LENGTH:]
        try:
            _SIGNER.unsign(f"{body}:{signature}")
        except BadSignature:
            return None
        try:
            key_id, design, number, origins, expires_at, test = json.loads(b64_decode(body.encode()))
        except ValueError:  # what another version signed
            return None
        found = cls(key_id, UUID(hex=design), number, tuple(origins), expires_at, test)
        return found if found.expires_at > time.time() else None


def authenticate_session(token: str, request: HttpRequest) -> tuple[ApiKey, DesignerSession]:
    """Return the key that made a session, and the session.

    Raises AuthenticationFailed for a token that is over or none, PermissionDenied where another page sends it.
    """
    session = DesignerSession.from_token(token)
    key = ApiKey.objects.usable().select_related("user").filter(pk=session.key_id).first() if session else None
    if session is None or key is None or not has_needed_scope(key.scopes, (WRITE,)):
        raise AuthenticationFailed("This session is over, or never was. Ask the shop for a new one.", "session_over")
    if _request_origin(request) not in session.origins:
        raise PermissionDenied("This session is for pages of other origins.", "wrong_origin")
    return key, replace(session, scopes=tuple(key.scopes))


def _request_origin(request: HttpRequest) -> str:
    """Return the origin of the page that asks: what a browser says, which a page cannot change.

    Of a GET to a page's own origin, browsers tell no more than that it is one.
    """
    own = request.headers.get("Sec-Fetch-Site") == "same-origin"
    return request.headers.get("Origin") or (f"{request.scheme}://{request.get_host()}" if own else "")
