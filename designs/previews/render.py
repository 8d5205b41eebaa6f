"""The picture of an instant preview: from the shared cache, or drawn by threads kept for previews."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Hashable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import Any

from django.conf import settings

from designs.db.connections import release_connection
from designs.drawing.draw import draw_inputs
from designs.drawing.inputs import DrawInputs
from designs.drawing.timeouts import time_limit_check
from designs.previews import cache as preview_cache
from designs.previews.request import CONTENT_TYPES, PreviewInputs, PreviewRequest
from rendering.engine.values import Drawing

GRACE = 1.0  # s that a drawing may go on after its time limit, which it checks between two layers
# Previews that may wait for one thread. More are refused at once, so that a client can skip some. No caller may take
# all places: a page needs one preview at a time, and one more while it aborts that one.
MAX_WAITING, MAX_PER_TENANT, MAX_PER_SESSION = 16, 12, 2

_places_taken: Counter[Hashable] = Counter()  # by caller: previews that are waiting or being drawn
_lock = Lock()


class BusyError(Exception):
    """The queue of previews is full, or this caller's share of it is."""


@dataclass(frozen=True, slots=True)
class PreviewImage:
    """A drawn picture; width and height in px. `drawing_seconds` is 0 where it came from the cache."""

    data: bytes
    content_type: str
    width: int
    height: int
    findings: list[dict[str, Any]]
    drawing_seconds: float = 0.0

    @property
    def is_cached(self) -> bool:
        """Whether it was in the cache."""
        return not self.drawing_seconds


def render_preview(inputs: PreviewInputs) -> PreviewImage:
    """Return the requested picture.

    Raises SpecError and UnusedPlacementError for what cannot be drawn at all; TooSlowError where drawing takes longer
    than RENDER_PREVIEW_SECONDS; BusyError where it does not start within that time, or where the storage does not
    deliver its pictures; and what `draw_inputs` raises.
    """
    cached = preview_cache.find_copy(inputs.key)
    if cached is not None and cached["content_type"] in CONTENT_TYPES:
        return PreviewImage(**cached)
    draw_from = inputs.to_draw_inputs()
    release_connection()
    with _hold_place(inputs.request):
        drawing, seconds = _draw_in_thread(draw_from)
    (file,) = drawing.files
    about: dict[str, Any] = {
        "content_type": file.content_type,
        "width": file.width,
        "height": file.height,
        "findings": [finding.to_json() for finding in drawing.findings],
    }
    preview_cache.keep_copy(inputs.key, file.data, about)
    return PreviewImage(file.data, **about, drawing_seconds=seconds)


def _draw_in_thread(inputs: DrawInputs) -> tuple[Drawing, float]:
    limit = settings.RENDER_PREVIEW_SECONDS
    task = _preview_threads().submit(_draw_in_time, inputs, time.monotonic() + limit)
    try:
        return task.result(timeout=2 * limit + GRACE)
    except TimeoutError as error:  # the storage hangs while a picture is read; its own time limit ends that later
        task.cancel()
        raise BusyError from error


def _draw_in_time(inputs: DrawInputs, start_until: float) -> tuple[Drawing, float]:
    """Draw and return the s that took; BusyError after `start_until` (s, monotonic): the caller no longer waits."""
    if time.monotonic() > start_until:
        raise BusyError
    begun = time.perf_counter()
    drawing = draw_inputs(inputs, time_limit_check(settings.RENDER_PREVIEW_SECONDS))
    return drawing, time.perf_counter() - begun


@contextmanager
def _hold_place(request: PreviewRequest) -> Iterator[None]:
    """Hold a place in the queue; BusyError where all are taken, or as many as this caller may have."""
    caller = request.for_design or request.tenant
    most = MAX_PER_SESSION if request.for_design else MAX_PER_TENANT * settings.RENDER_PREVIEW_THREADS
    with _lock:
        is_full = _places_taken.total() >= settings.RENDER_PREVIEW_THREADS * (1 + MAX_WAITING)
        if is_full or _places_taken[caller] >= most:
            raise BusyError
        _places_taken[caller] += 1
    try:
        yield
    finally:
        with _lock:
            _places_taken[caller] -= 1
            if not _places_taken[caller]:
                del _places_taken[caller]


@cache
def _preview_threads() -> ThreadPoolExecutor:
    """Return the threads that draw. Fonts belong to a thread: the request's own thread would load them again."""
    return ThreadPoolExecutor(settings.RENDER_PREVIEW_THREADS, thread_name_prefix="preview")
