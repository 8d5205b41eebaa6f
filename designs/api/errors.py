"""The API's own errors. Apart from the handler, for parsers and renderers are loaded while DRF's views still are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from rest_framework import exceptions

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class ProblemItem:
    """One thing wrong: where (a pointer, or the name of a query parameter or header), a code, and a sentence."""

    location: str
    code: str
    detail: str
    kind: str = "pointer"

    def to_json(self) -> dict[str, str]:
        """Return it as a member of `errors`."""
        return {self.kind: self.location, "code": self.code, "detail": self.detail}


MAX_PROBLEM_ITEMS = 50  # named in one answer: a hostile body may hold a million


def limit_items(items: Iterable[ProblemItem]) -> list[ProblemItem]:
    """Return the first MOST_TROUBLES, and one more that says so where there are others."""
    named = list(islice(items, MAX_PROBLEM_ITEMS + 1))
    if len(named) > MAX_PROBLEM_ITEMS:
        more = ProblemItem("#", "more", f"More than {MAX_PROBLEM_ITEMS} things are wrong; the others are not listed.")
        named[MAX_PROBLEM_ITEMS:] = [more]
    return named


class ProblemError(exceptions.APIException):
    """An error whose parts are known."""

    code = "problem"

    def __init__(self, detail: str = "", items: Sequence[ProblemItem] = ()) -> None:
        super().__init__(detail or self.default_detail, self.code)
        self.items = list(items)


class InvalidInput(ProblemError):
    """400: the request cannot be understood or breaks a rule."""

    status_code, code = 400, "invalid_input"

    def __init__(self, items: Sequence[ProblemItem]) -> None:
        super().__init__(items[0].detail if len(items) == 1 else f"{len(items)} things are wrong.", items)


class BodyTooLarge(ProblemError):
    """413."""

    status_code, code = 413, "body_too_large"

    def __init__(self, limit: int) -> None:
        detail = f"The body is larger than {limit:,} bytes."
        super().__init__(detail, [ProblemItem("#", self.code, detail)])


class Conflict(ProblemError):
    """409: the state does not allow it."""

    status_code, code = 409, "conflict"


class Gone(ProblemError):
    """410."""

    status_code, code = 410, "gone"


class PreconditionFailed(ProblemError):
    """412: somebody edited it meanwhile."""

    status_code, code = 412, "edited_meanwhile"


class KeyReused(ProblemError):
    """422: an idempotency key came with another request than at first."""

    status_code, code = 422, "idempotency_key_reused"


class PictureRejected(ProblemError):
    """422: what was uploaded is no picture that can be taken; `code` says why for machines."""

    status_code = 422

    def __init__(self, code: str, detail: str) -> None:
        self.code = code
        super().__init__(detail, [ProblemItem("#/file", code, detail)])


class QuotaReached(ProblemError):
    """429, or 403 where no time helps: somebody has all they may have."""

    def __init__(self, code: str, detail: str, wait: float | None) -> None:
        self.code, self.wait = code, wait
        self.status_code = 403 if wait is None else 429
        super().__init__(detail)


class Unavailable(ProblemError):
    """503: a part of the service is away or busy; `wait` in s."""

    status_code = 503

    def __init__(self, code: str, detail: str, wait: float) -> None:
        self.code, self.wait = code, wait
        super().__init__(detail)


def to_pointer(path: Iterable[str]) -> str:
    """Return a JSON Pointer as a URI fragment: ("design_data", "text") is `#/design_data/text`."""
    steps = [step.encode("utf-8", "replace").decode() for step in path]
    return "#" + "".join(f"/{step[:200].replace('~', '~0').replace('/', '~1')}" for step in steps)
