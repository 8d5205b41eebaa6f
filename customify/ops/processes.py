"""Starts child processes that cannot outlive their parent, waits until they are ready, and stops them.

Written by hand because `subprocess` offers neither of the two things that the demo and the tests depend on: the
kernel's parent-death signal, which ends a child even after a SIGKILL of its parent, and stopping a whole process
group. It uses the standard library only.
"""

import contextlib
import ctypes
import fcntl
import functools
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PR_SET_PDEATHSIG = 1
# Below Linux' range for outgoing connections (from 32768), so that no client socket takes a port just found free.
PORT_RANGE = (20_000, 32_000)
POLL_SECONDS = 0.02

# Loaded at import, because code between fork and exec must not import anything.
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class StartError(RuntimeError):
    """A child process did not start; the message contains the end of its log."""


@dataclass(frozen=True, slots=True)
class ProcessUser:
    """User and group of a child process."""

    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class ChildProcess:
    """A child process, leader of its own session, with its output in a file."""

    name: str
    popen: subprocess.Popen[bytes]
    log: Path

    @property
    def is_running(self) -> bool:
        """Tell whether the process has not ended yet."""
        return self.popen.poll() is None

    def read_tail(self, lines: int = 20) -> str:
        """Return the last lines of the log."""
        return read_tail(self.log, lines)

    def stop(self, *, stop_signal: signal.Signals = signal.SIGTERM, grace_seconds: float = 10.0) -> int:
        """Send `stop_signal`, kill the whole group when it ends or after `grace_seconds`; return the exit code."""
        if self.is_running:
            self.popen.send_signal(stop_signal)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.popen.wait(grace_seconds)
        self.kill()
        return self.popen.wait()

    def kill(self) -> None:
        """Kill what is left of the process group."""
        try:
            os.killpg(self.popen.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            # Nothing is left; macOS reports a permission error if only a zombie is.
            return


def start_process(
    name: str,
    command: Sequence[str | Path],
    *,
    log: Path,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    user: ProcessUser | None = None,
    death_signal: signal.Signals = signal.SIGKILL,
) -> ChildProcess:
    """Start a command in its own session, output appended to `log`.

    On Linux the kernel sends it `death_signal` when the calling thread ends, so that it does not outlive a SIGKILL of
    this process. Call it from the main thread.

    Raises StartError: the program is missing or not executable.
    """
    with log.open("ab") as output:
        try:
            popen = subprocess.Popen(  # noqa: S603 - our own commands
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=dict(env) if env is not None else None,
                cwd=cwd,
                start_new_session=True,
                user=user.uid if user else None,
                group=user.gid if user else None,
                extra_groups=[] if user else None,
                preexec_fn=_tie_to_parent(death_signal),  # noqa: PLW1509 - one system call, nothing imported
            )
        except OSError as error:
            raise StartError(f"{name} could not be started: {error}") from error
    return ChildProcess(name, popen, log)


def wait_until(
    is_ready: Callable[[], bool], child: ChildProcess, *, seconds: float, interval: float = POLL_SECONDS
) -> None:
    """Wait until `is_ready()` is true, checking every `interval` s.

    Raises StartError: the child ended, or was not ready after `seconds`.
    """
    deadline = time.monotonic() + seconds
    # A child that has ended is not ready, even if another process answers at its address.
    while not (is_ready() and child.is_running):
        if not child.is_running:
            raise StartError(_describe_failure(child, f"ended with exit code {child.popen.returncode} while starting"))
        if time.monotonic() > deadline:
            raise StartError(_describe_failure(child, f"was not ready after {seconds:g} s"))
        time.sleep(interval)


def read_tail(log: Path, lines: int = 20) -> str:
    """Return the last lines of a log file, "" if it does not exist."""
    if not log.exists():
        return ""
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])


def accepts_connections(host: str, port: int) -> bool:
    """Tell whether something accepts TCP connections at this address."""
    try:
        with socket.create_connection((host, port), timeout=1.0):
            return True
    except OSError:
        return False


def is_port_free(host: str, port: int) -> bool:
    """Tell whether a server could listen at this address now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def free_ports(count: int) -> list[int]:
    """Return distinct free loopback ports from PORT_RANGE; no other process gets them from here until this one ends.

    Raises StartError: not enough free ports were found.
    """
    ports: list[int] = []
    for port in random.sample(range(*PORT_RANGE), k=1000):
        if len(ports) == count:
            return ports
        if is_port_free("127.0.0.1", port) and _reserve_port(port):
            ports.append(port)
    raise StartError(f"no {count} free ports between {PORT_RANGE[0]} and {PORT_RANGE[1]} on 127.0.0.1")


@functools.cache
def _open_reservations(pid: int) -> int:  # noqa: ARG001 - a child process opens its own
    path = Path(tempfile.gettempdir(), f"customify-ports-{os.getuid()}")
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)


def _reserve_port(port: int) -> bool:
    """Tell whether this process holds the port now: another may have found it free, too, and not listen on it yet.

    The kernel ends the reservation, the lock of one byte, with the process.
    """
    try:
        fcntl.lockf(_open_reservations(os.getpid()), fcntl.LOCK_EX | fcntl.LOCK_NB, 1, port)
    except BlockingIOError:
        return False
    return True


def _describe_failure(child: ChildProcess, event: str) -> str:
    return f"{child.name} {event}. The end of its log:\n{child.read_tail() or '(it wrote nothing)'}"


def _tie_to_parent(death_signal: signal.Signals) -> Callable[[], None] | None:
    """Return the function that runs in the child before exec and ties its life to the parent's."""
    if _libc is None:
        return None
    libc, parent = _libc, os.getpid()

    def tie() -> None:
        # subprocess has already changed the user, which would clear this setting.
        libc.prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
        if os.getppid() != parent:  # the parent died between fork and prctl
            os._exit(1)

    return tie
