"""With thousands of designs, no list reads or sorts all of them: each filter uses its index."""

from __future__ import annotations

from rest_framework.test import APIClient

from customify.accounts.models import ApiKey
from designs.models import Design
from designs.tests.support import factories
from designs.tests.support.api_client import DESIGNS_URL, create_published_design
from designs.tests.support.fixture_types import RunWorker
from designs.tests.support.query_plans import (
    INDEXES_WITHOUT_STATISTICS,
    copy_design,
    explain_design_queries,
    reads_all_designs,
    used_indexes,
)

NEWEST = {"design_list", "design_by_owner", "design_admin_list"}  # each of them is sorted by creation, newest first
# The owner has nearly all designs, so the admin's index is as selective.
BY_STATUS = {"design_by_status", "design_admin_by_status"}
BY_PRODUCT = {"design_by_product", "design_admin_by_product"}
FILTERS = {
    "": NEWEST,
    "page_size=100": NEWEST,
    "created_after=2020-01-01T00:00:00Z": NEWEST,
    "created_before=2026-01-01T00:00:00Z": NEWEST,
    "status=published": NEWEST | BY_STATUS,
    "status=failed": BY_STATUS,
    "status=draft": BY_STATUS,
    "status=failed&created_before=2040-01-01T00:00:00Z": BY_STATUS,
    "product_type=mug": BY_PRODUCT,
    "product_type=mug&status=published": BY_PRODUCT,
    "external_id=order-77": {"design_by_number"},
}


def _plain(client: APIClient) -> APIClient:
    """Return a client of the same shop that does not check answers against the schema: copied designs have no data."""
    plain = APIClient()
    plain.credentials(**client._credentials)  # type: ignore[attr-defined]  # DRF has no types for it
    return plain


def test_each_filter_uses_its_index(shop: APIClient, work: RunWorker) -> None:
    design = Design.objects.get(pk=create_published_design(shop, work)["id"])
    others = factories.make_user()
    copy_design(design, others)
    small = APIClient()
    small.credentials(HTTP_AUTHORIZATION=f"Bearer {ApiKey.objects.issue_key(others, 'small')[1]}")
    for client in (_plain(shop), small):
        for query, expected in FILTERS.items():
            (plan,) = explain_design_queries(client, f"{DESIGNS_URL}?{query}")
            assert not reads_all_designs(plan), (query, plan)
            assert used_indexes(plan) <= expected | {"design_list"} | INDEXES_WITHOUT_STATISTICS, (query, plan)


def test_a_deep_page_is_found_by_its_cursor(shop: APIClient, work: RunWorker) -> None:
    copy_design(Design.objects.get(pk=create_published_design(shop, work)["id"]), factories.make_user())
    plain = _plain(shop)
    url = plain.get(f"{DESIGNS_URL}?page_size=100").json()["next"]
    (plan,) = explain_design_queries(plain, url)
    assert not reads_all_designs(plan), plan
    assert "created_at <" in plan.replace("(created_at", "created_at").replace("created_at<", "created_at <"), plan
