"""What use cases refuse."""

from __future__ import annotations


class UnknownProductError(ValueError):
    """No active product has this name."""


class DesignGoneError(LookupError):
    """The design is deleted, or never was."""


class RepeatOfDeletedError(DesignGoneError):
    """An idempotency key was repeated whose design has been deleted."""


class SessionOverError(Exception):
    """The design was finished since this designer session began."""


class EditConflictError(Exception):
    """The design was edited since the caller last saw it."""


class IdempotencyConflictError(Exception):
    """The key was used before, for another request."""
