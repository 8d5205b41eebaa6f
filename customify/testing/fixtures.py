"""Fixtures for the servers of this test run."""

import http.client
import os
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
import redis

from customify.ops.processes import StartError, accepts_connections, read_tail
from customify.testing import environment


@dataclass(frozen=True, slots=True)
class S3Server:
    """The S3 server. The `admin_*` credentials may do everything, `key` only put, get and delete objects."""

    endpoint: str
    filer: str
    admin_key: str
    admin_secret: str
    key: str
    secret: str

    def make_bucket(self, name: str) -> None:
        """Create a bucket unless it exists. Name it after the test: all tests of a run share the server."""
        # For SeaweedFS a bucket is a folder of its filer, so no S3 client is needed and boto3 stays in `rendering`.
        # urllib cannot be used: it adds a content type, and SeaweedFS then expects an upload.
        connection = http.client.HTTPConnection(urlsplit(self.filer).netloc, timeout=10)
        with closing(connection):
            connection.request("POST", f"/buckets/{quote(name)}/")
            response = connection.getresponse()
            if response.status not in {HTTPStatus.CREATED, HTTPStatus.CONFLICT}:
                raise OSError(f"creating the bucket {name} failed: {response.status} {response.read().decode()}")


@pytest.fixture(scope="session")
def s3_server() -> S3Server:
    """The S3 server; the first test that uses it waits until it is ready, some seconds after the run's start."""
    names = ("ENDPOINT", "FILER", "ADMIN_KEY", "ADMIN_SECRET", "KEY", "SECRET")
    server = S3Server(*(os.environ[f"S3_TEST_{name}"] for name in names))
    port = int(server.endpoint.rsplit(":", 1)[1])
    deadline = time.monotonic() + 30
    while not accepts_connections("127.0.0.1", port):
        if time.monotonic() > deadline:
            log = Path(os.environ[environment.ROOT_VARIABLE], "s3", "log")
            raise StartError(f"the S3 server was not ready after 30 s. The end of its log:\n{read_tail(log)}")
        time.sleep(0.05)
    return server


@pytest.fixture(scope="session")
def postgres_url() -> str:
    """The URL of the run's PostgreSQL server, as superuser; create databases of your own in it."""
    return os.environ[environment.POSTGRES_VARIABLE]


@pytest.fixture(scope="session")
def redis_url() -> str:
    """The URL of this test process' Redis database, the same as in settings."""
    return os.environ["REDIS_URL"]


@pytest.fixture
def empty_redis(redis_url: str) -> Iterator["redis.Redis"]:
    """A client of this process' Redis database, emptied before and after the test."""
    client = redis.Redis.from_url(redis_url)
    client.flushdb()
    yield client
    client.flushdb()
    client.close()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:  # noqa: ARG001 - pytest-django's
    """Install the catalogue once: in each test it would take longer than most tests.

    Wait, before the database is dropped, until the servers of the tests have ended; then end what is left.
    """
    from designs.catalogue.install import install_catalogue  # noqa: PLC0415 - the plugin is loaded before the settings

    with django_db_blocker.unblock():
        install_catalogue()
    yield
    from django.db import connection  # noqa: PLC0415 - the plugin is loaded before the settings

    if connection.vendor != "postgresql":
        return
    others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    deadline = time.monotonic() + 5
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) {others}")  # our own words
        while cursor.fetchone() != (0,) and time.monotonic() < deadline:
            time.sleep(0.05)
            cursor.execute(f"SELECT count(*) {others}")
        # A thread of a pool may keep its connection as long as this process lives.
        cursor.execute(f"SELECT pg_terminate_backend(pid) {others}")


@pytest.fixture(scope="session")
def server_env(django_db_setup: None) -> dict[str, str]:  # noqa: ARG001 - it sets the database's name
    """Variables with which a child process that outlives one test uses this process' database, Redis and storage.

    A test that shares such a process needs `transactional_db`: its rows are committed, so that the process sees them.
    """
    from django.conf import settings  # noqa: PLC0415 - the plugin is loaded before the settings

    database = settings.DATABASES["default"]
    url = f"postgres://{database['USER']}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    return {"DATABASE_URL": url, "REDIS_URL": os.environ["REDIS_URL"], "STORAGE_ROOT": os.environ["STORAGE_ROOT"]}


@pytest.fixture
def process_env(transactional_db: None, server_env: dict[str, str]) -> dict[str, str]:  # noqa: ARG001 - commits rows
    """Variables with which a child process (see `spawn`) uses this test's database, Redis and storage."""
    return server_env
