"""Designer sessions: a token lets a shopper's browser edit one design, for a while, from pages of given origins.

The signed token names a row, which says what the session allows. It is valid only as long as the key that created it.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.core.signing import BadSignature, Signer, b64_decode, b64_encode
from django.db import DEFAULT_DB_ALIAS, models
from django.db.models import Q
from django.db.models.functions import Now
from django.http import HttpRequest
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied

from customify.accounts.models import ApiKey, SessionRecord
from customify.accounts.page_origins import describe_origin, find_page_origins
from customify.accounts.scopes import has_needed_scope
from designs.api.scopes import WRITE
from designs.db.compiled import CompiledQuery, Parameter, column_names

TOKEN_PREFIX = "cfy_session_"  # noqa: S105  not a secret
_SIGNER = Signer(salt="customify.accounts.sessions")
_SIGNATURE_LENGTH = 43  # characters: HMAC-SHA256 in unpadded base64
_OVER = "Your editing session has ended. Reload the page to go on; what was saved is still there."


@dataclass(frozen=True, slots=True)
class DesignerSession:
    """What a token allows: work on one design, as long as `round` equals Design.session_round.

    `origins` are those of the pages that may send it, `assets` the ids of the shop's assets that it may use, `scopes`
    the current ones of its key. `id` is None for a token of the time before sessions had rows.
    """

    design_id: UUID
    round: int
    origins: tuple[str, ...]
    test: bool
    scopes: tuple[str, ...]
    id: UUID | None = None
    assets: frozenset[str] = frozenset()


def build_token(session_id: UUID, expires_at: datetime) -> str:
    """Return a session's signed token; its characters are safe in URLs and headers."""
    return sign_values([session_id.hex, int(expires_at.timestamp())])


def sign_values(values: list[Any]) -> str:
    """Return a token of these JSON values."""
    body = b64_encode(json.dumps(values, separators=(",", ":")).encode()).decode()
    return f"{TOKEN_PREFIX}{body}{_SIGNER.signature(body)}"


def read_token(token: str) -> list[Any] | None:
    """Return the values in a token, None if its signature is wrong."""
    body, signature = token.removeprefix(TOKEN_PREFIX)[:-_SIGNATURE_LENGTH], token[-_SIGNATURE_LENGTH:]
    try:
        _SIGNER.unsign(f"{body}:{signature}")
        values: list[Any] = json.loads(b64_decode(body.encode()))
    except (BadSignature, ValueError):
        return None
    return values


def authenticate_session(token: str, request: HttpRequest) -> tuple[ApiKey, DesignerSession]:
    """Return the key that created a session, and the session.

    Raises AuthenticationFailed for a token that is invalid, expired or revoked, PermissionDenied for a page of another
    origin.
    """
    found = _find_session(read_token(token))
    if found is None or not has_needed_scope(found[0].scopes, (WRITE,)):
        raise AuthenticationFailed(_OVER, "session_expired")
    _check_origin(request, found[1])
    return found


def _find_session(values: list[Any] | None) -> tuple[ApiKey, DesignerSession] | None:
    """Return a usable key and the session that a token's values name; one query, none for a token that has expired."""
    match values:
        case [str(session_id), int(expires_at)] if expires_at > time.time():
            return find_recorded_session(session_id)
        case [int(key_id), str(design), int(number), list(origins), int(expires_at), bool(test)] if (
            expires_at > time.time()  # of the time before sessions had rows: it holds all it allows
        ):
            key = ApiKey.objects.usable().select_related("user").filter(pk=key_id).first()
            if key is not None:
                return key, DesignerSession(UUID(hex=design), number, tuple(origins), test, tuple(key.scopes))
    return None


def find_recorded_session(session_id: str) -> tuple[ApiKey, DesignerSession] | None:
    """Return a usable key and its session of this id (hexadecimal); None if it has expired or is revoked."""
    rows = _SESSION_LOOKUP.fetch_rows(id=UUID(hex=session_id))
    if not rows:
        return None
    key_columns, user_model = column_names(ApiKey), get_user_model()
    design_id, number, origins, assets, *values = rows[0]
    key = ApiKey.from_db(DEFAULT_DB_ALIAS, key_columns, values[: len(key_columns)])
    key.user = user_model.from_db(DEFAULT_DB_ALIAS, column_names(user_model), values[len(key_columns) :])
    scopes, allowed = tuple(key.scopes), frozenset(assets)
    return key, DesignerSession(design_id, number, tuple(origins), key.test, scopes, UUID(hex=session_id), allowed)


def _session_lookup_query() -> models.QuerySet[SessionRecord, Any]:
    named = SessionRecord.objects.filter(pk=Parameter("id", models.UUIDField()))
    usable = Q(key__expires_at=None) | Q(key__expires_at__gt=Now())
    key_names = (f"key__{name}" for name in column_names(ApiKey))
    user_names = (f"key__user__{name}" for name in column_names(get_user_model()))
    rows = named.filter(usable, expires_at__gt=Now(), revoked_at=None, key__revoked_at=None, key__user__is_active=True)
    return rows.values_list("design_id", "round", "origins", "assets", *key_names, *user_names)


_SESSION_LOOKUP = CompiledQuery(_session_lookup_query)  # runs with every request of a session


def _check_origin(request: HttpRequest, session: DesignerSession) -> None:
    if not set(session.origins).isdisjoint(find_page_origins(request)):
        return
    allowed = " or ".join(session.origins)
    raise PermissionDenied(
        f"This session is for pages of {allowed}, but {describe_origin(request)}. Start the session with the origin of "
        "the page in `origins`.",
        "wrong_origin",
    )


def purge_expired_sessions(limit: int = 1_000) -> int:
    """Delete the rows of sessions that have expired; return how many. The reconciler calls it."""
    expired = SessionRecord.objects.filter(expires_at__lte=Now()).order_by("expires_at")
    ids = list(
        expired.values_list("pk", flat=True)[:limit]
    )  # read first: an idle call takes no lock of SQLite's writer
    return SessionRecord.objects.filter(pk__in=ids).delete()[0] if ids else 0


def session_end(lifetime: int) -> datetime:
    """Return the time in `lifetime` s, in whole seconds, as tokens hold it."""
    return datetime.fromtimestamp(int(time.time()) + lifetime, UTC)
