"""Runs our commands as child processes in tests, and always ends them."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

import pytest

from customify.ops.processes import ChildProcess, start_process, wait_until

PROJECT = Path(__file__).resolve().parents[2]


class SpawnedProcess:
    """A child process under test."""

    def __init__(self, child: ChildProcess) -> None:
        self._child = child

    @property
    def pid(self) -> int:
        """The id of the process, and of its process group."""
        return self._child.popen.pid

    @property
    def is_running(self) -> bool:
        """Tell whether the process has not ended yet."""
        return self._child.is_running

    def read_output(self) -> str:
        """Return what it has written so far to stdout and stderr."""
        return self._child.log.read_text(errors="replace")

    def send_signal(self, number: signal.Signals) -> None:
        """Send a signal to the process itself, not to its children."""
        self._child.popen.send_signal(number)

    def wait_for_exit(self, seconds: float = 60.0) -> int:
        """Wait until it ends and return the exit code. Raises TimeoutError with the end of its output."""
        deadline = time.monotonic() + seconds
        while self.is_running:
            if time.monotonic() > deadline:
                raise TimeoutError(
                    f"still running after {seconds:g} s. The end of its output:\n{self._child.read_tail()}"
                )
            time.sleep(0.02)
        return self._child.popen.wait()

    def wait_for_output(self, text: str, seconds: float = 60.0) -> str:
        """Wait until its output contains `text` and return it. Raises StartError if it ends or takes longer."""
        wait_until(lambda: text in self.read_output(), self._child, seconds=seconds)
        return self.read_output()


class Spawner(Protocol):
    """The type of the fixture `spawn`."""

    def __call__(
        self, *arguments: str | Path, env: Mapping[str, str] | None = None
    ) -> AbstractContextManager[SpawnedProcess]:
        """Run `manage.py ARGUMENTS…`."""


@contextmanager
def run_python(
    arguments: Sequence[str | Path], *, log: Path, env: Mapping[str, str] | None = None, cwd: Path = PROJECT
) -> Iterator[SpawnedProcess]:
    """Run `python ARGUMENTS…` in the project's folder; `env` is added to this process' environment.

    On leaving, its whole process group is killed.
    """
    command = [sys.executable, *arguments]
    # Unbuffered: else Python would buffer output to a file that a test waits for.
    child_env = {**os.environ, "PYTHONUNBUFFERED": "1", **(env or {})}
    child = start_process(" ".join(map(str, arguments)), command, log=log, env=child_env, cwd=cwd)
    try:
        yield SpawnedProcess(child)
    finally:
        child.stop(stop_signal=signal.SIGKILL)


@pytest.fixture
def spawn(tmp_path: Path) -> Spawner:
    """`with spawn("reconcile", "--once", env=…) as process:` runs `manage.py reconcile --once` as a child process."""
    count = iter(range(1000))

    def run(*arguments: str | Path, env: Mapping[str, str] | None = None) -> AbstractContextManager[SpawnedProcess]:
        log = tmp_path / f"{arguments[0]}-{next(count)}.log"
        return run_python(["manage.py", *arguments], log=log, env=env)

    return run


def find_processes(text: str) -> list[int]:
    """Return the ids of running processes with `text` in command line, environment or working folder (Linux).

    The folder finds servers that overwrite the other two with a title, as Valkey and PostgreSQL do. Zombies have none.
    """
    pids = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            texts = [(folder / name).read_bytes().decode(errors="replace") for name in ("cmdline", "environ")]
            matches = any(text in part for part in (*texts, str((folder / "cwd").readlink())))
        except OSError:  # it has ended, or belongs to another user
            continue
        if matches and int(folder.name) != os.getpid():
            pids.append(int(folder.name))
    return pids


def eventually_true(holds: Callable[[], bool], seconds: float = 30.0) -> bool:
    """Wait until `holds()` is true; return False if it is not after `seconds`."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
