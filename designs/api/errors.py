"""The API's own exceptions.

Separate from the exception handler in `problems`, because parsers and renderers are imported while DRF's views still
are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from rest_framework import exceptions

from rendering.engine.validation.problems import PROBLEMS_CEILING, escape_pointer_token
from rendering.ingest.sniff import REFUSAL_MESSAGES

MEDIA_TYPE = "application/problem+json"
STORAGE_RETRY_AFTER = 10  # s
POINTER_NAME_LENGTH = 200  # characters; a longer name is cut


@dataclass(frozen=True, slots=True)
class ProblemItem:
    """One problem of a request; `location` is a JSON Pointer, or the name of a query parameter or header."""

    location: str
    code: str
    detail: str
    kind: str = "pointer"

    def to_json(self) -> dict[str, str]:
        """Return the item as an element of `errors`."""
        return {self.kind: self.location, "code": self.code, "detail": self.detail}


def limit_items(items: Iterable[ProblemItem]) -> list[ProblemItem]:
    """Return the first PROBLEMS_CEILING items, and a final item of code `more` if there are others."""
    listed = list(islice(items, PROBLEMS_CEILING + 1))
    if len(listed) > PROBLEMS_CEILING:
        message = f"There are more than {PROBLEMS_CEILING} problems; the rest are not listed."
        listed[PROBLEMS_CEILING:] = [ProblemItem("#", "more", message)]
    return listed


class ProblemError(exceptions.APIException):
    """Base class of the API's errors; `items` become `errors` in the response."""

    code = "problem"

    def __init__(self, detail: str = "", items: Sequence[ProblemItem] = ()) -> None:
        super().__init__(detail or self.default_detail, self.code)
        self.items = list(items)


class Undrawable(ProblemError):
    """422: the design is valid, but the engine cannot draw it; `detail` has a reference for the operator."""

    status_code, code = 422, "drawing_failed"


class InvalidInput(ProblemError):
    """400: the request is malformed or breaks a rule."""

    status_code, code = 400, "invalid_input"

    def __init__(self, items: Sequence[ProblemItem]) -> None:
        super().__init__(_summarize(items), items)


def _summarize(items: Sequence[ProblemItem]) -> str:
    """Return the first problem, and how many there are."""
    first, count = items[0].detail, len(items)
    return first if count == 1 else f"{first} This is the first of {count} problems; `errors` lists them."


class BodyTooLarge(ProblemError):
    """413: the request body is too large."""

    status_code, code = 413, "body_too_large"

    def __init__(self, detail: str) -> None:
        super().__init__(detail, [ProblemItem("#", self.code, detail)])

    @classmethod
    def of_file(cls, limit: int) -> BodyTooLarge:
        """Return the refusal of an upload, for shoppers; `limit` is in bytes."""
        return cls(REFUSAL_MESSAGES["too_large"].format(megabytes=limit / 1e6))

    @classmethod
    def of_json(cls, limit: int) -> BodyTooLarge:
        """Return the refusal of any other body; `limit` is in bytes."""
        return cls(
            f"The request is larger than {limit:,} bytes. Send less: images are uploaded to /api/v1/assets, and "
            "designs name them by their id."
        )


class BodyTooSlow(ProblemError):
    """408: the request body arrived too slowly."""

    status_code, code = 408, "body_too_slow"

    def __init__(self) -> None:
        detail = "The body arrived too slowly, or stopped. Send it again, over a faster connection."
        super().__init__(detail, [ProblemItem("#", self.code, detail)])


class Conflict(ProblemError):
    """409: the state of the resource does not allow the request."""

    status_code, code = 409, "conflict"


class Pinned(ProblemError):
    """409: pins keep files of the design."""

    status_code, code = 409, "pinned"


class UnknownRevision(ProblemError):
    """404: the design has no revision of this number."""

    status_code, code = 404, "unknown_revision"


class Gone(ProblemError):
    """410: the resource has been deleted."""

    status_code, code = 410, "gone"


class PreconditionFailed(ProblemError):
    """412: the design was edited since the client fetched it."""

    status_code, code = 412, "edited_meanwhile"


class KeyReused(ProblemError):
    """422: an idempotency key was sent again with a different request."""

    status_code, code = 422, "idempotency_key_reused"


class PictureRejected(ProblemError):
    """422: the uploaded file is not an acceptable image; `code` is the reason."""

    status_code = 422

    def __init__(self, code: str, detail: str) -> None:
        self.code = code
        super().__init__(detail, [ProblemItem("#/file", code, detail)])


class QuotaReached(ProblemError):
    """429, or 403 if waiting does not help: a quota is used up. `wait` is in seconds."""

    def __init__(self, code: str, detail: str, wait: float | None) -> None:
        self.code, self.wait = code, wait
        self.status_code = 403 if wait is None else 429
        super().__init__(detail)


class Unavailable(ProblemError):
    """503: a part of the service is unavailable or busy. `wait` is in seconds."""

    status_code = 503

    def __init__(self, code: str, detail: str, wait: float) -> None:
        self.code, self.wait = code, wait
        super().__init__(detail)


class NothingStored(Unavailable):
    """503: an upload could not be stored; the log says why."""

    def __init__(self) -> None:
        detail = "The storage is not available, and nothing was saved. Try again soon."
        super().__init__("storage_unavailable", detail, STORAGE_RETRY_AFTER)


def to_pointer(path: Iterable[str]) -> str:
    """Return a JSON Pointer as a URI fragment: ("design_data", "text") is `#/design_data/text`.

    Unlike the engine's `join_pointer`, it keeps every name of the path, because a body may hold any JSON: long names
    are cut, and lone surrogates become `?`.
    """
    names = (name.encode("utf-8", "replace").decode()[:POINTER_NAME_LENGTH] for name in path)
    return "#" + "".join(f"/{escape_pointer_token(name)}" for name in names)
