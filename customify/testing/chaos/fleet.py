"""The processes under test: web server, workers, reconciler; tests kill, pause, resume and restart them."""

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

WORKERS_KEY = "rq:workers"  # the Redis set of workers that have registered
EXIT_LOG_LINES = 300  # as many as a traceback of a dozen threads has


@dataclass(slots=True)
class ManagedProcess:
    """One process of the fleet. It ends with the thread that starts it, so start it from the main thread."""

    name: str
    command: list[str]
    env: Mapping[str, str]
    log: Path
    child: ChildProcess | None = None
    started_at: float = 0.0  # time.monotonic() of the newest start
    is_paused: bool = False
    log_begins: int = 0  # bytes of the log that are of earlier starts

    def start_child(self) -> None:
        """Start the process; its output is appended to its log."""
        self.log_begins = self.log.stat().st_size if self.log.exists() else 0
        self.child = start_process(self.name, [sys.executable, *self.command], log=self.log, env=self.env, cwd=PROJECT)
        self.started_at, self.is_paused = time.monotonic(), False

    @property
    def is_running(self) -> bool:
        """Tell whether the process runs, paused or not."""
        return self.child is not None and self.child.is_running

    @property
    def exit_code(self) -> int | None:
        """Return the exit code, None while it runs or before its first start."""
        return self.child.popen.poll() if self.child else None

    def read_log_end(self) -> str:
        """Return the last lines that the process has written since its newest start."""
        lines = self.log.read_bytes()[self.log_begins :].decode(errors="replace").splitlines()
        return "\n".join(lines[-EXIT_LOG_LINES:])

    def kill_child(self) -> None:
        """Send SIGKILL."""
        if self.child is not None:
            self.child.stop(stop_signal=signal.SIGKILL)
            self.is_paused = False

    def terminate_child(self, seconds: float = 20.0) -> int:
        """Send SIGTERM, and SIGKILL after `seconds`; return the exit code."""
        return self.child.stop(grace_seconds=seconds) if self.child else 0

    def pause_child(self) -> None:
        """Send SIGSTOP."""
        if self.child is not None:
            self.child.popen.send_signal(signal.SIGSTOP)
            self.is_paused = True

    def resume_child(self) -> None:
        """Send SIGCONT."""
        if self.child is not None:
            self.child.popen.send_signal(signal.SIGCONT)
            self.is_paused = False


@dataclass(slots=True)
class Fleet:
    """The processes of a site, and how often each kind ended without being killed, with the ends of their logs."""

    site: Site
    port: int
    processes: dict[str, ManagedProcess] = field(default_factory=dict)
    exit_counts: Counter[str] = field(default_factory=Counter)
    exit_logs: list[str] = field(default_factory=list)

    def start_web(self, **env: str) -> ManagedProcess:
        """Start the web server and wait until it listens."""
        arguments = ["-m", "uvicorn", "customify.asgi:application", "--host", HOST, "--port", str(self.port)]
        process = self._start_process("web", [*arguments, "--no-access-log", "--no-proxy-headers"], env)
        self.wait_for_web()
        return process

    def wait_for_web(self, seconds: float = 60.0) -> None:
        """Wait until the web server listens. Raises StartError with the end of its log."""
        child = self.processes["web"].child
        if child is not None:
            wait_until(lambda: accepts_connections(HOST, self.port), child, seconds=seconds)

    def start_worker(self, name: str, *, worker_class: str = "", **env: str) -> ManagedProcess:
        """Start a worker of the preview lane; `worker_class` is a dotted name."""
        options = ["--worker-class", worker_class] if worker_class else []
        return self._start_process(name, ["manage.py", "rqworker", "--skip-checks", *options, "preview"], env)

    def start_reconciler(self, name: str = "reconciler", **env: str) -> ManagedProcess:
        """Start a reconciler."""
        return self._start_process(name, ["manage.py", "reconcile", "--skip-checks"], env)

    def running_workers(self) -> list[ManagedProcess]:
        """Return the workers that run and are not paused, the oldest first."""
        workers = [process for name, process in self.processes.items() if name.startswith("worker")]
        active = (worker for worker in workers if worker.is_running and not worker.is_paused)
        return sorted(active, key=lambda worker: worker.started_at)

    def restart_ended(self) -> None:
        """Restart what has ended, as a supervisor would; count what was not killed."""
        for process in self.processes.values():
            if not process.is_running:
                if process.exit_code != -signal.SIGKILL:
                    self.exit_counts[f"{process.name.rstrip('0123456789-')} ({process.exit_code})"] += 1
                    self.exit_logs.append(process.read_log_end())
                process.start_child()

    def resume_all(self) -> None:
        """Resume every paused process."""
        for process in self.processes.values():
            if process.is_paused:
                process.resume_child()

    def kill_all(self) -> None:
        """Kill every process."""
        for process in self.processes.values():
            process.kill_child()

    def read_tails(self, lines: int = 15) -> str:
        """Return the end of each process' log, for failure reports."""
        return "\n".join(f"--- {name}\n{read_tail(process.log, lines)}" for name, process in self.processes.items())

    def _start_process(self, name: str, command: list[str], env: Mapping[str, str]) -> ManagedProcess:
        log = self.site.root / f"{name}.log"
        process = ManagedProcess(name, command, {**self.site.env, **env}, log)
        self.processes[name] = process
        process.start_child()
        return process


@contextmanager
def run_fleet(site: Site) -> Iterator[Fleet]:
    """Yield an empty fleet; on leaving, its processes are killed. Exceptions get the end of the logs as a note."""
    fleet = Fleet(site, free_ports(1)[0])
    try:
        yield fleet
    except BaseException as error:
        error.add_note(fleet.read_tails())
        raise
    finally:
        fleet.kill_all()
