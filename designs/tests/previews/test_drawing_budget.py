"""The drawing time of a tenant's previews in a minute, and what answers say of it."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
import redis
from django.contrib.auth import get_user_model
from pytest_django import Settings
from rest_framework.test import APIClient

from customify.tests.support.redis import UNREACHABLE_REDIS
from designs.broker.counters import counters
from designs.models.tenant import Tenant
from designs.previews import BudgetUsedUpError, DrawingBudget, budget
from designs.scheduling import Caller
from designs.tests.support.previews import request_preview

SHOP = Caller(Tenant(7))
SESSION = Caller(Tenant(7), uuid4())


@pytest.fixture(autouse=True)
def ten_seconds(settings: Settings, empty_redis: redis.Redis) -> Iterator[None]:
    settings.RENDER_PREVIEW_BUDGET = 10
    forget()
    yield
    forget()


def forget() -> None:
    """Be another process."""
    budget.reset_for_tests()
    counters.reset()


def spend(caller: Caller, seconds: float) -> None:
    account = DrawingBudget(caller)
    account.check()
    account.charge(seconds)


def remaining(caller: Caller) -> str:
    return DrawingBudget(caller).to_headers()["RateLimit"].split(";")[1]


def test_a_used_up_budget_refuses_until_time_has_passed() -> None:
    for _ in range(4):
        spend(SHOP, 2.5)
    with pytest.raises(BudgetUsedUpError) as refused:
        DrawingBudget(SHOP).check()
    assert refused.value.limit == 10
    assert 1 <= refused.value.wait <= 61
    DrawingBudget(Caller(Tenant(8))).check()  # another tenant
    DrawingBudget(Caller(Tenant(7, is_test=True))).check()  # their test keys


def test_what_exceeds_the_budget_is_waited_for_too() -> None:
    spend(SHOP, 30)
    with pytest.raises(BudgetUsedUpError) as refused:
        DrawingBudget(SHOP).check()
    assert 40 <= refused.value.wait <= 101  # of the next minute, the part until two thirds of it have no weight


def test_a_session_has_a_quarter_of_it_and_uses_its_tenants() -> None:
    spend(SESSION, 2.5)
    with pytest.raises(BudgetUsedUpError):
        DrawingBudget(SESSION).check()
    DrawingBudget(Caller(SESSION.tenant, uuid4())).check()
    assert remaining(SHOP) == "r=7"


def test_a_session_may_not_exceed_what_its_tenant_has_left() -> None:
    spend(SHOP, 10)
    with pytest.raises(BudgetUsedUpError):
        DrawingBudget(SESSION).check()


def test_processes_share_the_budget() -> None:
    spend(SHOP, 6)
    assert remaining(SHOP) == "r=4"
    forget()
    assert remaining(SHOP) == "r=4"
    spend(SHOP, 4)
    assert remaining(SHOP) == "r=0"


def test_small_drawings_are_counted_together(monkeypatch: pytest.MonkeyPatch) -> None:
    spend(SHOP, 0.001)
    calls: list[object] = []
    monkeypatch.setattr(counters, "call", calls.append)
    for _ in range(100):
        spend(SHOP, 0.002)
    assert remaining(SHOP) == "r=9"
    assert not calls


def test_without_a_limit_nothing_is_counted(settings: Settings, empty_redis: redis.Redis) -> None:
    settings.RENDER_PREVIEW_BUDGET = 0
    spend(SHOP, 1_000)
    DrawingBudget(SHOP).check()
    assert DrawingBudget(SHOP).to_headers() == {}
    assert empty_redis.keys() == []


def test_without_redis_each_process_counts_for_itself(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    settings.REDIS_URL = UNREACHABLE_REDIS
    counters.reset()
    with caplog.at_level(logging.WARNING, "designs.broker.counters"):
        spend(SHOP, 10)
        with pytest.raises(BudgetUsedUpError):
            DrawingBudget(SHOP).check()
    assert caplog.text.count("each process counts requests for itself") == 1


def test_an_answer_says_what_is_left(shop: APIClient, settings: Settings) -> None:
    answer = request_preview(shop)
    assert answer["RateLimit-Policy"] == '"drawing";q=10;w=60;qu="drawing-seconds"'
    assert re.fullmatch(r'"drawing";r=9;t=\d+', answer["RateLimit"])
    settings.API_RATE = 600
    answer = request_preview(shop)
    assert answer["RateLimit-Policy"] == '"key";q=600;w=60, "drawing";q=10;w=60;qu="drawing-seconds"'
    assert re.fullmatch(r'"key";r=599;t=\d+, "drawing";r=9;t=\d+', answer["RateLimit"])


def test_a_caller_without_budget_gets_429_and_what_is_cached(shop: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    etag = request_preview(shop)["ETag"]

    def use_up(_: object, seconds: float) -> None:
        charge(account, seconds + 60)

    charge = DrawingBudget.charge
    account = DrawingBudget(Caller(Tenant(get_user_model().objects.get(username="shop").pk)))
    monkeypatch.setattr(DrawingBudget, "charge", use_up)
    assert request_preview(shop, width=599).status_code == 200
    refused = request_preview(shop, width=598)
    assert (refused.status_code, refused.json()["code"]) == (429, "drawing_quota_reached")
    assert 1 <= int(refused["Retry-After"]) <= 120
    assert refused["RateLimit"].startswith('"drawing";r=0;t=')
    assert request_preview(shop).status_code == 200
    assert request_preview(shop, {"If-None-Match": etag}).status_code == 304


def test_a_drawing_that_fails_costs_too(shop: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    charged: list[float] = []

    def fail(*_: Any) -> None:
        raise MemoryError

    monkeypatch.setattr("designs.previews.render.draw_inputs", fail)
    monkeypatch.setattr(DrawingBudget, "charge", lambda _, seconds: charged.append(seconds))
    with pytest.raises(MemoryError):
        request_preview(shop)
    assert len(charged) == 1
