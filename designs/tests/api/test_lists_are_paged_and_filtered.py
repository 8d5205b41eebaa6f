"""Cursor pages, filters, and a number of queries that does not grow."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from designs.tests.api.conftest import BODY, DESIGNS, published

Work = Callable[[], int]


def test_pages_lead_through_all_designs_newest_first(shop: APIClient) -> None:
    made = [shop.post(DESIGNS, BODY).json()["id"] for _ in range(5)]
    url, seen = f"{DESIGNS}?page_size=2", []
    while url:
        page = shop.get(url).json()
        assert set(page) == {"next", "previous", "results"}
        seen += [one["id"] for one in page["results"]]
        url = page["next"]
    assert seen == made[::-1]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status=published", 1), ("status=rendering", 1), ("status=failed", 0), ("product_type=mug", 1),
        ("product_type=none", 0), ("external_id=7", 1), ("created_after=2000-01-01T00:00:00Z", 2),
        ("created_before=2000-01-01T00:00:00Z", 0),
        ("created_before=2999-10-28T15:49:04-23:05", 2),
    ],
)  # fmt: skip
def test_filters_narrow_the_list(shop: APIClient, work: Work, query: str, found: int) -> None:
    published(shop, work, external_id="7")
    shop.post(DESIGNS, {**BODY, "product_type": "mug"})
    assert len(shop.get(f"{DESIGNS}?{query}").json()["results"]) == found


def test_the_number_of_queries_does_not_grow_with_the_page(shop: APIClient, work: Work) -> None:
    counts = []
    for _ in range(2):
        for _ in range(4):
            published(shop, work)
        with CaptureQueriesContext(connection) as queries:
            assert shop.get(f"{DESIGNS}?page_size=50").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
