"""Instant previews: a picture drawn at once, while a design is edited. Only a cached copy is kept, for a while."""

from designs.previews.budget import BudgetUsedUpError, DrawingBudget
from designs.previews.preflight import PreflightError, check_preflight
from designs.previews.render import PreviewImage, render_preview
from designs.previews.request import (
    CONTENT_TYPES,
    FORMATS,
    WIDTH_DEFAULT,
    WIDTH_MAX,
    WIDTH_MIN,
    PreviewInputs,
    PreviewRequest,
    UnusedPlacementError,
    look_up_inputs,
)
from designs.previews.threads import BusyError, preview_threads

__all__ = [
    "CONTENT_TYPES",
    "FORMATS",
    "WIDTH_DEFAULT",
    "WIDTH_MAX",
    "WIDTH_MIN",
    "BudgetUsedUpError",
    "BusyError",
    "DrawingBudget",
    "PreflightError",
    "PreviewImage",
    "PreviewInputs",
    "PreviewRequest",
    "UnusedPlacementError",
    "check_preflight",
    "look_up_inputs",
    "preview_threads",
    "render_preview",
]
