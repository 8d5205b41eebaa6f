"""The number of queries of a page does not grow with its rows."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from designs.models import Asset
from designs.tests.support.api_client import CREATE_BODY, DESIGNS_URL, create_published_design
from designs.tests.support.fixture_types import RunWorker


@pytest.fixture
def design(shop: APIClient, work: RunWorker) -> str:
    """One of several designs, with several renders and revisions; there are several assets too."""
    owner = get_user_model().objects.get(username="shop")
    sizes = dict.fromkeys(("width", "height", "bytes", "working_width", "working_height", "working_bytes"), 9)
    pk: str = create_published_design(shop, work)["id"]
    for number in range(3):
        shop.patch(f"{DESIGNS_URL}/{pk}", {"design_data": {**CREATE_BODY["design_data"], "text": f"Text {number}"}})
        work()
        create_published_design(shop, work, product_type=("mug", "poster", "hoodie")[number])
        Asset.objects.create(owner=owner, format="png", stored_at=Now(), **sizes)
    return pk


def test_larger_pages_take_no_more_queries_in_any_list(shop: APIClient, design: str) -> None:
    lists = {
        DESIGNS_URL: 2,
        "/api/v1/assets": 2,
        f"{DESIGNS_URL}/{design}/renders": 3,
        f"{DESIGNS_URL}/{design}/revisions": 3,
    }
    for path, expected in lists.items():
        for size, rows in ((1, 1), (50, 3)):
            shop.get(path)
            with CaptureQueriesContext(connection) as queries:
                page = shop.get(f"{path}?page_size={size}").json()
            assert len(page["results"]) >= rows
            assert len(queries) == expected, (path, size)  # one of them looks up the key
            assert not [one for one in queries.captured_queries if "COUNT(" in one["sql"]]
