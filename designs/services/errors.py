"""Errors that use cases raise."""

from __future__ import annotations

from datetime import datetime

from designs.models import Design


class UnknownProductError(ValueError):
    """No active product has this name."""


class VariantGoneError(LookupError):
    """A stored design names a variant that is deleted, and none of its renders recorded what it was like."""


class CodeError(ValueError):
    """Findings of this code cannot be overridden; the text says why."""


class NotRenderedError(LookupError):
    """No render of the revision has succeeded, so its findings are not known."""


class DesignGoneError(LookupError):
    """The design is deleted, or never existed."""


class UnknownRevisionError(LookupError):
    """The design has no revision of this number; `newest` is the highest."""

    def __init__(self, number: int, newest: int) -> None:
        super().__init__(f"revision {number} of {newest}")
        self.number, self.newest = number, newest


class UncopyableError(ValueError):
    """The data of the design does not meet today's rules; the text says what is wrong."""


class RepeatOfDeletedError(DesignGoneError):
    """A repeated idempotency key whose design has been deleted."""


class SessionOverError(Exception):
    """The design was finished since this designer session began."""


class NoInkError(Exception):
    """The design is empty: there is nothing to print."""


class EditConflictError(Exception):
    """The design was edited since the caller last saw it: at that time, and `by_page` if a designer session did."""

    def __init__(self, design: Design, edited_at: datetime | None, *, by_page: bool) -> None:
        super().__init__(design.pk)
        self.design, self.edited_at, self.by_page = design, edited_at, by_page


class UploadInProgressError(Exception):
    """The first request with this idempotency key is still being stored."""


class IdempotencyConflictError(Exception):
    """The idempotency key was used before, with another request."""
