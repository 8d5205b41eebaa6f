"""The processes under test: web, workers, reconciler. They are killed, stopped, resumed and started by their ids."""

from __future__ import annotations

import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from customify.ops.embedded import HOST
from customify.ops.processes import ChildProcess, accepts_connections, free_ports, read_tail, start_process, wait_until
from customify.testing.chaos.site import Site
from customify.testing.spawn import PROJECT

WORKERS_KEY = "rq:workers"  # the Redis set in which a worker enters itself once it serves


@dataclass(slots=True)
class ManagedProcess:
    """One process that should run; start it from the thread that lives longest, for it dies with that thread."""

    name: str
    command: list[str]
    env: Mapping[str, str]
    log: Path
    child: ChildProcess | None = None
    started_at: float = 0.0  # monotonic s of the newest start
    is_paused: bool = False

    def start_child(self) -> None:
        """Start it, its output appended to its log."""
        self.child = start_process(self.name, [sys.executable, *self.command], log=self.log, env=self.env, cwd=PROJECT)
        self.started_at, self.is_paused = time.monotonic(), False

    @property
    def is_running(self) -> bool:
        """Tell whether it has not ended."""
        return self.child is not None and self.child.is_running

    @property
    def exit_code(self) -> int | None:
        """Return how it ended, or None while it runs or before its first start."""
        return self.child.popen.poll() if self.child else None

    def kill_child(self) -> None:
        """SIGKILL."""
        if self.child is not None:
            self.child.stop(stop_signal=signal.SIGKILL)
            self.is_paused = False

    def terminate_child(self, seconds: float = 20.0) -> int:
        """SIGTERM; return the exit code, which is a kill's where it took longer than `seconds`."""
        return self.child.stop(grace_seconds=seconds) if self.child else 0

    def pause_child(self) -> None:
        """SIGSTOP."""
        if self.child is not None:
            self.child.popen.send_signal(signal.SIGSTOP)
            self.is_paused = True

    def resume_child(self) -> None:
        """SIGCONT."""
        if self.child is not None:
            self.child.popen.send_signal(signal.SIGCONT)
            self.is_paused = False


@dataclass(slots=True)
class Fleet:
    """The processes of a site, and how often each kind ended by itself."""

    site: Site
    port: int
    processes: dict[str, ManagedProcess] = field(default_factory=dict)
    exit_counts: Counter[str] = field(default_factory=Counter)

    def start_web(self, **env: str) -> ManagedProcess:
        """Start the web server and wait until it listens."""
        arguments = ["-m", "uvicorn", "customify.asgi:application", "--host", HOST, "--port", str(self.port)]
        process = self._start_process("web", [*arguments, "--no-access-log"], env)
        self.wait_for_web()
        return process

    def wait_for_web(self, seconds: float = 60.0) -> None:
        """Wait until the web server listens. Raises StartError with its log's end."""
        child = self.processes["web"].child
        if child is not None:
            wait_until(lambda: accepts_connections(HOST, self.port), child, seconds=seconds)

    def start_worker(self, name: str, *, worker_class: str = "", **env: str) -> ManagedProcess:
        """Start a worker of the preview lane; a test may give its own class, by dotted name."""
        options = ["--worker-class", worker_class] if worker_class else []
        return self._start_process(name, ["manage.py", "rqworker", "--skip-checks", *options, "preview"], env)

    def start_reconciler(self, **env: str) -> ManagedProcess:
        """Start the reconciler."""
        return self._start_process("reconciler", ["manage.py", "reconcile", "--skip-checks"], env)

    def running_workers(self) -> list[ManagedProcess]:
        """Return the workers that run and are not paused, the longest running first."""
        found = [one for name, one in self.processes.items() if name.startswith("worker") and one.is_running]
        return sorted((one for one in found if not one.is_paused), key=lambda one: one.started_at)

    def restart_ended(self) -> None:
        """Start again whatever has ended, as a supervisor would; count what ended by itself."""
        for process in self.processes.values():
            if not process.is_running:
                if process.exit_code != -signal.SIGKILL:
                    self.exit_counts[f"{process.name.rstrip('0123456789-')} ({process.exit_code})"] += 1
                process.start_child()

    def resume_all(self) -> None:
        """Let every paused process go on."""
        for process in self.processes.values():
            if process.is_paused:
                process.resume_child()

    def kill_all(self) -> None:
        """Kill everything."""
        for process in self.processes.values():
            process.kill_child()

    def read_tails(self, lines: int = 15) -> str:
        """Return the end of each process' log, for a failure's report."""
        return "\n".join(f"--- {name}\n{read_tail(one.log, lines)}" for name, one in self.processes.items())

    def _start_process(self, name: str, command: list[str], env: Mapping[str, str]) -> ManagedProcess:
        log = self.site.root / f"{name}.log"
        process = ManagedProcess(name, command, {**self.site.env, **env}, log)
        self.processes[name] = process
        process.start_child()
        return process


@contextmanager
def run_fleet(site: Site) -> Iterator[Fleet]:
    """Hold the processes of a site; on leaving all are killed. A failure's report gets the end of their logs."""
    made = Fleet(site, free_ports(1)[0])
    try:
        yield made
    except BaseException as error:
        error.add_note(made.read_tails())
        raise
    finally:
        made.kill_all()
