"""Fixtures of the tests of designs."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection, connections
from rest_framework.test import APIClient

from designs.broker import client
from designs.drawing.asset_cache import asset_cache
from designs.drawing.asset_reads import refusal
from designs.models import Design
from designs.tests.support import factories
from designs.tests.support.api_client import client_of
from designs.tests.support.fixture_types import MakeDesign, RunLane, RunWorker
from designs.worker import jobs, shutdown, upload


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep a SQLite test database in a file: Django's default, in memory, has no WAL and serves one process only."""
    database = connections["default"].settings_dict
    if database["ENGINE"].endswith("sqlite3"):
        database["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


class SynchronousExecutor(Executor):
    """Calls each function in the caller's thread, so that it sees the test's transaction."""

    def submit(self, call: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Call it now."""
        done: Future[Any] = Future()
        try:
            done.set_result(call(*args, **kwargs))
        except Exception as error:  # noqa: BLE001  # the caller gets whatever it raises
            done.set_exception(error)
        return done


@pytest.fixture
def stored_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each render is stored before the next is drawn, in the same thread."""
    monkeypatch.setattr(upload, "upload_threads", SynchronousExecutor)


@pytest.fixture
def catalogue(db: None) -> None:
    """The products of a new installation, also after the flush that ends a transactional test."""
    factories.install_catalogue()


@pytest.fixture
def user(catalogue: None) -> User:
    """A user who makes designs."""
    return factories.make_user()


@pytest.fixture
def make_design(user: User) -> MakeDesign:
    """`make_design("Text", product_type=…, render=…)` makes a design of `user`'s (or `owner`'s)."""

    def make(text: str = "Test", owner: User | None = None, **wanted: Any) -> Design:
        return factories.make_design(owner or user, text, **wanted)

    return make


@pytest.fixture
def design(make_design: MakeDesign) -> Design:
    """A design whose first render is queued."""
    return make_design()


@pytest.fixture
def run_lane() -> Iterator[RunLane]:
    """Do a worker's work in this process."""
    shutdown.reset_shutdown()

    def run(lane: str = "preview") -> int:
        claimed = 0
        while new := jobs.work_lane(lane):
            claimed += new
        return claimed

    yield run
    shutdown.reset_shutdown()


@pytest.fixture(autouse=True)
def reset_process_caches() -> Iterator[None]:
    """Clear this process' Redis connection and asset cache, so that a test may change REDIS_URL and stored files."""
    client.reset_for_tests()
    asset_cache.clear()
    refusal.end()
    yield
    client.reset_for_tests()
    asset_cache.clear()


@pytest.fixture
def process_env(transactional_db: None) -> Mapping[str, str]:
    """Environment for a process that works on this test's database, Redis and storage."""
    database = settings.DATABASES["default"]
    if connection.vendor == "sqlite":
        url = f"sqlite:///{Path(database['NAME']).absolute()}"
    else:
        url = f"postgres://{database['USER']}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    return {"DATABASE_URL": url, "REDIS_URL": settings.REDIS_URL, "STORAGE_ROOT": str(settings.STORAGE.root)}


@pytest.fixture
def shop(catalogue: None) -> APIClient:
    """An API client of a shop."""
    return client_of("shop")


@pytest.fixture
def stranger(catalogue: None) -> APIClient:
    """An API client of another shop."""
    return client_of("stranger")


@pytest.fixture
def work(db: None) -> RunWorker:
    """`work()` draws one claim of the preview lane in this process."""
    return lambda: jobs.work_lane("preview")
