"""The picture of an instant preview: from the shared cache, or drawn by threads kept for previews."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import partial
from typing import Any

from django.conf import settings

from designs.db.connections import release_connection
from designs.drawing.draw import draw_inputs
from designs.drawing.inputs import DrawInputs
from designs.drawing.timeouts import time_limit_check
from designs.previews import cache as preview_cache
from designs.previews.budget import DrawingBudget
from designs.previews.request import CONTENT_TYPES, PreviewInputs
from designs.previews.threads import BusyError, preview_threads
from designs.scheduling import Caller
from rendering.engine.values import Drawing

GRACE = 1.0  # s that a drawing may go on after its time limit, which it checks between two layers


@dataclass(frozen=True, slots=True)
class PreviewImage:
    """A drawn picture; width and height in px. `drawing_seconds` is 0 where it came from the cache."""

    data: bytes
    content_type: str
    width: int
    height: int
    findings: list[dict[str, Any]]
    facts: list[dict[str, Any]]
    drawing_seconds: float = 0.0

    @property
    def is_cached(self) -> bool:
        """Whether it was in the cache."""
        return not self.drawing_seconds


_COPY_FIELDS = {field.name for field in fields(PreviewImage)} - {"drawing_seconds"}


def render_preview(inputs: PreviewInputs, budget: DrawingBudget) -> PreviewImage:
    """Return the requested picture.

    Raises SpecError and UnusedPlacementError for what cannot be drawn at all; TooSlowError where drawing takes longer
    than RENDER_PREVIEW_SECONDS; BusyError where it does not start within that time, or where the storage does not
    deliver its pictures; BudgetUsedUpError; and what `draw_inputs` raises. A cached picture costs nothing.
    """
    cached = preview_cache.find_copy(inputs.key)
    if cached is not None and cached.keys() == _COPY_FIELDS and cached["content_type"] in CONTENT_TYPES:
        return PreviewImage(**cached)
    budget.check()
    caller = inputs.request.caller
    preview_threads().check_place(caller)  # before the work of validation
    drawing, seconds = draw_in_turn(inputs.to_draw_inputs(), caller, budget)
    (file,) = drawing.files
    about: dict[str, Any] = {
        "content_type": file.content_type,
        "width": file.width,
        "height": file.height,
        "findings": [finding.to_json() for finding in drawing.findings],
        "facts": [facts.to_json() for facts in drawing.facts],
    }
    preview_cache.keep_copy(inputs.key, file.data, about)
    return PreviewImage(file.data, **about, drawing_seconds=seconds)


def draw_in_turn(inputs: DrawInputs, caller: Caller, budget: DrawingBudget) -> tuple[Drawing, float]:
    """Return what a preview thread draws, and the s that took; raises TooSlowError and BusyError."""
    release_connection()
    limit = settings.RENDER_PREVIEW_SECONDS
    draw = partial(_draw_in_time, inputs, time.monotonic() + limit, budget)
    # Longer than that only if the storage hangs while a picture is read; its own time limit ends that later.
    return preview_threads().run(caller, draw, 2 * limit + GRACE)


def _draw_in_time(
    inputs: DrawInputs, start_until: float, budget: DrawingBudget, pause: Callable[[], None]
) -> tuple[Drawing, float]:
    """Draw and return the s that took; BusyError after `start_until` (s, monotonic): the caller no longer waits."""
    if time.monotonic() > start_until:
        raise BusyError
    begun, begun_cpu = time.perf_counter(), time.thread_time()
    check_time = time_limit_check(settings.RENDER_PREVIEW_SECONDS)

    def check_stop() -> None:
        check_time()
        pause()

    try:
        drawing = draw_inputs(inputs, check_stop)
    finally:
        budget.charge(time.thread_time() - begun_cpu)
    return drawing, time.perf_counter() - begun
