"""Deletes discarded files from storage, after the commit that discarded them.

Not in a worker: a slow storage must not stand before a preview. Not in the loop that wakes lanes either.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable, Sequence

from django.conf import settings

from designs import lifecycle
from designs.lifecycle import GarbageFiles
from rendering import storage
from rendering.storage import DeletionResult

CHUNK_SECONDS = 15.0  # s for which a chunk begins deletions

log = logging.getLogger(__name__)


def collect_garbage(keep_going: Callable[[], bool] = lambda: True, max_chunks: int = sys.maxsize) -> int:
    """Delete the files of due garbage, chunk by chunk, while `keep_going()`; return of how many attempts and assets.

    Garbage whose files could not be deleted is kept, and due again after RENDER_GRACE.
    """
    collected = 0
    for _ in range(max_chunks):
        claimed = lifecycle.claim_due_garbage() if keep_going() else []
        finished = _delete_files(claimed, keep_going)
        lifecycle.finish_garbage(finished)
        collected += len(finished)
        if not finished:  # nothing is due, the storage is away, or nobody should go on
            break
    return collected


def _delete_files(claimed: Sequence[GarbageFiles], keep_going: Callable[[], bool]) -> list[GarbageFiles]:
    """Delete the files of a chunk; return the garbage of which nothing is left."""
    # Well within the claim, which ends after the grace: a request to the storage may last half a minute more.
    ends = time.monotonic() + min(CHUNK_SECONDS, settings.RENDER_GRACE.total_seconds() / 2)

    def may_go_on() -> bool:
        return keep_going() and time.monotonic() < ends

    finished = []
    for alias in dict.fromkeys(files.alias for files in claimed):
        group = [files for files in claimed if files.alias == alias]
        keys = [key for files in group for key in files.keys]
        result = storage.delete_many_files(keys, alias=alias, keep_going=may_go_on)
        _log_failures(result)
        finished += [files for files in group if result.deleted.issuperset(files.keys)]
    return finished


def _log_failures(result: DeletionResult) -> None:
    if result.errors:
        first = next(iter(result.errors.values()))
        log.warning("garbage stays until the storage is back: %s files, the first for: %s", len(result.errors), first)
