"""Cross-origin requests: preflights and headers only for the origins of live sessions."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from customify.accounts.cors_origins import CACHE_SECONDS, EXPIRY_MARGIN, OriginCache, allow_origins
from customify.accounts.models import PageOrigin

pytestmark = pytest.mark.django_db
SHOP = "https://shop.example"
ALLOWED = "Access-Control-Allow-Origin"


@pytest.fixture
def listed() -> None:
    allow_origins([SHOP], timezone.now() + timedelta(hours=1))


def preflight(origin: str, path: str = "/api/v1/preview") -> Any:
    headers = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    return Client().options(path, headers=headers).headers


def test_a_listed_origin_may_send_a_token_and_read_the_exposed_headers(listed: None) -> None:
    answer = preflight(SHOP)
    assert answer[ALLOWED] == SHOP
    assert "authorization" in answer["Access-Control-Allow-Headers"]
    assert answer["Access-Control-Allow-Methods"] == "GET, POST, PATCH, DELETE, OPTIONS"
    assert "Access-Control-Allow-Credentials" not in answer
    answer = Client().post("/api/v1/preview", headers={"Origin": SHOP})
    assert (answer.status_code, answer[ALLOWED]) == (401, SHOP)
    assert "ETag" in answer["Access-Control-Expose-Headers"]
    assert "origin" in answer["Vary"]


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://shop.example", "https://x" + "x" * 5_000])
def test_other_origins_may_not_send_requests(listed: None, origin: str) -> None:
    assert ALLOWED not in preflight(origin)
    answer = Client().post("/api/v1/preview", headers={"Origin": origin})
    assert ALLOWED not in answer.headers


@pytest.mark.parametrize("path", ["/admin/", "/api/v1/account", "/api/v1/auth/login/", "/livez", "/static/x"])
def test_no_other_path_allows_cross_origin_requests(listed: None, path: str) -> None:
    assert ALLOWED not in preflight(SHOP, path)
    assert ALLOWED not in Client().get(path, headers={"Origin": SHOP}).headers


def test_an_origin_is_removed_after_its_last_session() -> None:
    allow_origins([SHOP], timezone.now() - EXPIRY_MARGIN - timedelta(seconds=1))
    assert ALLOWED not in preflight(SHOP)


def test_a_busy_origin_is_written_once_an_hour() -> None:
    now = timezone.now()
    allow_origins([SHOP], now)
    allow_origins([SHOP], now + EXPIRY_MARGIN / 2)
    assert PageOrigin.objects.get().until == now + EXPIRY_MARGIN
    allow_origins([SHOP], now + EXPIRY_MARGIN * 1.5)
    assert PageOrigin.objects.get().until == now + EXPIRY_MARGIN * 2.5


def test_a_listed_origin_is_looked_up_once_a_minute_and_an_unlisted_one_each_time(
    listed: None, django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache, now = OriginCache(), time.monotonic()
    with django_assert_num_queries(1):
        assert cache.is_listed(SHOP)
        assert cache.is_listed(SHOP)
    with django_assert_num_queries(2):
        assert not cache.is_listed("https://other.example")
        assert not cache.is_listed("https://other.example")
    monkeypatch.setattr(time, "monotonic", lambda: now + 2 * CACHE_SECONDS)
    with django_assert_num_queries(1):
        assert cache.is_listed(SHOP)
