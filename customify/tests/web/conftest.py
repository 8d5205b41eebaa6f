"""What the tests of the web platform share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from customify.accounts import rate_limits
from customify.accounts.models import ApiKey
from customify.ops.processes import accepts_connections, free_ports
from customify.testing.spawn import SpawnedProcess, eventually_true, run_python
from designs.tests.support import factories


@dataclass(frozen=True, slots=True)
class RunningServer:
    """A web server in a process of its own."""

    port: int
    process: SpawnedProcess


Serve = Callable[..., AbstractContextManager[RunningServer]]


@pytest.fixture
def catalogue(db: None) -> None:
    """The products of a new installation, also after the flush that ends a transactional test."""
    factories.install_catalogue()


@pytest.fixture
def secret(catalogue: None) -> str:
    """A live key of a shop."""
    return ApiKey.objects.issue_key(factories.make_user("shop"), "web shop")[1]


@pytest.fixture
def counts(empty_redis: object) -> Iterator[None]:
    """Counts that begin at nothing."""
    rate_limits.counters.reset()
    yield
    rate_limits.counters.reset()


@pytest.fixture
def serve(process_env: dict[str, str], tmp_path: Path) -> Serve:
    """`with serve(LOG_LEVEL="DEBUG") as site:` runs uvicorn on this test's database, Redis and storage."""

    @contextmanager
    def run(application: str = "customify.asgi:application", **env: str) -> Iterator[RunningServer]:
        port = free_ports(1)[0]
        command = ["-m", "uvicorn", application, "--host", "127.0.0.1", "--port", str(port)]
        with run_python(command, log=tmp_path / f"uvicorn-{port}.log", env={**process_env, **env}) as process:
            assert eventually_true(lambda: accepts_connections("127.0.0.1", port), seconds=60), process.read_output()
            yield RunningServer(port, process)

    return run
