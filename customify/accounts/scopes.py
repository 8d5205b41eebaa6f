"""What a key may be used for."""

from __future__ import annotations

from collections.abc import Collection

from django.core.exceptions import ValidationError

from designs.api.scopes import READ, UPLOAD, WRITE

ADMIN_SCOPE = "admin"
SCOPES = {
    READ: "Look at designs, assets and their files.",
    WRITE: "Make, change, render and delete designs.",
    UPLOAD: "Upload and delete assets, and look at them.",
    ADMIN_SCOPE: "Everything, also what later versions add.",
}
DEFAULT_SCOPES = (READ, WRITE, UPLOAD)


def default_scopes() -> list[str]:
    """Return what a key may be used for unless it is said."""
    return list(DEFAULT_SCOPES)


def check_scopes(scopes: object) -> None:
    """Raise ValidationError for a list that names none, or a scope that there is not."""
    if not isinstance(scopes, list | tuple) or not scopes:
        raise ValidationError(f"Choose at least one of {', '.join(SCOPES)}.")
    for scope in scopes:
        if scope not in SCOPES:
            raise ValidationError(f"There is no scope {scope!r}. Choose from {', '.join(SCOPES)}.")


def has_needed_scope(scopes: Collection[str], needed: Collection[str]) -> bool:
    """Tell whether a key with `scopes` may do what one of `needed` allows; where none is needed, every key may."""
    return not needed or ADMIN_SCOPE in scopes or any(scope in scopes for scope in needed)
