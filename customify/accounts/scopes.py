"""The scopes of API keys."""

from __future__ import annotations

from collections.abc import Collection

from django.core.exceptions import ValidationError

from designs.api.scopes import PRINT, READ, UPLOAD, WRITE

ADMIN_SCOPE = "admin"
SCOPES = {
    READ: "Read designs, assets and their files.",
    WRITE: "Create, change, render and delete designs.",
    UPLOAD: "Upload, read and delete assets.",
    PRINT: "Order print files, and read them.",
    ADMIN_SCOPE: "Everything, including what later versions add.",
}
DEFAULT_SCOPES = (READ, WRITE, UPLOAD)


def default_scopes() -> list[str]:
    """Return the scopes of a new key. Migrations name this function."""
    return list(DEFAULT_SCOPES)


def check_scopes(scopes: object) -> None:
    """Raise ValidationError for an empty list or an unknown scope."""
    if not isinstance(scopes, list | tuple) or not scopes:
        raise ValidationError(f"Choose at least one of {', '.join(SCOPES)}.")
    for scope in scopes:
        if scope not in SCOPES:
            raise ValidationError(f"There is no scope {scope!r}. Choose from {', '.join(SCOPES)}.")


def has_needed_scope(scopes: Collection[str], needed: Collection[str]) -> bool:
    """Tell whether `scopes` contain one of `needed`; an empty `needed` allows every key."""
    return not needed or ADMIN_SCOPE in scopes or any(scope in scopes for scope in needed)
