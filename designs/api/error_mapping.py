"""Maps exceptions of the services to API errors."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.http import Http404
from rest_framework.exceptions import PermissionDenied

from designs import lifecycle, previews, services
from designs.api.conditions import build_etag
from designs.api.errors import (
    Conflict,
    Gone,
    InvalidInput,
    KeyReused,
    LockedLayer,
    NoInk,
    NothingStored,
    PictureRejected,
    Pinned,
    PreconditionFailed,
    PreflightErrors,
    ProblemItem,
    QuotaReached,
    Unavailable,
    Undrawable,
    UnknownRevision,
)
from designs.api.finding_fields import findings_to_json, hide_operator_messages
from designs.drawing.draw import DRAWING_FAILED
from designs.drawing.errors import UndrawableError
from designs.drawing.timeouts import TooSlowError
from designs.lifecycle.assets import MAX_DESIGNS_NAMED
from designs.renders.print_options import PrintOptionsError
from designs.services import assets
from designs.services.validation import NOTHING_TO_PRINT
from rendering.engine.validation.problems import SpecError
from rendering.engine.values import PressError
from rendering.ingest.clean import DecoderBusy, PictureRefused
from rendering.ingest.temporary import TemporaryFilesUnusable
from rendering.storage import StorageUnavailable

DECODER_RETRY_AFTER = 2  # s

log = logging.getLogger(__name__)


@contextmanager
def map_service_errors() -> Iterator[None]:
    """Raise the API error that corresponds to an exception of a service."""
    try:
        yield
    except tuple(_ERROR_MAP) as error:
        # The first match is the most specific: a class stands before its base classes.
        to_api_error = next(convert for kind, convert in _ERROR_MAP.items() if isinstance(error, kind))
        raise to_api_error(error) from error


def _unknown_product(error: services.UnknownProductError) -> Exception:
    message = f"Unknown product {str(error)[:50]!r}. See /api/v1/products for the list."
    return InvalidInput([ProblemItem("#/product_type", "unknown_product", message)])


def _edited_meanwhile(error: services.EditConflictError) -> Exception:
    editor = {"edited_by": "page" if error.by_page else "key", "edited_at": error.edited_at} if error.edited_at else {}
    return PreconditionFailed(
        "The design was edited since you fetched it. Fetch it again, then repeat your edit.",
        members={"revision": error.design.revision, "etag": build_etag(error.design), **editor},
    )


def _unknown_ground(error: previews.UnknownGroundError) -> Exception:
    sku = str(error)
    cause = f"The colour of the variant {sku} is not known." if sku else "The design names no variant."
    message = f'{cause} Name one with a colour in design_data, or leave out the ground "product".'
    return InvalidInput([ProblemItem("#/ground", "unknown_color", message)])


def _invalid_design(error: SpecError) -> Exception:
    items = [ProblemItem(f"#/design_data{found.pointer}", found.code, found.message) for found in error.problems]
    return InvalidInput(items)


def _preflight_errors(error: previews.PreflightError) -> Exception:
    findings = findings_to_json(error.findings)
    hide_operator_messages(findings)  # who finishes with a key is not stopped
    return PreflightErrors(findings)


def _locked_layer(error: services.LockedLayerError) -> Exception:
    items = [ProblemItem(f"#/design_data{found.pointer}", found.code, found.message) for found in error.problems]
    return LockedLayer(items)


def _undrawable(error: UndrawableError) -> Exception:
    items = [ProblemItem("#/design_data", error.code, str(error))]
    return Undrawable(str(error), items) if error.code == DRAWING_FAILED else InvalidInput(items)


def _quota_reached(error: lifecycle.QuotaExceededError) -> Exception:
    resource, advice = {
        "designs": ("designs created this month", "The count is reset at the start of next month."),
        "drafts": ("drafts", "Delete some, or render them."),
        "renders": ("unfinished renders", "Try again when some of them are done."),
        "storage": ("bytes of storage", "Delete designs or assets."),
        "pictures": ("images uploaded for this design", "Use one of those."),
        "refusals": ("refused uploads a minute", "Wait a minute, then choose a JPEG or PNG."),
    }[error.resource]
    detail = f"Your quota is used up: {error.used:,} of {error.limit:,} {resource}. {advice}"
    return QuotaReached(f"{error.resource}_quota_reached", detail, error.retry_after)


def _asset_in_use(error: lifecycle.AssetInUseError) -> Exception:
    ids = ", ".join(map(str, error.designs[:MAX_DESIGNS_NAMED]))
    others = " and others" if len(error.designs) > MAX_DESIGNS_NAMED else ""
    return Conflict(f"Designs use this asset: {ids}{others}. Change or delete them first.")


def _pinned(error: lifecycle.DesignPinnedError) -> Exception:
    orders = f" (order {', '.join(error.order_ids)})" if error.order_ids else ""
    return Pinned(f"Files of this design are pinned{orders}. Unpin them first: /api/v1/pins?design={error.design_id}")


def _press_unusable(error: PressError) -> Exception:
    log.error("PRINT_PROFILE: %s", error)
    return Unavailable("press_unusable", "The operator's PRINT_PROFILE cannot be used. Report it to the operator.", 60)


def _storage_unavailable(error: StorageUnavailable | TemporaryFilesUnusable) -> Exception:
    log.warning("an upload could not be stored: %s", error)
    return NothingStored()


_ERROR_MAP: dict[type[Exception], Callable[[Any], Exception]] = {
    services.UnknownProductError: _unknown_product,
    SpecError: _invalid_design,
    services.EditConflictError: _edited_meanwhile,
    services.IdempotencyConflictError: lambda _: KeyReused(
        "This Idempotency-Key was already used with a different request. Use a new key for each new request."
    ),
    services.RepeatOfDeletedError: lambda _: Gone("What was created with this Idempotency-Key has been deleted."),
    services.UploadInProgressError: lambda _: Unavailable(
        "upload_in_progress", "The first request with this Idempotency-Key is still at work. Repeat it soon.", 2
    ),
    previews.UnusedPlacementError: lambda error: InvalidInput(
        [ProblemItem("#/placement", "unused_placement", f"The design has nothing on this placement. It uses: {error}.")]
    ),
    previews.UnknownGroundError: _unknown_ground,
    previews.BusyError: lambda _: Unavailable(
        "preview_busy", "Too many previews are being drawn right now. Send fewer of them, or try again.", 1
    ),
    previews.BudgetUsedUpError: lambda error: QuotaReached(
        "drawing_quota_reached",
        f"Your previews have taken {error.limit} s of drawing within a minute, which is the limit. "
        "Send fewer of them, or smaller and simpler ones.",
        error.wait,
    ),
    UndrawableError: _undrawable,
    TooSlowError: lambda error: InvalidInput(
        [ProblemItem("#/design_data", "too_slow", f"{error} Simplify the design, or request a smaller image.")]
    ),
    services.UnknownRevisionError: lambda error: UnknownRevision(
        f"The design has no revision {error.number}; it has revisions 1 to {error.newest}."
    ),
    services.CodeError: lambda error: Conflict(str(error)),
    services.VariantGoneError: lambda error: Conflict(
        f"The design's variant {error} is no longer offered. Choose another in design_data."
    ),
    lifecycle.DesignPinnedError: _pinned,
    services.UncopyableError: lambda error: Conflict(f"This design cannot be copied as it is. {error}"),
    services.SessionOverError: lambda _: PermissionDenied(
        "This design is finished and cannot be changed any more. You can still look at it.", "session_finished"
    ),
    services.DesignGoneError: lambda _: Http404(),
    assets.AssetGoneError: lambda _: Http404(),
    lifecycle.AssetInUseError: _asset_in_use,
    assets.OwnAssetInUseError: lambda _: Conflict(
        "This image is in use. Remove it from your design and save that, then delete the image."
    ),
    services.LockedLayerError: _locked_layer,
    services.NoInkError: lambda _: NoInk(NOTHING_TO_PRINT),
    previews.PreflightError: _preflight_errors,
    services.NotPrintableError: lambda error: PreflightErrors(findings_to_json(error.findings)),
    services.NotRenderedError: lambda error: Conflict(
        f"Revision {error} has not been rendered. Render it first, or wait until its render has succeeded."
    ),
    PrintOptionsError: lambda error: InvalidInput([ProblemItem(f"#/{error.field}", "unusable", str(error))]),
    PressError: _press_unusable,
    lifecycle.MissingAssetError: lambda _: InvalidInput(
        [
            ProblemItem(
                "#/design_data", "unknown_asset", "An asset that the design uses has just been deleted. Choose another."
            )
        ]
    ),
    lifecycle.QuotaExceededError: _quota_reached,
    PictureRefused: lambda error: PictureRejected(error.code, str(error)),
    DecoderBusy: lambda _: Unavailable(
        "decoder_busy",
        "Too many images are being processed right now. Try again in a moment.",
        DECODER_RETRY_AFTER,
    ),
    StorageUnavailable: _storage_unavailable,
    TemporaryFilesUnusable: _storage_unavailable,
}
