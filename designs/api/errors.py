"""The API's own exceptions.

Separate from the exception handler in `problems`, because parsers and renderers are imported while DRF's views still
are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

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
    """Base class of the API's errors; `items` become `errors` in the response, `members` further members of it."""

    code = "problem"

    def __init__(
        self, detail: str = "", items: Sequence[ProblemItem] = (), members: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(detail or self.default_detail, self.code)
        self.items, self.members = list(items), dict(members or {})


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


class LockedLayer(ProblemError):
    """403: a page has changed layers that the shop has locked."""

    status_code, code = 403, "locked_layer"

    def __init__(self, items: Sequence[ProblemItem]) -> None:
        super().__init__("The shop has locked parts of this design; they cannot be changed.", items)


class NoInk(ProblemError):
    """409: the design is empty, and cannot be finished or rendered."""

    status_code, code = 409, "no_ink"


class PreflightErrors(ProblemError):
    """409: a page wants to finish a design that would not be published; `preflight` in the response says why."""

    status_code, code = 409, "preflight_errors"

    def __init__(self, findings: Sequence[Mapping[str, Any]]) -> None:
        messages = " ".join(dict.fromkeys(finding["message"] for finding in findings))
        super().__init__(f"This design cannot be printed as it is. {messages}", members={"preflight": list(findings)})


class Gone(ProblemError):
    """410: the resource has been deleted."""

    status_code, code = 410, "gone"


class PreconditionFailed(ProblemError):
    """412: the design was edited since the client fetched it."""

    status_code, code = 412, "edited_meanwhile"


class PreconditionRequired(ProblemError):
    """428: a page must say which version of the design it has edited (RFC 6585, section 3)."""

    status_code, code = 428, "precondition_required"


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
