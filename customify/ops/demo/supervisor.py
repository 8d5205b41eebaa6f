"""Keeps the demo's processes running: restarts those that end, and reports it."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from customify.ops.processes import ChildProcess

FIRST_DELAY, LONGEST_DELAY = 0.5, 30.0  # s
STEADY_SECONDS = 60.0  # s; after such a run the delays start again at the first
GRACE_SECONDS = 10.0  # s to finish current work when asked to stop


@dataclass(slots=True)
class SupervisedProcess:
    """A process that should always run."""

    name: str
    start_child: Callable[[], ChildProcess]
    child: ChildProcess
    started_at: float
    failures: int = 0
    restart_at: float | None = None  # when to start it again; None while it runs


@dataclass(slots=True)
class Supervisor:
    """The processes of one demo, in start order."""

    write_line: Callable[[str], None]
    _processes: list[SupervisedProcess] = field(default_factory=list)

    def start_and_watch(self, name: str, start: Callable[[], ChildProcess]) -> ChildProcess:
        """Start a process and keep it running. Raises StartError if it cannot be run at all."""
        child = start()
        self._processes.append(SupervisedProcess(name, start, child, time.monotonic()))
        return child

    def restart_ended(self) -> None:
        """Check every process once: report those that ended, restart those whose delay is over."""
        for process in self._processes:
            if process.restart_at is not None:
                if time.monotonic() >= process.restart_at:
                    process.child, process.started_at, process.restart_at = (
                        process.start_child(),
                        time.monotonic(),
                        None,
                    )
            elif not process.child.is_running:
                self._plan_restart(process)

    def _plan_restart(self, process: SupervisedProcess) -> None:
        now = time.monotonic()
        process.failures = 1 if now - process.started_at > STEADY_SECONDS else process.failures + 1
        delay = min(FIRST_DELAY * 2 ** (process.failures - 1), LONGEST_DELAY)
        process.restart_at = now + delay
        process.child.kill()  # its children must not run beside its successor
        exit_text = describe_exit(process.child.popen.returncode)
        self.write_line(f"The {process.name} {exit_text}; it is restarted in {delay:g} s. Its log: {process.child.log}")

    def stop_all(self) -> None:
        """Stop every process: the first one (Valkey, which the others need) last, all others together."""
        running = [process.child for process in self._processes if process.child.is_running]
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
        """Kill every process."""
        for process in self._processes:
            process.child.kill()
            process.child.popen.wait()
        self._processes.clear()


def describe_exit(code: int) -> str:
    """Describe an exit code in words."""
    if code >= 0:
        return f"ended with exit code {code}"
    try:
        return f"was killed ({signal.Signals(-code).name})"
    except ValueError:
        return f"was killed (signal {-code})"
