import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from pytest_django import Settings

from customify.ops import health
from customify.tests.support.redis import UNREACHABLE_REDIS
from rendering.storage_config import StorageConfig

RedisAt = Callable[[str], None]


@pytest.fixture(autouse=True)
def uncached_bucket_check() -> Iterator[None]:
    """Clear the cached check of the bucket's configuration."""
    health._cached_faulty_variables.cache_clear()
    yield
    health._cached_faulty_variables.cache_clear()


def ready(client: Client, status: int) -> dict[str, Any]:
    answer = client.get("/readyz")
    assert answer.status_code == status
    body: dict[str, Any] = answer.json()
    return body


def which_are_down(body: dict[str, Any]) -> list[str]:
    return [name for name, part in body["parts"].items() if not part["ok"]]


def test_a_process_is_alive_whatever_else_is_down(client: Client, redis_at: RedisAt) -> None:
    redis_at(UNREACHABLE_REDIS)  # without the fixture `db`, a query fails the test
    answer = client.get("/livez")
    assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, b"ok\n", "text/plain; charset=utf-8")


def test_a_healthy_process_is_ready(client: Client, db: None) -> None:
    body = ready(client, 200)
    assert body["status"] == "ok"
    assert list(body["parts"]) == ["database", "redis", "storage"]
    assert which_are_down(body) == []


def test_a_process_without_redis_stays_ready_and_reports_it(client: Client, db: None, redis_at: RedisAt) -> None:
    redis_at(UNREACHABLE_REDIS)
    body = ready(client, 200)
    assert body["status"] == "degraded"
    assert which_are_down(body) == ["redis"]
    assert "Check REDIS_URL" in body["parts"]["redis"]["detail"]


def test_a_redis_that_hangs_is_abandoned(client: Client, db: None, redis_at: RedisAt, settings: Settings) -> None:
    settings.REDIS_TIMEOUTS = {"socket_connect_timeout": 0.1, "socket_timeout": 0.1}
    with socket.create_server(("127.0.0.1", 0)) as mute:
        redis_at(f"redis://127.0.0.1:{mute.getsockname()[1]}/0")
        assert which_are_down(ready(client, 200)) == ["redis"]


def test_a_process_without_the_database_is_not_ready(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    dead = connection.copy()
    dead.settings_dict |= {"HOST": "127.0.0.1", "PORT": "1", "PASSWORD": "hunter2", "NAME": "/nowhere/at/all"}
    monkeypatch.setattr(health, "connection", dead)
    body = ready(client, 503)
    assert body["status"] == "unavailable"
    assert which_are_down(body) == ["database"]
    assert "Check DATABASE_URL" in body["parts"]["database"]["detail"]


def test_an_unusable_folder_is_named_by_its_variable(
    client: Client, db: None, settings: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "file"
    file.touch()
    settings.STORAGE = replace(settings.STORAGE, root=file)
    body = ready(client, 200)
    assert which_are_down(body) == ["storage"]
    assert "STORAGE_ROOT" in body["parts"]["storage"]["detail"]


def test_an_unusable_bucket_is_named_by_its_variable(client: Client, db: None, settings: Settings) -> None:
    settings.STORAGE = StorageConfig(use_local=False, bucket="", region="eu-central-1")
    body = ready(client, 200)
    assert which_are_down(body) == ["storage"]
    assert "S3_BUCKET_NAME" in body["parts"]["storage"]["detail"]


def test_the_bucket_is_not_contacted(client: Client, db: None, settings: Settings) -> None:
    # Nothing listens there; a connection to another machine would fail the test.
    endpoint = "https://s3.example.com"
    settings.STORAGE = StorageConfig(use_local=False, bucket="shop", region="eu-central-1", endpoint_url=endpoint)
    assert which_are_down(ready(client, 200)) == []


def test_no_answer_contains_a_secret_or_a_host(
    client: Client, db: None, redis_at: RedisAt, monkeypatch: pytest.MonkeyPatch
) -> None:
    redis_at(UNREACHABLE_REDIS)
    dead = connection.copy()
    dead.settings_dict |= {"HOST": "127.0.0.1", "PORT": "1", "PASSWORD": "hunter2", "NAME": "/nowhere/at/all"}
    monkeypatch.setattr(health, "connection", dead)
    text = client.get("/readyz").content.decode()
    for secret in ("hunter2", "127.0.0.1", "nowhere"):
        assert secret not in text


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_probes_allow_only_reads_and_are_never_cached(path: str, client: Client, db: None) -> None:
    assert client.post(path).status_code == 405
    assert client.head(path).status_code == 200
    assert "no-store" in client.get(path)["Cache-Control"]
