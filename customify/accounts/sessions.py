"""Designer sessions: a token lets a shopper's browser edit one design, for a while, from pages of given origins.

The token is signed and contains everything it allows; it is not stored. It is valid only as long as the key that
created it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
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
_SIGNATURE_LENGTH = 43  # characters: HMAC-SHA256 in unpadded base64


@dataclass(frozen=True, slots=True)
class DesignerSession:
    """What a token allows: work on one design, as long as `round` equals Design.session_round.

    `origins` are those of the pages that may send it; `expires_at` is Unix time in s.
    """

    key_id: int
    design_id: UUID
    round: int
    origins: tuple[str, ...]
    expires_at: int
    test: bool
    scopes: tuple[str, ...] = ()  # current scopes of the key; not part of the token

    def with_scopes(self, scopes: Sequence[str]) -> DesignerSession:
        """Return the session with what its key may do now."""
        return replace(self, scopes=tuple(scopes))

    def to_token(self) -> str:
        """Return the signed token; its characters are safe in URLs and headers."""
        values = [self.key_id, self.design_id.hex, self.round, self.origins, self.expires_at, self.test]
        body = b64_encode(json.dumps(values, separators=(",", ":")).encode()).decode()
        return f"{TOKEN_PREFIX}{body}{_SIGNER.signature(body)}"

    @classmethod
    def from_token(cls, token: str) -> DesignerSession | None:
        """Return the session of a valid token; None if the signature is wrong or it has expired."""
        body, signature = token.removeprefix(TOKEN_PREFIX)[:-_SIGNATURE_LENGTH], token[-_SIGNATURE_LENGTH:]
        try:
            _SIGNER.unsign(f"{body}:{signature}")
        except BadSignature:
            return None
        try:
            key_id, design, number, origins, expires_at, test = json.loads(b64_decode(body.encode()))
        except ValueError:  # signed by another version with another format
            return None
        session = cls(key_id, UUID(hex=design), number, tuple(origins), expires_at, test)
        return session if session.expires_at > time.time() else None


def authenticate_session(token: str, request: HttpRequest) -> tuple[ApiKey, DesignerSession]:
    """Return the key that created a session, and the session.

    Raises AuthenticationFailed for an invalid or expired token, PermissionDenied for a page of another origin.
    """
    session = DesignerSession.from_token(token)
    key = ApiKey.objects.usable().select_related("user").filter(pk=session.key_id).first() if session else None
    if session is None or key is None or not has_needed_scope(key.scopes, (WRITE,)):
        raise AuthenticationFailed(
            "This session has expired or is not valid. Ask the shop for a new one.", "session_over"
        )
    if _request_origin(request) not in session.origins:
        raise PermissionDenied("This session may not be used by pages of this origin.", "wrong_origin")
    return key, session.with_scopes(key.scopes)


def _request_origin(request: HttpRequest) -> str:
    """Return the origin of the page that sent the request, from headers that a page cannot change.

    For a GET to their own origin browsers send Sec-Fetch-Site only, not Origin.
    """
    is_same = request.headers.get("Sec-Fetch-Site") == "same-origin"
    return request.headers.get("Origin") or (f"{request.scheme}://{request.get_host()}" if is_same else "")
