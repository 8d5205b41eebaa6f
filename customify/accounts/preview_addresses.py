"""Signed addresses of previews, for an `img` element, which can send neither a key nor a body.

The query holds the compressed request, who asked for the address and until when it is valid, under an HMAC of
SECRET_KEY. Nothing is stored. Whoever opens it is served as the key or session that made it: the same rate limit,
budget of drawing time, and share of the threads.
"""

from __future__ import annotations

import json
import time
import zlib
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.signing import BadSignature, Signer, b64_decode, b64_encode
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request

from customify.accounts.authentication import BearerAuthentication
from customify.accounts.models import ApiKey
from customify.accounts.sessions import DesignerSession, find_recorded_session
from designs.api.tenants import SIGNED_BODY

_SIGNER = Signer(salt="customify.accounts.preview_addresses")
INVALID = "The address of this preview is not complete, or was changed. Ask for a new one: POST /api/v1/preview/urls."
EXPIRED = "The address of this preview has expired. Ask for a new one: POST /api/v1/preview/urls."


@dataclass(frozen=True, slots=True)
class PreviewAddress:
    """What an address shows (`body`, as `POST /preview` takes it), for whom, and until when (Unix time in s).

    The caller is a key, or the designer session `session_id`, which the key has made.
    """

    key_id: int | None
    session_id: UUID | None
    expires_at: int
    body: dict[str, Any]

    def to_query(self) -> dict[str, str]:
        """Return the parameters of the address; their characters are safe in URLs."""
        session = self.session_id.hex if self.session_id else None
        values = [self.key_id, session, self.expires_at, self.body]
        packed = zlib.compress(json.dumps(values, separators=(",", ":"), ensure_ascii=False).encode(), 9)
        data = b64_encode(packed).decode()
        return {"data": data, "signature": _SIGNER.signature(data)}

    @classmethod
    def from_query(cls, data: str, signature: str) -> PreviewAddress:
        """Return what an address stands for; PermissionDenied if it was altered or has expired."""
        try:
            _SIGNER.unsign(f"{data}:{signature}")  # first: what we have not signed is not unpacked
        except BadSignature:
            raise PermissionDenied(INVALID, "address_invalid") from None
        try:
            key_id, session, expires_at, body = json.loads(zlib.decompress(b64_decode(data.encode())))
        except ValueError:  # of another version, with another format
            raise PermissionDenied(EXPIRED, "address_expired") from None
        if expires_at <= time.time():
            raise PermissionDenied(EXPIRED, "address_expired")
        return cls(key_id, UUID(hex=session) if session else None, expires_at, body)

    def find_caller(self) -> tuple[ApiKey, ApiKey | DesignerSession]:
        """Return the key, and the key or session that made the address.

        Raises PermissionDenied if one of them is revoked or has expired.
        """
        found: tuple[ApiKey, ApiKey | DesignerSession] | None
        if self.session_id is not None:
            found = find_recorded_session(self.session_id.hex)
        else:
            key = ApiKey.objects.usable().select_related("user").filter(pk=self.key_id or 0).first()
            found = (key, key) if key else None
        if found is None:
            raise PermissionDenied(EXPIRED, "address_expired")
        return found


class PreviewAddressAuthentication(BaseAuthentication):
    """Serves a signed address as its maker, where a view lists the action in `for_addresses`."""

    def authenticate(self, request: Request) -> tuple[Any, ApiKey | DesignerSession] | None:
        """Return the user and the key or session; None where this is no signed address."""
        view = request.parser_context["view"]
        query = request.query_params
        if getattr(view, "action", None) not in getattr(view, "for_addresses", ()) or not query.keys() & {
            "data",
            "signature",
        }:
            return None
        address = PreviewAddress.from_query(query.get("data", ""), query.get("signature", ""))
        key, caller = address.find_caller()
        setattr(request._request, SIGNED_BODY, address.body)  # noqa: SLF001  # Django's request, which DRF wraps
        return key.user, caller

    def authenticate_header(self, request: Request) -> str:
        """Return the value of WWW-Authenticate in a 401 response: a client can do nothing about an address."""
        return BearerAuthentication().authenticate_header(request)


class PreviewAddressScheme(OpenApiAuthenticationExtension):
    """Describes the signature in the API's schema; only the operation that takes it names it."""

    target_class = PreviewAddressAuthentication
    name = "signedAddress"

    def get_security_requirement(self, auto_schema: Any) -> Any:  # noqa: ARG002
        """Return nothing: see the operation."""
        return None

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:  # noqa: ARG002
        """Return the OpenAPI security scheme."""
        description = "The signature of an address that `POST /api/v1/preview/urls` returned. No key is needed."
        return {"type": "apiKey", "in": "query", "name": "signature", "description": description}
