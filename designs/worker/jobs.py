"""What a worker runs: claim, draw, store, publish. Glue: pictures are the engine's, states are the lifecycle's."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Collection
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from django.db import DatabaseError, InterfaceError, OperationalError, connection

from designs import lifecycle
from designs.broker import queue
from designs.db.connections import drop_dead_connection
from designs.drawing.draw import UndrawableError, attempt_key, draw_render
from designs.drawing.timeouts import TooSlowError, hard_limit, soft_limit, time_limit_check
from designs.lifecycle import ClaimedRender, StoredRender
from designs.reconciler.sweep import sweep_assets, sweep_garbage
from designs.renders.lanes import LaneRules, rules_for_lane, storage_alias
from designs.worker.shutdown import is_shutdown_requested
from designs.worker.upload import MAX_UPLOADS, RenderUpload, UploadTimeoutError
from rendering import storage
from rendering.storage import StorageUnavailable

# Renders finished within so many s are published in one transaction. In a backlog nobody waits for the milliseconds.
PUBLISH_EVERY, PUBLISH_EVERY_IN_BACKLOG = 0.05, 0.25
STORING_EVENT_AFTER = 0.02  # s that storing lasts before its renders' events tell of it
DATABASE_PAUSE = 0.5  # s between two tries to publish while the database is away

log = logging.getLogger(__name__)
Settled = TypeVar("Settled")


def work_lane(lane: str) -> int:
    """Claim due renders of a lane and finish them; return how many were claimed. Nothing due: nothing done."""
    drop_dead_connection()
    rules = rules_for_lane(lane)
    begun = time.monotonic()  # before the claim is sent: our idea of the lease ends before the database's
    works = lifecycle.claim_renders(rules)
    if not works:
        return 0
    if works[0].has_more_due:
        queue.wake_lane(lane)
    _record_progress([work for work in works if not work.has_claim_events], lifecycle.CLAIMED_EVENTS)
    every = PUBLISH_EVERY_IN_BACKLOG if len(works) == rules.claim_size else PUBLISH_EVERY
    ClaimBatch(rules, begun + rules.lease, every).process_renders(works)
    return len(works)


def sweep() -> int:
    """Delete garbage that is due, and deleted assets; return how many attempts' and assets' files."""
    drop_dead_connection()
    return sweep_garbage() + sweep_assets()


@dataclass(slots=True)
class ClaimBatch:
    """The renders of one claim, on one lease; `lease_ends` in s on the monotonic clock."""

    rules: LaneRules
    lease_ends: float
    publish_every: float = PUBLISH_EVERY
    uploads: deque[RenderUpload] = field(default_factory=deque)
    ready: list[StoredRender] = field(default_factory=list)
    ready_since: float = 0.0

    def process_renders(self, works: list[ClaimedRender]) -> None:
        """Draw one after the other, store each while the next are drawn, publish in groups.

        What is not begun is given back, on SIGTERM, when the lease grows short, or after an error that nobody foresaw:
        the render that met it keeps its lease, which counts as lost, and its neighbours pay nothing.
        """
        waiting = deque(works)
        with ExitStack() as ends:  # the last comes first, and none is spared the others' errors
            ends.callback(self._release_waiting, waiting)
            ends.callback(self.publish_ready)
            ends.callback(self.collect_stored)
            while waiting and not is_shutdown_requested() and self.lease_left() >= self.rules.deadline:
                self.draw_and_upload(waiting.popleft())
                self.collect_stored(leave=MAX_UPLOADS - 1)
                if self.ready and time.monotonic() - self.ready_since > self.publish_every:
                    self.publish_ready()

    def _release_waiting(self, waiting: Collection[ClaimedRender]) -> None:
        if lifecycle.release_renders(waiting):
            queue.wake_lane(self.rules.name)

    def lease_left(self) -> float:
        """Return the s left of the lease."""
        return self.lease_ends - time.monotonic()

    def draw_and_upload(self, work: ClaimedRender) -> None:
        """Draw one render and begin to store it; what goes wrong with it ends or delays it alone."""
        try:
            with hard_limit(self.rules.hard_limit), soft_limit(self.rules.soft_limit):
                drawn = draw_render(work, time_limit_check(self.rules.soft_limit))
        except TooSlowError as error:
            message = f"{error} Simplify the design."
            self._settle_with_retries(partial(lifecycle.fail_render, work, "too_slow", message))
        except UndrawableError as error:
            self._settle_with_retries(partial(lifecycle.fail_render, work, error.code, str(error)))
        except StorageUnavailable as error:  # while an asset was read
            log.warning("render %s of %s is put off: %s", work.number, work.design_id, error)
            self._settle_with_retries(partial(lifecycle.retry_render, work, "storage_unavailable", str(error)))
        else:
            deadline = min(self.lease_ends, time.monotonic() + self.rules.deadline)
            self.uploads.append(RenderUpload.start_upload(work, drawn, deadline))

    def collect_stored(self, leave: int = 0) -> None:
        """Take what is stored; wait while more than `leave` renders are under way."""
        while self.uploads and (len(self.uploads) > leave or self.uploads[0].is_finished()):
            if not self.uploads[0].is_finished(timeout=STORING_EVENT_AFTER):
                self._record_storing()
            self._finish_upload(self.uploads.popleft())

    def _finish_upload(self, storing: RenderUpload) -> None:
        """Make a stored render ready to publish; a storage that failed delays it."""
        work = storing.work
        try:
            taken = storing.wait_until_stored()
        except (StorageUnavailable, UploadTimeoutError) as error:
            log.warning("render %s of %s is put off: %s", work.number, work.design_id, error)
            if not self._settle_with_retries(partial(lifecycle.retry_render, work, "storage_unavailable", str(error))):
                _delete_attempt(work)
            return
        self.ready_since = self.ready_since if self.ready else time.monotonic()
        receipt = {**storing.drawn.receipt, "storing_ms": taken}
        self.ready.append(
            StoredRender(work, storing.drawn.rows, storing.drawn.findings, receipt, storing.has_storing_events)
        )

    def _record_storing(self) -> None:
        """Tell of all that is being stored, while there is nothing to do but wait."""
        new = [storing for storing in self.uploads if not storing.has_storing_events]
        _record_progress([storing.work for storing in new], lifecycle.STORING_EVENTS)
        for storing in new:
            storing.has_storing_events = True

    def publish_ready(self) -> None:
        """Publish what is ready; files of a render whose lease was lost are nobody's and are deleted."""
        ready, self.ready = self.ready, []
        if not ready:
            return
        published = self._settle_with_retries(partial(lifecycle.publish_renders, ready))
        for finished in ready:
            if finished.work.render_id not in published:
                log.warning("render %s of %s lost its lease", finished.work.number, finished.work.design_id)
                _delete_attempt(finished.work)

    def _settle_with_retries(self, settle: Callable[[], Settled]) -> Settled:
        """Settle again while the database is away and the lease lasts: an outage must not cost an attempt."""
        while True:
            try:
                return settle()
            except (OperationalError, InterfaceError) as error:
                if self.lease_left() <= 0:
                    raise
                log.warning("settling again in %s s: %s", DATABASE_PAUSE, error)
                connection.close()
                time.sleep(DATABASE_PAUSE)


def _record_progress(works: list[ClaimedRender], events: lifecycle.EventTemplates) -> None:
    try:
        lifecycle.record_progress(works, events)
    except DatabaseError as error:  # progress is for watching; the renders go on whether or not it is told
        log.warning("progress of %s renders is not in their events: %s", len(works), error)


def _delete_attempt(work: ClaimedRender) -> None:
    try:
        storage.delete_files([attempt_key(work, name) for name in work.file_names], alias=storage_alias(work.lane))
    except StorageUnavailable as error:
        log.warning("files of a lost attempt stay for the sweep: %s", error)
