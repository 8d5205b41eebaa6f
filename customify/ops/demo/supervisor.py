"""Keeps the demo's processes running: one that ends is started again, with one line that says so."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from customify.ops.processes import ChildProcess

FIRST_DELAY, LONGEST_DELAY = 0.5, 30.0  # s
STEADY_SECONDS = 60.0  # s; a process that ran so long starts its delays anew
GRACE_SECONDS = 10.0  # s to finish the work in hand when asked to stop


@dataclass(slots=True)
class SupervisedProcess:
    """One process that should always run."""

    name: str
    start_child: Callable[[], ChildProcess]
    child: ChildProcess
    started_at: float
    failures: int = 0
    restart_at: float | None = None  # when to start it again; None while it runs


@dataclass(slots=True)
class Supervisor:
    """The processes of one demo, in the order in which they were started."""

    write_line: Callable[[str], None]
    _processes: list[SupervisedProcess] = field(default_factory=list)

    def start_and_watch(self, name: str, start: Callable[[], ChildProcess]) -> ChildProcess:
        """Start a process and keep it running from now on. Raises StartError if it cannot be run at all."""
        child = start()
        self._processes.append(SupervisedProcess(name, start, child, time.monotonic()))
        return child

    def restart_ended(self) -> None:
        """Look once at every process: say who ended, start again who is due."""
        for kept in self._processes:
            if kept.restart_at is not None:
                if time.monotonic() >= kept.restart_at:
                    kept.child, kept.started_at, kept.restart_at = kept.start_child(), time.monotonic(), None
            elif not kept.child.is_running:
                self._plan_restart(kept)

    def _plan_restart(self, kept: SupervisedProcess) -> None:
        now = time.monotonic()
        kept.failures = 1 if now - kept.started_at > STEADY_SECONDS else kept.failures + 1
        delay = min(FIRST_DELAY * 2 ** (kept.failures - 1), LONGEST_DELAY)
        kept.restart_at = now + delay
        kept.child.kill()  # what it may have left running must not meet its successor
        how = describe_exit(kept.child.popen.returncode)
        self.write_line(f"The {kept.name} {how}; it is started again in {delay:g} s. Its log: {kept.child.log}")

    def stop_all(self) -> None:
        """End every process: all are asked at once and given time, except the first (the store all others need)."""
        running = [kept.child for kept in self._processes if kept.child.is_running]
        first = self._processes[0].child if self._processes else None
        others = [child for child in running if child is not first]
        for child in others:
            child.popen.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS
        for child in others:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.popen.wait(max(0.0, deadline - time.monotonic()))
            child.kill()
            child.popen.wait()
        if first in running and first is not None:
            first.stop(grace_seconds=GRACE_SECONDS)
        self._processes.clear()

    def kill_all(self) -> None:
        """End every process at once, unfinished work and all."""
        for kept in self._processes:
            kept.child.kill()
            kept.child.popen.wait()
        self._processes.clear()


def describe_exit(code: int) -> str:
    """Say in words how a process ended."""
    if code >= 0:
        return f"ended with exit code {code}"
    try:
        return f"was killed ({signal.Signals(-code).name})"
    except ValueError:
        return f"was killed (signal {-code})"
