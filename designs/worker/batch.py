"""The renders of one claim: each is drawn, uploaded while the next are drawn, and published with its neighbours.

Pictures are the engine's business and states the lifecycle's; this module orders the steps and handles their failures.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from django.db import DatabaseError, InterfaceError, OperationalError, connection

from designs import lifecycle
from designs.broker import queue
from designs.drawing.draw import UndrawableError, attempt_key, draw_render
from designs.drawing.timeouts import TooSlowError, hard_limit, soft_limit, time_limit_check
from designs.lifecycle import ClaimedRender, StoredRender
from designs.renders.lanes import LaneRules, storage_alias
from designs.worker.shutdown import is_shutdown_requested
from designs.worker.upload import MAX_UPLOADS, RenderUpload, UploadTimeoutError
from rendering import storage
from rendering.storage import StorageUnavailable

# Renders finished within so many s are published in one transaction; in a backlog nobody waits for the milliseconds.
PUBLISH_EVERY, PUBLISH_EVERY_IN_BACKLOG = 0.05, 0.25
STORING_EVENT_AFTER = 0.02  # s of waiting for an upload after which the renders' events report it
DATABASE_PAUSE = 0.5  # s between two tries to settle a render while the database is away

Settled = TypeVar("Settled")
log = logging.getLogger(__name__)


@dataclass(slots=True)
class ClaimBatch:
    """The renders of one claim, which share a lease; `lease_ends` in s on the monotonic clock."""

    rules: LaneRules
    lease_ends: float
    publish_every: float = PUBLISH_EVERY
    uploads: deque[RenderUpload] = field(default_factory=deque)
    ready: list[StoredRender] = field(default_factory=list)
    ready_since: float = 0.0

    def process_renders(self, claimed: Collection[ClaimedRender]) -> None:
        """Draw one render after the other, upload each while the next are drawn, publish in groups.

        Renders that are not begun are released: on SIGTERM, when too little of the lease is left, or after an
        unexpected error. The render with that error keeps its lease, which counts as lost; the others lose nothing.
        """
        waiting = deque(claimed)
        try:
            while waiting and not is_shutdown_requested() and self.lease_left() >= self.rules.deadline:
                self.draw_and_upload(waiting.popleft())
                self.collect_stored(leave=MAX_UPLOADS - 1)
                if self.ready and time.monotonic() - self.ready_since > self.publish_every:
                    self.publish_ready()
        finally:
            self._finish(waiting)

    def _finish(self, waiting: Collection[ClaimedRender]) -> None:
        """Collect, publish and release what is left; an error in one step does not skip the next."""
        try:
            self.collect_stored()
        finally:
            try:
                self.publish_ready()
            finally:
                if lifecycle.release_renders(waiting):
                    queue.wake_lane(self.rules.name)

    def lease_left(self) -> float:
        """Return the s left of the lease."""
        return self.lease_ends - time.monotonic()

    def draw_and_upload(self, work: ClaimedRender) -> None:
        """Draw one render and start its upload; an error of its own ends or delays this render only."""
        try:
            with hard_limit(self.rules.hard_limit), soft_limit(self.rules.soft_limit):
                drawn = draw_render(work, time_limit_check(self.rules.soft_limit))
        except TooSlowError as error:
            self._fail(work, "too_slow", f"{error} Simplify the design.")
        except UndrawableError as error:
            self._fail(work, error.code, str(error))
        except StorageUnavailable as error:  # while an asset was read
            self._retry_later(work, error)
        else:
            deadline = min(self.lease_ends, time.monotonic() + self.rules.deadline)
            self.uploads.append(RenderUpload.start_upload(work, drawn, deadline))

    def collect_stored(self, leave: int = 0) -> None:
        """Take the finished uploads in order; wait while more than `leave` are running."""
        while self.uploads and (len(self.uploads) > leave or self.uploads[0].is_finished()):
            if not self.uploads[0].is_finished(timeout=STORING_EVENT_AFTER):
                self._record_storing()
            self._finish_upload(self.uploads.popleft())

    def _finish_upload(self, upload: RenderUpload) -> None:
        """Make a stored render ready to publish; a storage that failed delays it."""
        try:
            storing_ms = upload.wait_until_stored()
        except (StorageUnavailable, UploadTimeoutError) as error:
            if not self._retry_later(upload.work, error):
                _delete_attempt(upload.work)
            return
        if not self.ready:
            self.ready_since = time.monotonic()
        receipt = {**upload.drawn.receipt, "storing_ms": storing_ms}
        rows, findings = upload.drawn.rows, upload.drawn.findings
        self.ready.append(StoredRender(upload.work, rows, findings, receipt, upload.has_storing_events))

    def _record_storing(self) -> None:
        """Record in the events that renders are being stored, while there is nothing to do but wait."""
        new = [upload for upload in self.uploads if not upload.has_storing_events]
        record_progress([upload.work for upload in new], lifecycle.STORING_EVENTS)
        for upload in new:
            upload.has_storing_events = True

    def publish_ready(self) -> None:
        """Publish what is ready. Files of a render whose lease was lost belong to nobody and are deleted."""
        ready, self.ready = self.ready, []
        if not ready:
            return
        published = self._settle_with_retries(partial(lifecycle.publish_renders, ready))
        for stored in ready:
            if stored.work.render_id not in published:
                log.warning("render %s of %s lost its lease", stored.work.number, stored.work.design_id)
                _delete_attempt(stored.work)

    def _fail(self, work: ClaimedRender, code: str, message: str) -> None:
        self._settle_with_retries(partial(lifecycle.fail_render, work, code, message))

    def _retry_later(self, work: ClaimedRender, error: Exception) -> bool:
        """Queue a render again because of the storage; False where its lease was lost."""
        log.warning("render %s of %s is put off: %s", work.number, work.design_id, error)
        return self._settle_with_retries(partial(lifecycle.retry_render, work, "storage_unavailable", str(error)))

    def _settle_with_retries(self, settle: Callable[[], Settled]) -> Settled:
        """Try again while the database is away and the lease lasts: an outage must not cost an attempt."""
        while True:
            try:
                return settle()
            except (OperationalError, InterfaceError) as error:
                if self.lease_left() <= 0:
                    raise
                log.warning("the database is away, next try in %s s: %s", DATABASE_PAUSE, error)
                connection.close()
                time.sleep(DATABASE_PAUSE)


def record_progress(renders: Sequence[ClaimedRender], events: lifecycle.EventTemplates) -> None:
    """Record the same events for each render; where the database fails they are left out, for they only inform."""
    try:
        lifecycle.record_progress(renders, events)
    except DatabaseError as error:
        log.warning("the progress of %s renders is not recorded: %s", len(renders), error)


def _delete_attempt(work: ClaimedRender) -> None:
    keys = [attempt_key(work, name) for name in work.file_names]
    try:
        storage.delete_files(keys, alias=storage_alias(work.lane))
    except StorageUnavailable as error:
        log.warning("files of a lost attempt stay until the sweep: %s", error)
