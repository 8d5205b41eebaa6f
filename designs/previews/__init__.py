"""Instant previews: a picture drawn at once, while a design is edited. Only a cached copy is kept, for a while."""

from designs.previews.budget import BudgetUsedUpError, DrawingBudget
from designs.previews.preflight import Preflight, PreflightError, check_preflight, run_preflight
from designs.previews.render import PreviewImage, render_preview
from designs.previews.request import (
    CONTENT_TYPES,
    FORMATS,
    GROUNDS,
    WIDTH_DEFAULT,
    WIDTH_MAX,
    WIDTH_MIN,
    PreflightInputs,
    PreflightRequest,
    PreviewInputs,
    PreviewRequest,
    UnknownGroundError,
    UnusedPlacementError,
    look_up_inputs,
    look_up_preflight,
)
from designs.previews.threads import BusyError, preview_threads

__all__ = [
    "CONTENT_TYPES",
    "FORMATS",
    "GROUNDS",
    "WIDTH_DEFAULT",
    "WIDTH_MAX",
    "WIDTH_MIN",
    "BudgetUsedUpError",
    "BusyError",
    "DrawingBudget",
    "Preflight",
    "PreflightError",
    "PreflightInputs",
    "PreflightRequest",
    "PreviewImage",
    "PreviewInputs",
    "PreviewRequest",
    "UnknownGroundError",
    "UnusedPlacementError",
    "check_preflight",
    "look_up_inputs",
    "look_up_preflight",
    "preview_threads",
    "render_preview",
    "run_preflight",
]
