"""Web servers in processes of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest

from customify.ops.processes import accepts_connections, free_ports
from customify.testing.spawn import SpawnedProcess, eventually_true, run_python


@dataclass(frozen=True, slots=True)
class RunningServer:
    """A web server in a process of its own."""

    port: int
    process: SpawnedProcess

    @property
    def url(self) -> str:
        """Scheme, host and port."""
        return f"http://127.0.0.1:{self.port}"


Serve = Callable[..., AbstractContextManager[RunningServer]]
"""The fixture `serve`."""


@contextmanager
def run_server(arguments: Sequence[str], log: Path, env: Mapping[str, str]) -> Iterator[RunningServer]:
    """Run `python ARGUMENTS…`, each "PORT" among them replaced by a free port, until the end of the block.

    Waits until the port accepts connections.
    """
    port = free_ports(1)[0]
    command = [argument.replace("PORT", str(port)) for argument in arguments]
    with run_python(command, log=log, env=env) as process:
        assert eventually_true(lambda: accepts_connections("127.0.0.1", port), seconds=60), process.read_output()
        yield RunningServer(port, process)


def run_uvicorn(
    log: Path, env: Mapping[str, str], application: str = "customify.asgi:application"
) -> AbstractContextManager[RunningServer]:
    """Run uvicorn on a free port until the end of the block."""
    return run_server(
        ["-m", "uvicorn", application, "--host", "127.0.0.1", "--port", "PORT", "--no-proxy-headers"], log, env
    )


@pytest.fixture
def serve(process_env: dict[str, str], tmp_path: Path) -> Serve:
    """`with serve(LOG_LEVEL="DEBUG") as site:` runs uvicorn on this test's database, Redis and storage."""
    numbers = count()

    def run(application: str = "customify.asgi:application", **env: str) -> AbstractContextManager[RunningServer]:
        return run_uvicorn(tmp_path / f"uvicorn-{next(numbers)}.log", {**process_env, **env}, application)

    return run
