"""Cursor pages, filters, and a constant number of queries."""

from __future__ import annotations

from base64 import b64encode
from urllib.parse import quote

import pytest
from django.db import connection
from django.db.models import TextField, Value
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from designs.models import Design
from designs.tests.support.api_client import CREATE_BODY, DESIGNS_URL, create_published_design
from designs.tests.support.fixture_types import RunWorker

SQLITE = connection.vendor == "sqlite"  # SQLite writes times with three decimals, Django with six or none
DAY = "2026-01-01T00:00:"


def test_pages_list_all_designs_newest_first(shop: APIClient) -> None:
    made = [shop.post(DESIGNS_URL, CREATE_BODY).json()["id"] for _ in range(5)]
    url, seen = f"{DESIGNS_URL}?page_size=2", []
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
def test_filters_narrow_the_list(shop: APIClient, work: RunWorker, query: str, found: int) -> None:
    create_published_design(shop, work, external_id="7")
    shop.post(DESIGNS_URL, {**CREATE_BODY, "product_type": "mug"})
    assert len(shop.get(f"{DESIGNS_URL}?{query}").json()["results"]) == found


@pytest.mark.parametrize("made", ["05.123", "05.000"])
def test_created_before_and_after_exclude_the_moment_itself(shop: APIClient, made: str) -> None:
    design = Design.objects.filter(pk=shop.post(DESIGNS_URL, CREATE_BODY).json()["id"])
    design.update(created_at=Value(f"2026-01-01 00:00:{made}", output_field=TextField()) if SQLITE else f"{DAY}{made}Z")
    for query, found in (
        (f"created_before={DAY}{made}Z", 0),
        (f"created_before={DAY}05.999Z", 1),
        (f"created_after={DAY}{made}Z", 0),
        (f"created_after={DAY}04.999Z", 1),
    ):
        assert len(shop.get(f"{DESIGNS_URL}?{query}").json()["results"]) == found, query


@pytest.mark.parametrize("size", [1, 2, 3, 4, 8])
def test_paging_back_returns_all_rows_with_equal_times(shop: APIClient, size: int) -> None:
    made = [shop.post(DESIGNS_URL, CREATE_BODY).json()["id"] for _ in range(9)]
    for number, pk in enumerate(made):
        Design.objects.filter(pk=pk).update(created_at=f"{DAY}{number // 2:02}.500Z")
    url, pages = f"{DESIGNS_URL}?page_size={size}", []
    while url:
        page = shop.get(url).json()
        pages.append([one["id"] for one in page["results"]])
        url, last = page["next"], page
    seen, url = list(pages[-1]), last["previous"]
    while url:
        page = shop.get(url).json()
        seen = [one["id"] for one in page["results"]] + seen
        url = page["previous"]
    assert seen == [pk for page in pages for pk in page]


@pytest.mark.parametrize("place", ["2026-01-01 00:00:00+23:59", "2026-01-01 00:00:00", "yesterday"])
@pytest.mark.parametrize("query", ["", "&status=published"])
def test_a_forged_cursor_is_refused(shop: APIClient, place: str, query: str) -> None:
    cursor = quote(b64encode(f"p={quote(place)}".encode()).decode())
    answer = shop.get(f"{DESIGNS_URL}?cursor={cursor}{query}")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "invalid_cursor")


def test_the_number_of_queries_does_not_grow_with_the_page(shop: APIClient, work: RunWorker) -> None:
    counts = []
    for _ in range(2):
        for _ in range(4):
            create_published_design(shop, work)
        with CaptureQueriesContext(connection) as queries:
            assert shop.get(f"{DESIGNS_URL}?page_size=50").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
