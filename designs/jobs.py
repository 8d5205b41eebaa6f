"""What a worker runs: claim, draw, store, publish. Glue: pictures are the engine's, states are the lifecycle's."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from django.db import DatabaseError, InterfaceError, OperationalError, connection

from designs import lifecycle, queue
from designs.connections import drop_dead_connection
from designs.drawing import Drawn, DrawnBadlyError, draw_work, files_of, key_of
from designs.lanes import LaneRules, rules_of, storage_of
from designs.lifecycle import Finished, Work
from designs.limits import TooSlowError, hard_limit, soft_limit
from designs.models import EventType
from designs.stopping import stop_asked
from designs.sweeping import sweep_garbage
from rendering import storage
from rendering.storage import StorageUnavailable

# Renders finished within so many s are published in one transaction. In a backlog nobody waits for the milliseconds.
PUBLISH_EVERY, PUBLISH_EVERY_IN_BACKLOG = 0.05, 0.25
TOO_LATE = "Storing took too long for the lease."
DATABASE_PAUSE = 0.5  # s between two tries to publish while the database is away

log = logging.getLogger(__name__)
Settled = TypeVar("Settled")


class OutOfTimeError(Exception):
    """The lease would end before this render is stored."""


def work_lane(lane: str) -> int:
    """Claim due renders of a lane and finish them; return how many were claimed. Nothing due: nothing done."""
    drop_dead_connection()
    rules = rules_of(lane)
    begun = time.monotonic()  # before the claim is sent: our idea of the lease ends before the database's
    works = lifecycle.claim(rules)
    if not works:
        return 0
    if works[0].left_behind:
        queue.wake(lane)
    try:
        lifecycle.announce(works, (EventType.CLAIMED, {}), (EventType.STAGE, {"stage": "drawing"}))
    except DatabaseError as error:  # progress is for watching; the renders are claimed whether or not it is told
        log.warning("the claim of %s renders is not in their events: %s", len(works), error)
    every = PUBLISH_EVERY_IN_BACKLOG if len(works) == rules.claim_size else PUBLISH_EVERY
    if Batch(rules, begun + rules.lease, every).run(works):
        queue.wake(lane)
    return len(works)


def sweep() -> int:
    """Delete garbage that is due; return how many attempts' files."""
    drop_dead_connection()
    return sweep_garbage()


@dataclass(slots=True)
class Batch:
    """The renders of one claim, on one lease; `lease_ends` in s on the monotonic clock."""

    rules: LaneRules
    lease_ends: float
    publish_every: float = PUBLISH_EVERY
    ready: list[Finished] = field(default_factory=list)
    ready_since: float = 0.0

    def run(self, works: list[Work]) -> int:
        """Draw, store and publish one after the other.

        What is not begun is given back, on SIGTERM, when the lease grows short, or after an error that nobody foresaw:
        the render that met it keeps its lease, which counts as lost, and its neighbours pay nothing. Return how many
        were given back.
        """
        waiting = deque(works)
        given_back = 0
        try:
            while waiting and not stop_asked() and self.lease_left() >= self.rules.deadline:
                self.finish(waiting.popleft())
                if self.ready and time.monotonic() - self.ready_since > self.publish_every:
                    self.publish()
        finally:
            try:
                self.publish()
            finally:
                given_back = lifecycle.give_back(waiting)
        return given_back

    def lease_left(self) -> float:
        """Return the s left of the lease."""
        return self.lease_ends - time.monotonic()

    def finish(self, work: Work) -> None:
        """Draw and store one render; what goes wrong with it ends or delays it alone."""
        try:
            with hard_limit(self.rules.hard_limit), soft_limit(self.rules.soft_limit):
                drawn = draw_work(work)
        except TooSlowError as error:
            message = f"{error} Simplify the design."
            self._persistently(partial(lifecycle.fail, work, "too_slow", message))
        except DrawnBadlyError as error:
            self._persistently(partial(lifecycle.fail, work, error.code, str(error)))
        else:
            self.store(work, drawn)

    def store(self, work: Work, drawn: Drawn) -> None:
        """Store a drawing's files; a storage that fails delays the render."""
        begun = time.monotonic()
        deadline = min(self.lease_ends, begun + self.rules.deadline)
        try:
            # The hard limit would cost every render of the claim a lease, and a long outage all five. So the waiting is
            # ended first; what is still being written then is the sweep's.
            with hard_limit(max(1.0, self.lease_left())), soft_limit(max(0.001, deadline - begun)):
                storage.save_files(files_of(work, drawn), alias=storage_of(work.lane), before_each=_in_time(deadline))
        except (StorageUnavailable, OutOfTimeError, TooSlowError) as error:
            reason = TOO_LATE if isinstance(error, TooSlowError) else str(error)
            log.warning("render %s of %s is put off: %s", work.number, work.design_id, reason)
            if not self._persistently(partial(lifecycle.retry, work, "storage_unavailable", reason)):
                _delete_own(work)
            return
        storing = round((time.monotonic() - begun) * 1000, 2)
        self.ready_since = self.ready_since if self.ready else time.monotonic()
        receipt = {**drawn.receipt, "storing_ms": storing}
        self.ready.append(Finished(work, drawn.rows, drawn.findings, receipt))

    def publish(self) -> None:
        """Publish what is ready; files of a render whose lease was lost are nobody's and are deleted."""
        ready, self.ready = self.ready, []
        if not ready:
            return
        published = self._persistently(partial(lifecycle.publish, ready))
        for finished in ready:
            if finished.work.render_id not in published:
                log.warning("render %s of %s lost its lease", finished.work.number, finished.work.design_id)
                _delete_own(finished.work)

    def _persistently(self, settle: Callable[[], Settled]) -> Settled:
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


def _in_time(deadline: float) -> Callable[[], None]:
    def check() -> None:
        if time.monotonic() > deadline:
            raise OutOfTimeError(TOO_LATE)

    return check


def _delete_own(work: Work) -> None:
    try:
        storage.delete_files([key_of(work, name) for name in work.names], alias=storage_of(work.lane))
    except StorageUnavailable as error:
        log.warning("files of a lost attempt stay for the sweep: %s", error)
