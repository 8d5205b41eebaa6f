"""What a caller's key must allow for each method. Who checks it is the platform's affair."""

from __future__ import annotations

from collections.abc import Mapping

READ, WRITE, UPLOAD = "designs:read", "designs:write", "assets:write"

Needed = Mapping[str, tuple[str, ...]]
"""HTTP method to scopes, any one of which will do."""


def _reading(*scopes: str) -> dict[str, tuple[str, ...]]:
    return dict.fromkeys(("GET", "HEAD", "OPTIONS"), scopes)


def _writing(*scopes: str) -> dict[str, tuple[str, ...]]:
    return dict.fromkeys(("POST", "PUT", "PATCH", "DELETE"), scopes)


DESIGNS: Needed = _reading(READ) | _writing(WRITE)
PREVIEWS: Needed = _writing(READ, WRITE)  # nothing is written: whoever may look at designs may see what one would be
ASSETS: Needed = _reading(READ, UPLOAD) | _writing(UPLOAD)
