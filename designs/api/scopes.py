"""What a caller's key must allow for each method. Who checks it is the platform's affair."""

from __future__ import annotations

from collections.abc import Mapping

READ, WRITE, UPLOAD = "designs:read", "designs:write", "assets:write"

ScopesByMethod = Mapping[str, tuple[str, ...]]
"""HTTP method to scopes, any one of which will do."""


def _for_reads(*scopes: str) -> dict[str, tuple[str, ...]]:
    return dict.fromkeys(("GET", "HEAD", "OPTIONS"), scopes)


def _for_writes(*scopes: str) -> dict[str, tuple[str, ...]]:
    return dict.fromkeys(("POST", "PUT", "PATCH", "DELETE"), scopes)


DESIGNS: ScopesByMethod = _for_reads(READ) | _for_writes(WRITE)
PREVIEWS: ScopesByMethod = _for_writes(
    READ, WRITE
)  # nothing is written: whoever may look at designs may see what one would be
ASSETS: ScopesByMethod = _for_reads(READ, UPLOAD) | _for_writes(UPLOAD)
