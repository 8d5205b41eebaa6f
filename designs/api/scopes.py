"""Scopes that an API key needs for each HTTP method; `customify.accounts` checks them."""

from __future__ import annotations

from collections.abc import Mapping

READ, WRITE, UPLOAD, PRINT = "designs:read", "designs:write", "assets:write", "print:write"

ScopesByMethod = Mapping[str, tuple[str, ...]]
"""Scopes by HTTP method; any one of them is enough."""


def _for_reads(*scopes: str) -> dict[str, tuple[str, ...]]:
    return dict.fromkeys(("GET", "HEAD", "OPTIONS"), scopes)


def _for_writes(*scopes: str) -> dict[str, tuple[str, ...]]:
    return dict.fromkeys(("POST", "PUT", "PATCH", "DELETE"), scopes)


DESIGNS: ScopesByMethod = _for_reads(READ) | _for_writes(WRITE)
# A preview writes nothing, so reading is enough.
PREVIEWS: ScopesByMethod = {**_for_writes(READ, WRITE), "GET": (READ, WRITE), "HEAD": (READ, WRITE)}
ASSETS: ScopesByMethod = _for_reads(READ, UPLOAD) | _for_writes(UPLOAD)
PRINT_FILES: ScopesByMethod = _for_reads(PRINT) | _for_writes(PRINT)
