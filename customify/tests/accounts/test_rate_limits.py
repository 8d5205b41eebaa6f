from __future__ import annotations

import logging
import re
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import pytest
import redis
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings
from rest_framework.test import APIClient

from customify.accounts.models import ApiKey, SessionRecord
from customify.accounts.sessions import build_token, session_end
from customify.ops.embedded import start_valkey, wait_for_valkey
from customify.ops.processes import free_ports
from customify.tests.support.api_keys import client_with_key
from customify.tests.support.redis import UNREACHABLE_REDIS
from designs.broker import client as broker_client
from designs.broker import counters as rate_limits
from designs.broker.counters import RateWindow

ACCOUNT, SHOP = "/api/v1/account", "https://shop.example"


@pytest.fixture(autouse=True)
def three_a_minute(empty_redis: redis.Redis, settings: Settings) -> Iterator[None]:
    settings.API_RATE = 3
    rate_limits.counters.reset()
    yield
    rate_limits.counters.reset()


@pytest.fixture
def shop(shopkeeper: User) -> APIClient:
    return client_with_key(shopkeeper)


def statuses(client: APIClient, count: int, path: str = ACCOUNT) -> list[int]:
    return [client.get(path).status_code for _ in range(count)]


def test_a_request_over_the_limit_is_refused_with_retry_after(shop: APIClient) -> None:
    assert statuses(shop, 3) == [200, 200, 200]
    answer = shop.get(ACCOUNT)
    assert (answer.status_code, answer["Content-Type"]) == (429, "application/problem+json")
    assert answer.json()["code"] == "throttled"
    assert 1 <= int(answer["Retry-After"]) <= 80
    assert answer["RateLimit-Policy"] == '"key";q=3;w=60'
    assert re.fullmatch(r'"key";r=0;t=(60|5\d)', answer["RateLimit"])


def test_every_response_reports_the_remaining_requests(shop: APIClient) -> None:
    answers = [shop.get(ACCOUNT), shop.get("/api/v1/designs?odd=1"), shop.post("/api/v1/designs", {"a": 1})]
    assert [answer.status_code for answer in answers] == [200, 400, 400]
    assert [answer["RateLimit"].split(";")[1] for answer in answers] == ["r=2", "r=1", "r=0"]
    assert {answer["RateLimit-Policy"] for answer in answers} == {'"key";q=3;w=60'}


def test_each_key_has_its_own_count(shop: APIClient, shopkeeper: User) -> None:
    assert statuses(shop, 4)[-1] == 429
    assert statuses(client_with_key(shopkeeper), 1) == [200]


def test_a_logged_in_user_is_counted_as_a_user(shopkeeper: User) -> None:
    client = APIClient()
    client.force_login(shopkeeper)
    assert client.get(ACCOUNT)["RateLimit-Policy"] == '"user";q=3;w=60'
    again = APIClient()
    again.force_login(shopkeeper)  # another session, the same count
    assert statuses(again, 3) == [200, 200, 429]


def test_anonymous_requests_are_counted_by_address(db: None) -> None:
    assert APIClient().get("/api/v1/docs")["RateLimit-Policy"] == '"address";q=3;w=60'
    assert statuses(APIClient(), 3, "/api/v1/docs") == [200, 200, 429]
    assert statuses(APIClient(REMOTE_ADDR="10.0.0.9"), 1, "/api/v1/docs") == [200]


def test_sixty_shoppers_behind_one_address_see_the_menu_of_fonts(shopkeeper: User, client: Client) -> None:
    """Each has a page and a session of its own, a cold cache, and all of them one address."""
    key, _ = ApiKey.objects.issue_key(shopkeeper, "test")
    ends = session_end(3_600)
    for _ in range(60):
        session = SessionRecord.objects.create(key=key, design_id=uuid4(), round=0, origins=[SHOP], expires_at=ends)
        token = build_token(session.pk, ends)
        listed = client.get("/api/v1/fonts", headers={"Authorization": f"Bearer {token}", "Origin": SHOP})
        assert (listed.status_code, listed["RateLimit-Policy"]) == (200, '"session";q=3;w=60')
        fonts = listed.json()
        for url in [fonts["samples_url"], *(font["sample_url"] for font in fonts["results"][:5])]:
            image = client.get(url)
            assert (image.status_code, "RateLimit" in image) == (200, False)


def test_all_samples_may_be_fetched_one_by_one(shop: APIClient, client: Client, empty_redis: redis.Redis) -> None:
    fonts = shop.get("/api/v1/fonts").json()["results"]
    counted = empty_redis.keys()
    assert len(fonts) > 80
    assert {client.get(font["sample_url"]).status_code for font in fonts} == {200}
    assert empty_redis.keys() == counted


def test_probes_are_not_counted(db: None) -> None:
    for path in ("/livez", "/readyz"):
        assert statuses(APIClient(), 5, path) == [200] * 5
        assert "RateLimit" not in APIClient().get(path)


def test_a_limit_of_zero_means_no_limit(shop: APIClient, settings: Settings, empty_redis: redis.Redis) -> None:
    settings.API_RATE = 0
    assert statuses(shop, 5) == [200] * 5
    assert "RateLimit" not in shop.get(ACCOUNT)
    assert empty_redis.keys() == []


