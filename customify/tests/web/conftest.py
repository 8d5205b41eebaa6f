"""What the tests of the web platform share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from customify.accounts import rate_limits
from customify.accounts.models import ApiKey
from customify.ops.processes import answers, free_ports
from customify.testing.spawning import Spawned, eventually, spawned
from designs.tests.support import factories


@dataclass(frozen=True, slots=True)
class Site:
    """A web server in a process of its own."""

    port: int
    process: Spawned


Serve = Callable[..., AbstractContextManager[Site]]


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
    rate_limits.forget_storages()
    yield
    rate_limits.forget_storages()


@pytest.fixture
def serve(process_env: dict[str, str], tmp_path: Path) -> Serve:
    """`with serve(LOG_LEVEL="DEBUG") as site:` runs uvicorn on this test's database, Redis and storage."""

    @contextmanager
    def run(application: str = "customify.asgi:application", **env: str) -> Iterator[Site]:
        port = free_ports(1)[0]
        command = ["-m", "uvicorn", application, "--host", "127.0.0.1", "--port", str(port)]
        with spawned(command, log=tmp_path / f"uvicorn-{port}.log", env={**process_env, **env}) as process:
            assert eventually(lambda: answers("127.0.0.1", port), seconds=60), process.read_output()
            yield Site(port, process)

    return run
