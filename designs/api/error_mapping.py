"""What services refuse, as problems."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.http import Http404
from rest_framework.exceptions import PermissionDenied

from designs import lifecycle, previews, services
from designs.api.errors import (
    Conflict,
    Gone,
    InvalidInput,
    KeyReused,
    PictureRejected,
    PreconditionFailed,
    ProblemItem,
    QuotaReached,
    Unavailable,
)
from designs.drawing.draw import UndrawableError
from designs.drawing.timeouts import TooSlowError
from designs.lifecycle.assets import MAX_DESIGNS_NAMED
from designs.services import assets
from rendering.engine.validation.problems import SpecError
from rendering.ingest.clean import DecoderBusy, PictureRefused
from rendering.storage import StorageUnavailable

DECODER_RETRY_AFTER, STORAGE_RETRY_AFTER = 2, 10

log = logging.getLogger(__name__)


@contextmanager
def map_service_errors() -> Iterator[None]:
    """Turn a service's refusal into the problem that a client understands."""
    try:
        yield
    except tuple(_ERROR_MAP) as error:
        # The most specific first: a class stands before those it derives from.
        told = next(tell for kind, tell in _ERROR_MAP.items() if isinstance(error, kind))
        raise told(error) from error


def _unknown_product(error: services.UnknownProductError) -> Exception:
    message = f"There is no product {str(error)[:50]!r}. /api/v1/products lists those there are."
    return InvalidInput([ProblemItem("#/product_type", "unknown_product", message)])


def _invalid_design(error: SpecError) -> Exception:
    return InvalidInput([ProblemItem(f"#/design_data{one.pointer}", one.code, one.message) for one in error.problems])


def _quota_reached(error: lifecycle.QuotaExceededError) -> Exception:
    has, mend = {
        "designs": ("designs made this month", "The count begins anew with the next month."),
        "renders": ("renders unfinished", "Try again when some are done."),
        "storage": ("bytes stored", "Delete designs or assets."),
        "pictures": ("pictures uploaded for this design", "Use one of them."),
    }[error.resource]
    detail = f"Your quota is used up: {error.used:,} of {error.limit:,} {has}. {mend}"
    return QuotaReached(f"{error.resource}_quota_reached", detail, error.retry_after)


def _asset_in_use(error: lifecycle.AssetInUseError) -> Exception:
    named = ", ".join(map(str, error.designs[:MAX_DESIGNS_NAMED]))
    more = " and others" if len(error.designs) > MAX_DESIGNS_NAMED else ""
    return Conflict(f"Designs are drawn from this asset: {named}{more}. Change or delete them first.")


def _storage_unavailable(error: StorageUnavailable) -> Exception:
    log.warning("an upload could not be stored: %s", error)
    detail = "The storage does not answer, and nothing was kept. Send it again soon."
    return Unavailable("storage_unavailable", detail, STORAGE_RETRY_AFTER)


_ERROR_MAP: dict[type[Exception], Callable[[Any], Exception]] = {
    services.UnknownProductError: _unknown_product,
    SpecError: _invalid_design,
    services.EditConflictError: lambda _: PreconditionFailed(
        "The design was edited since you fetched it: fetch it again, then edit."
    ),
    services.IdempotencyConflictError: lambda _: KeyReused(
        "This Idempotency-Key was used with another request. Use a new key for a new request."
    ),
    services.RepeatOfDeletedError: lambda _: Gone("The design that this Idempotency-Key made has been deleted."),
    previews.UnusedPlacementError: lambda error: InvalidInput(
        [ProblemItem("#/placement", "unused_placement", f"The design draws nothing there, but on: {error}.")]
    ),
    previews.BusyError: lambda _: Unavailable(
        "preview_busy", "Too many previews are being drawn at this moment. Leave some out, or try again.", 1
    ),
    UndrawableError: lambda error: InvalidInput([ProblemItem("#/design_data", error.code, str(error))]),
    TooSlowError: lambda error: InvalidInput(
        [ProblemItem("#/design_data", "too_slow", f"{error} Simplify the design, or ask for a smaller picture.")]
    ),
    services.SessionOverError: lambda _: PermissionDenied(
        "The design is finished: this session may only look at it now.", "session_over"
    ),
    services.DesignGoneError: lambda _: Http404(),
    assets.AssetGoneError: lambda _: Http404(),
    lifecycle.AssetInUseError: _asset_in_use,
    lifecycle.MissingAssetError: lambda _: InvalidInput(
        [ProblemItem("#/design_data", "unknown_asset", "An asset that the design names was deleted just now.")]
    ),
    lifecycle.QuotaExceededError: _quota_reached,
    PictureRefused: lambda error: PictureRejected(error.code, str(error)),
    DecoderBusy: lambda _: Unavailable(
        "decoder_busy",
        "Too many pictures are being read at this moment. Send it again in a moment.",
        DECODER_RETRY_AFTER,
    ),
    StorageUnavailable: _storage_unavailable,
}
