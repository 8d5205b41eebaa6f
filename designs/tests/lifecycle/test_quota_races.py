"""Concurrent requests do not exceed a quota."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, connections

from designs.lifecycle import QuotaExceededError
from designs.models import Design, Quota
from designs.tests.support import factories


@pytest.mark.django_db(transaction=True)
def test_ten_concurrent_creates_do_not_exceed_the_quota(settings: Any, user: User) -> None:
    settings.QUOTAS = {"live": (3, 0, 0), "test": (0, 0, 0)}

    def make(number: int) -> bool:
        try:
            factories.make_design(user, f"Design {number}")
        except QuotaExceededError:
            return False
        finally:
            connections["default"].close()
        return True

    with ThreadPoolExecutor(10) as pool:
        made = list(pool.map(make, range(10)))
    assert sum(made) == 3
    assert (Design.objects.count(), Quota.objects.get().designs) == (3, 3)


@pytest.mark.skipif(connection.vendor == "sqlite", reason="on SQLite one waits for the other's whole transaction")
@pytest.mark.django_db(transaction=True)
def test_two_concurrent_first_designs_are_both_created(user: User) -> None:
    second: list[Design] = []

    def elsewhere() -> None:
        try:
            second.append(factories.make_design(user, "The second"))
        finally:
            connections["default"].close()

    def insert_first(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        if sql.startswith('UPDATE "designs_quota"') and not second:  # the UPDATE found no row
            with ThreadPoolExecutor(1) as pool:
                pool.submit(elsewhere).result()
        return result

    with connections["default"].execute_wrapper(insert_first):
        factories.make_design(user, "The first")
    assert second
    assert Quota.objects.get().designs == 2