def test_counts_in_redis_expire_by_themselves(shop: APIClient, empty_redis: redis.Redis) -> None:
    statuses(shop, 3)
    keys = empty_redis.keys()
    assert len(keys) == 1
    assert 0 < empty_redis.ttl(keys[0]) <= 120


def advance_redis_clock(client: redis.Redis, seconds: int) -> None:
    """Let counts expire `seconds` earlier: a window's time is its key's time to live in Redis."""
    for key in client.scan_iter():
        client.pexpire(key, max(1, client.pttl(key) - seconds * 1000))


def test_a_request_is_answered_after_retry_after_and_not_before(shop: APIClient, empty_redis: redis.Redis) -> None:
    assert statuses(shop, 4)[-1] == 429
    advance_redis_clock(empty_redis, 40)
    refused = shop.get(ACCOUNT)
    assert refused.status_code == 429
    advance_redis_clock(empty_redis, int(refused["Retry-After"]))
    assert statuses(shop, 1) == [200]


@pytest.mark.parametrize(
    ("window", "left", "wait"),
    [
        (RateWindow(60, 0, 0.0, 60, 30.0), 0, 31.0),  # all in the current window: it must end, and one request fade out
        (RateWindow(60, 60, 60.0, 0, 60.0), 0, 1.0),
        (RateWindow(60, 60, 30.0, 30, 30.0), 0, 1.0),
        (RateWindow(60, 120, 45.0, 0, 45.0), 0, 15.5),  # the limit was lowered a moment ago
        (RateWindow(60, 0, 0.0, 1, 60.0), 59, None),
        (RateWindow(60, 30, 30.0, 10, 30.0), 35, None),
    ],
)
def test_a_window_computes_the_remaining_requests_and_the_wait(
    window: RateWindow, left: int, wait: float | None
) -> None:
    assert window.remaining == left
    if wait is not None:
        assert window.seconds_to_wait == pytest.approx(wait)


def test_without_redis_each_process_counts_for_itself(
    shop: APIClient, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.REDIS_URL = UNREACHABLE_REDIS
    with caplog.at_level(logging.WARNING, "designs.broker.counters"):
        for status in (200, 200, 200, 429):
            rate_limits.counters.circuit_breaker.open_until = 0  # closed: Redis is tried each time, and fails each time
            assert statuses(shop, 1) == [status]
        assert caplog.text.count("each process counts requests for itself") == 1
        rate_limits.counters.circuit_breaker.open_until, rate_limits.counters.circuit_breaker.warned_at = (
            0,
            rate_limits.counters.circuit_breaker.warned_at - broker_client.WARN_EVERY,
        )
        statuses(shop, 1)
    assert caplog.text.count("each process counts requests for itself") == 2


def test_processes_share_counts_again_once_redis_is_back(
    shop: APIClient, settings: Settings, monkeypatch: pytest.MonkeyPatch, empty_redis: redis.Redis
) -> None:
    real, settings.REDIS_URL = settings.REDIS_URL, UNREACHABLE_REDIS
    assert statuses(shop, 1) == [200]
    settings.REDIS_URL = real
    rate_limits.counters._shared = None
    assert statuses(shop, 1) == [200]
    assert empty_redis.keys() == []  # Redis is not tried again yet
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + broker_client.OPEN_SECONDS)
    assert statuses(shop, 1) == [200]
    assert len(empty_redis.keys()) == 1


def test_a_redis_that_hangs_delays_one_request(
    shop: APIClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.API_RATE = 100
    monkeypatch.setattr(broker_client, "OPEN_SECONDS", 3600)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        settings.REDIS_URL = f"redis://127.0.0.1:{mute.getsockname()[1]}/0"
        rate_limits.counters.reset()
        assert statuses(shop, 1) == [200]
        assert 1 <= count_connections(mute) <= 3  # one attempt and its retry
        assert statuses(shop, 20) == [200] * 20
        assert count_connections(mute) == 0


def count_connections(server: socket.socket) -> int:
    """Accept and count the waiting connections."""
    server.settimeout(0)
    count = 0
    with suppress(BlockingIOError):
        while True:
            server.accept()[0].close()
            count += 1
    return count


def test_a_full_redis_refuses_no_request(shop: APIClient, settings: Settings, full_redis: str) -> None:
    settings.REDIS_URL = full_redis
    rate_limits.counters.reset()
    assert statuses(shop, 4) == [200, 200, 200, 429]


@pytest.fixture
def full_redis(tmp_path: Path) -> Iterator[str]:
    """A server of its own: `maxmemory` is a setting of a whole server, and other tests share ours."""
    (port,) = free_ports(1)
    server = start_valkey(tmp_path / "valkey", port, persistent=False)
    try:
        wait_for_valkey(server, port)
        url = f"redis://127.0.0.1:{port}/0"
        with redis.Redis.from_url(url) as client:
            client.config_set("maxmemory", "1")
        yield url
    finally:
        server.stop()
