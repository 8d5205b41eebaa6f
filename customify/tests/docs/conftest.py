"""Fixtures: the running service with a web server and a worker as processes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from customify.accounts.models import ApiKey
from customify.accounts.scopes import DEFAULT_SCOPES
from customify.testing.spawn import Spawner
from customify.tests.support.service import Service
from customify.tests.support.web_server import run_uvicorn
from designs.api.scopes import PRINT
from designs.tests.support import factories, images


@pytest.fixture
def service(transactional_db: None, process_env: dict[str, str], spawn: Spawner, tmp_path: Path) -> Iterator[Service]:
    """A web server and a worker on this test's database, Redis and storage."""
    factories.install_catalogue()
    secret = ApiKey.objects.issue_key(factories.make_user("shop"), "web shop", scopes=[*DEFAULT_SCOPES, PRINT])[1]
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "photo.jpg").write_bytes(images.photo_bytes(1200, 800))
    env = {**process_env, "API_RATE": "600"}  # the default
    worker = spawn("rqworker", "--skip-checks", env=env)
    with run_uvicorn(tmp_path / "web.log", env) as server, worker as worker_process:
        yield Service(server.url, secret, folder)
        assert server.process.is_running
        assert worker_process.is_running
        assert "Traceback" not in server.process.read_output()


@pytest.fixture(scope="session")
def tools() -> None:
    """curl and jq, which the guide uses; .ci/run installs them."""
    missing = [tool for tool in ("curl", "jq", "bash") if shutil.which(tool) is None]
    assert not missing, f"install {', '.join(missing)}"
