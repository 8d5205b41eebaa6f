"""The loops of a running reconciler: each has a thread and a database connection, and none waits for another.

Waking lanes must go on while the storage hangs or rows are locked, so it shares its loop with nothing else.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db import connection

from designs.heartbeats import reconciler as heartbeat
from designs.reconciler import tick
from designs.reconciler.collection import collect_garbage
from designs.reconciler.tick import KeepGoing, TickReport

STOP_SECONDS = 10.0  # s that a loop has to end its pass; what it leaves undone is due again later
CHUNKS_PER_PASS = 5  # of garbage, until the collection looks again for files to discard

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Loop:
    """A part of the reconciler that repeats: every RENDER_RECONCILE_INTERVAL, or at once if it `continues`."""

    name: str
    run_pass: Callable[[KeepGoing], TickReport]
    continues: bool = False


def wake_lanes(_: KeepGoing) -> TickReport:
    """Wake the lanes that have due renders, and show that this process works."""
    report = tick.run_steps(tick.WAKING_STEPS)
    heartbeat.beat()
    return report


def maintain_rows(keep_going: KeepGoing) -> TickReport:
    """Do what changes rows alone: poison, priorities, retention, hooks."""
    report = tick.run_steps({**tick.RENDER_STEPS, **tick.RETENTION_STEPS}, keep_going)
    report.failed += tick.call_hooks()
    return report


def collect_files(keep_going: KeepGoing) -> TickReport:
    """Discard files that are not needed any more, and delete discarded ones."""
    steps = {**tick.COLLECTION_STEPS, "swept": lambda going: collect_garbage(going, CHUNKS_PER_PASS)}
    return tick.run_steps(steps, keep_going)


WAKING = Loop("reconciler-waking", wake_lanes)
OTHERS = (Loop("reconciler-maintenance", maintain_rows), Loop("reconciler-collection", collect_files, continues=True))


def run_loops(stop: threading.Event, report: Callable[[TickReport], None]) -> None:
    """Run all loops until `stop` is set, the waking one in this thread; `report` gets each pass that did something."""
    # Daemons, so that a hanging storage does not keep the process from ending.
    threads = [
        threading.Thread(target=_run_loop, args=(loop, stop, report), name=loop.name, daemon=True) for loop in OTHERS
    ]
    for thread in threads:
        thread.start()
    heartbeat.beat()
    _run_loop(WAKING, stop, report)
    ends = time.monotonic() + STOP_SECONDS
    for thread in threads:
        thread.join(max(0.0, ends - time.monotonic()))


def _run_loop(loop: Loop, stop: threading.Event, report: Callable[[TickReport], None]) -> None:
    pause = settings.RENDER_RECONCILE_INTERVAL
    try:
        while not stop.wait(pause):
            done = _run_pass(loop, stop)
            if not done.is_idle:
                report(done)
            has_progress = loop.continues and not done.is_idle and not done.failed
            pause = 0 if has_progress else settings.RENDER_RECONCILE_INTERVAL
    finally:
        connection.close()


def _run_pass(loop: Loop, stop: threading.Event) -> TickReport:
    try:
        return loop.run_pass(lambda: not stop.is_set())
    except Exception:  # a defect in one loop must not end the process that finds lost work
        log.exception("the loop %s met an unexpected error and goes on", loop.name)
        return TickReport(failed=1)
