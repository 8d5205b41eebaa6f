from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import redis
from django.contrib.auth import hashers
from django.contrib.auth.models import User
from django.test import Client, RequestFactory
from pytest_django import Settings

from customify.accounts.addresses import get_client_address
from customify.accounts.login_throttle import ADDRESS_FACTOR, LoginThrottle
from customify.tests.support.redis import UNREACHABLE_REDIS
from designs.broker import counters as rate_limits

DOORS = ["/admin/login/", "/api/v1/auth/login/"]


@pytest.fixture(autouse=True)
def three_tries(empty_redis: redis.Redis, settings: Settings) -> Iterator[None]:
    settings.LOGIN_TRIES = 3
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # a fast hasher saves time
    rate_limits.counters.reset()
    yield
    rate_limits.counters.reset()


@pytest.fixture
def staff(db: None) -> User:
    return User.objects.create_user("keeper", password="right", is_staff=True)


def knock(door: str, password: str, name: str = "keeper", **extra: Any) -> Any:
    return Client(**extra).post(door, {"username": name, "password": password})


@pytest.mark.parametrize("door", DOORS)
def test_after_too_many_failures_even_the_right_password_waits(
    door: str, staff: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [knock(door, "wrong").status_code for _ in range(3)] == [200, 200, 200]
    hashed: list[str] = []
    real = hashers.MD5PasswordHasher.encode

    def noted(hasher: hashers.MD5PasswordHasher, password: str, salt: str) -> str:
        hashed.append(password)
        return real(hasher, password, salt)

    monkeypatch.setattr(hashers.MD5PasswordHasher, "encode", noted)
    answer = knock(door, "right")
    assert answer.status_code == 429
    assert "Too many failed logins. Try again in 15 minutes." in answer.content.decode()
    assert 800 < int(answer["Retry-After"]) <= 900
    assert "sessionid" not in answer.cookies
    assert hashed == []
    assert (Client().post(door, {"username": "other", "password": "x"}).status_code, len(hashed) > 0) == (200, True)


def test_both_login_pages_share_one_count(staff: User) -> None:
    for door in (*DOORS, DOORS[0]):
        assert knock(door, "wrong").status_code == 200
    assert knock(DOORS[1], "right").status_code == 429


@pytest.mark.parametrize("door", DOORS)
def test_a_login_resets_the_failures_before_it(door: str, staff: User) -> None:
    for _ in range(3):
        assert [knock(door, "wrong").status_code, knock(door, "wrong").status_code] == [200, 200]
        assert knock(door, "right").status_code == 302


def test_another_address_and_another_name_are_not_delayed(staff: User) -> None:
    for _ in range(4):
        knock(DOORS[0], "wrong")
    assert knock(DOORS[0], "right", REMOTE_ADDR="10.0.0.9").status_code == 302
    assert knock(DOORS[0], "wrong", "another").status_code == 200


def test_names_are_counted_without_case(staff: User) -> None:
    for name in ("keeper", "Keeper", "KEEPER"):
        knock(DOORS[0], "wrong", name)
    assert knock(DOORS[0], "right").status_code == 429


def test_many_names_from_one_address_are_limited(staff: User) -> None:
    for number in range(3 * ADDRESS_FACTOR):
        assert knock(DOORS[0], "wrong", f"name-{number}").status_code == 200
    assert knock(DOORS[0], "right").status_code == 429
    assert knock(DOORS[0], "right", REMOTE_ADDR="10.0.0.9").status_code == 302


@pytest.mark.parametrize("name", ["x" * 100_000, "\u0130\ud55c\u200f\U0001f600 \r\n:*?{}", "a\0b", "limits:login"])
def test_unknown_names_are_counted(name: str, db: None, empty_redis: redis.Redis) -> None:
    for _ in range(5):
        assert knock(DOORS[1], "wrong", name).status_code in {200, 429}
    assert all(len(key) < 120 and key.isascii() for key in empty_redis.scan_iter())


def test_a_refusal_logs_the_name_and_the_address(staff: User, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "customify.accounts.login_throttle"):
        for _ in range(4):
            knock(DOORS[0], "hunter2")
    assert caplog.messages == ["logins of 'keeper' from 127.0.0.1 are refused for 900 s"]
    assert "hunter2" not in caplog.text


def test_concurrent_attempts_do_not_exceed_the_limit(rf: RequestFactory) -> None:
    request = rf.post(DOORS[0])
    with ThreadPoolExecutor(8) as threads:
        waits = list(threads.map(lambda _: LoginThrottle(request, "keeper").count_attempt(), range(40)))
    assert waits.count(0) == 3


def test_counts_expire_by_themselves(staff: User, empty_redis: redis.Redis) -> None:
    knock(DOORS[0], "wrong")
    keys = empty_redis.keys()
    assert len(keys) == 2
    assert all(0 < empty_redis.ttl(key) <= 900 for key in keys)
    assert not [key for key in keys if b"keeper" in key or b"127.0.0.1" in key]


def test_attempts_are_counted_without_redis(staff: User, settings: Settings) -> None:
    settings.REDIS_URL = UNREACHABLE_REDIS
    assert [knock(DOORS[0], "wrong").status_code for _ in range(4)] == [200, 200, 200, 429]


@pytest.mark.parametrize(
    ("meta", "trusted", "address"),
    [
        ({"REMOTE_ADDR": "10.0.0.1"}, False, "10.0.0.1"),
        ({"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "6.6.6.6"}, False, "10.0.0.1"),
        ({"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "6.6.6.6, 8.8.8.8"}, True, "8.8.8.8"),
        ({"REMOTE_ADDR": "10.0.0.1"}, True, "10.0.0.1"),
        ({"REMOTE_ADDR": "2001:db8:1:2:3:4:5:6"}, False, "2001:db8:1:2::/64"),
        ({"REMOTE_ADDR": "::ffff:10.0.0.1"}, False, "10.0.0.1"),
        ({"REMOTE_ADDR": ""}, False, "unknown"),
        ({"REMOTE_ADDR": "", "HTTP_X_FORWARDED_FOR": "x" * 5000}, True, "x" * 100),
    ],
)
def test_a_client_is_identified_by_the_header_of_the_proxy(
    meta: dict[str, str], trusted: bool, address: str, settings: Settings
) -> None:
    settings.TRUST_PROXY = trusted
    request = RequestFactory().get("/")
    request.META.update(meta)
    assert get_client_address(request) == address
