"""From what was asked to a picture: out of the cache, or drawn by threads that are kept for it."""

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
from designs.drawing.draw import draw_snapshot
from designs.drawing.timeouts import time_limit_check
from designs.previews import cache as copies
from designs.previews.request import PreviewInputs, PreviewRequest
from rendering.engine.values import Drawing

GRACE = 1.0  # s between two looks at the clock of a drawing
# Previews a thread has before it: a client that is told so at once can leave some out. No caller has them all: a page
# needs one at a time, and one more while it aborts that.
MAX_WAITING, MAX_PER_TENANT, MAX_PER_SESSION = 16, 12, 2


_turns_taken: Counter[Hashable] = Counter()  # turns, by who holds them
_lock = Lock()


class BusyError(Exception):
    """As many previews wait to be drawn as can be drawn soon."""


@dataclass(frozen=True, slots=True)
class PreviewImage:
    """A drawn picture, width and height in px; `drawing` is the s that took, 0 where it was at hand."""

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


def render_preview(asked: PreviewInputs) -> PreviewImage:
    """Return the picture that was asked for.

    Raises SpecError and UnusedPlacementError for what cannot be drawn at all; TooSlowError where drawing takes longer
    than RENDER_PREVIEW_SECONDS, BusyError where it does not begin within as long, for others come first, or where its
    pictures do not come; and what `draw_frozen` raises.
    """
    if (kept := copies.find_copy(asked.key)) is not None:
        return PreviewImage(**kept)
    frozen = asked.to_snapshot()
    release_connection()
    with _hold_turn(asked.request):
        drawing, seconds = _draw_in_thread(frozen)
    (file,) = drawing.files
    findings = [finding.to_json() for finding in drawing.findings]
    shown = PreviewImage(file.data, file.content_type, file.width, file.height, findings, seconds)
    about = {"content_type": file.content_type, "width": file.width, "height": file.height, "findings": findings}
    copies.keep_copy(asked.key, shown.data, about)
    return shown


def _draw_in_thread(snapshot: dict[str, Any]) -> tuple[Drawing, float]:
    limit = settings.RENDER_PREVIEW_SECONDS
    task = _preview_threads().submit(_draw_in_time, snapshot, time.monotonic() + limit)
    try:
        return task.result(timeout=2 * limit + GRACE)
    except TimeoutError as error:  # it is read, not drawn: the storage hangs, and gives up by itself some time
        task.cancel()
        raise BusyError from error


def _draw_in_time(snapshot: dict[str, Any], deadline: float) -> tuple[Drawing, float]:
    """Draw, if it is not `latest` yet (s, monotonic): who waited so long has gone on."""
    if time.monotonic() > deadline:
        raise BusyError
    begun = time.perf_counter()
    drawing = draw_snapshot(snapshot, time_limit_check(settings.RENDER_PREVIEW_SECONDS), with_placeholder=False)
    return drawing, time.perf_counter() - begun


@contextmanager
def _hold_turn(wanted: PreviewRequest) -> Iterator[None]:
    """Hold a turn; BusyError where all are taken, or as many as this caller may have."""
    caller = wanted.for_design or wanted.tenant
    most = MAX_PER_SESSION if wanted.for_design else MAX_PER_TENANT * settings.RENDER_PREVIEW_THREADS
    with _lock:
        if _turns_taken.total() >= settings.RENDER_PREVIEW_THREADS * (1 + MAX_WAITING) or _turns_taken[caller] >= most:
            raise BusyError
        _turns_taken[caller] += 1
    try:
        yield
    finally:
        with _lock:
            _turns_taken[caller] -= 1
            if not _turns_taken[caller]:
                del _turns_taken[caller]


@cache
def _preview_threads() -> ThreadPoolExecutor:
    """Return the threads that draw: fonts are each thread's own, and a request's own thread would load them anew."""
    return ThreadPoolExecutor(settings.RENDER_PREVIEW_THREADS, thread_name_prefix="preview")
