"""The renders of one claim: each is drawn, uploaded while the next are drawn, and published with its neighbours.

Pictures are the engine's business and states the lifecycle's; this module orders the steps and handles their failures.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from django.db import DatabaseError

from designs import lifecycle
from designs.broker import queue
from designs.drawing.asset_reads import AssetUnavailable
from designs.drawing.draw import draw_render
from designs.drawing.errors import UndrawableError
from designs.drawing.timeouts import TooSlowError, hard_limit, soft_limit, time_limit_check
from designs.lifecycle import ClaimedRender, StoredRender
from designs.renders.lanes import LaneRules
from designs.worker.settling import NotSettledError, Settled, Settlement, put_back
from designs.worker.shutdown import is_shutdown_requested
from designs.worker.upload import MAX_UPLOADS, RenderUpload, UploadTimeoutError
from rendering.storage import StorageUnavailable

# Renders finished within so many s are published in one transaction; in a backlog nobody waits for the milliseconds.
PUBLISH_EVERY, PUBLISH_EVERY_IN_BACKLOG = 0.05, 0.25
STORING_EVENT_AFTER = 0.02  # s of waiting for an upload after which the renders' events report it

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

        Renders that are not begun are released: on SIGTERM, or when too little of the lease is left. No error of one
        render leaves another, or its own lease, behind.
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
                self._release(waiting)

    def _release(self, waiting: Collection[ClaimedRender]) -> None:
        with suppress(NotSettledError):
            if self._settle(partial(lifecycle.release_renders, waiting), waiting):
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
        except AssetUnavailable as error:
            self._retry_later(work, error, "asset_unusable")
        except StorageUnavailable as error:  # while an asset was read
            self._retry_later(work, error)
        except Exception as error:  # of this machine, such as a full disk, or a defect outside the engine
            log.exception("render %s of %s met an unexpected error", work.number, work.design_id)
            self._retry_later(work, error, "internal_error")
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
            self._retry_later(upload.work, error)
            return
        except Exception as error:
            log.exception("storing render %s of %s met an unexpected error", upload.work.number, upload.work.design_id)
            self._retry_later(upload.work, error, "internal_error")
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
        """Publish what is ready: together, or one by one where an unexpected error hits the group."""
        ready, self.ready = self.ready, []
        if not ready:
            return
        try:
            self._publish(ready)
        except Exception:
            log.exception("%s renders could not be published together", len(ready))
            for stored in ready:
                self._publish_alone(stored)

    def _publish_alone(self, stored: StoredRender) -> None:
        try:
            self._publish([stored])
        except Exception as error:
            log.exception("render %s of %s could not be published", stored.work.number, stored.work.design_id)
            self._retry_later(stored.work, error, "internal_error")

    def _publish(self, ready: Sequence[StoredRender]) -> None:
        works = [stored.work for stored in ready]
        with suppress(NotSettledError):
            published = self._settle(partial(lifecycle.publish_renders, ready), works)
            self._give_up([work for work in works if work.render_id not in published])

    def _give_up(self, lost: Sequence[ClaimedRender]) -> None:
        """Put renders back whose lease was lost, and discard their files: they belong to nobody."""
        for work in lost:
            log.warning("render %s of %s lost its lease", work.number, work.design_id)
        put_back(lost)  # this worker is alive, so that none of them ended it

    def _fail(self, work: ClaimedRender, code: str, message: str) -> None:
        with suppress(NotSettledError):
            self._settle(partial(lifecycle.fail_render, work, code, message), [work])

    def _retry_later(self, work: ClaimedRender, error: Exception, code: str = "storage_unavailable") -> None:
        """Queue the render again; without a lease it belongs to another worker, and its files are discarded."""
        log.warning("render %s of %s is put off: %s", work.number, work.design_id, error)
        message = "An internal error delays this render." if code == "internal_error" else str(error)
        with suppress(NotSettledError):
            if not self._settle(partial(lifecycle.retry_render, work, code, message), [work]):
                self._give_up([work])

    def _settle(self, write: Callable[[], Settled], renders: Collection[ClaimedRender]) -> Settled:
        return Settlement(self.rules.lease, self.lease_ends).settle(write, renders)


def record_progress(renders: Sequence[ClaimedRender], events: lifecycle.EventTemplates) -> None:
    """Record the same events for each render; where the database fails they are left out, for they only inform."""
    try:
        lifecycle.record_progress(renders, events)
    except DatabaseError as error:
        log.warning("the progress of %s renders is not recorded: %s", len(renders), error)
