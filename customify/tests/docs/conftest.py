"""A running service to integrate with: a web server and a worker, as processes."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from customify.accounts.models import ApiKey
from customify.ops.processes import accepts_connections, free_ports
from customify.testing.spawn import Spawner, eventually_true, run_python
from designs.tests.support import factories, images


@dataclass(frozen=True, slots=True)
class Service:
    """Where the service is, a live key, and a folder with a photo to work in."""

    base: str
    key: str
    folder: Path

    @property
    def env(self) -> dict[str, str]:
        """The environment of somebody who follows the guide."""
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        kept = {name: os.environ[name] for name in ("HOME", "LANG", "TMPDIR") if name in os.environ}
        return {**kept, "PATH": path, "BASE": self.base, "KEY": self.key, "PYTHONWARNINGS": "error"}


@pytest.fixture
def service(transactional_db: None, process_env: dict[str, str], spawn: Spawner, tmp_path: Path) -> Iterator[Service]:
    """A web server and a worker on this test's database, Redis and storage."""
    factories.install_catalogue()
    secret = ApiKey.objects.issue_key(factories.make_user("shop"), "web shop")[1]
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "photo.jpg").write_bytes(images.photo_bytes(1200, 800))
    port = free_ports(1)[0]
    server = ["-m", "uvicorn", "customify.asgi:application", "--host", "127.0.0.1", "--port", str(port)]
    env = {**process_env, "API_RATE": "600"}  # as it is by default
    worker = spawn("rqworker", "--skip-checks", env=env)
    with run_python(server, log=tmp_path / "web.log", env=env) as web, worker as working:
        assert eventually_true(lambda: accepts_connections("127.0.0.1", port), seconds=60), web.read_output()
        yield Service(f"http://127.0.0.1:{port}", secret, folder)
        assert web.is_running
        assert working.is_running
        assert "Traceback" not in web.read_output()


@pytest.fixture(scope="session")
def tools() -> None:
    """curl and jq, which the guide uses; .ci/run installs them."""
    missing = [tool for tool in ("curl", "jq", "bash") if shutil.which(tool) is None]
    assert not missing, f"install {', '.join(missing)}"
