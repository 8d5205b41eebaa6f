"""Among thousands of designs no list reads them all, or sorts them: each filter has an index, and uses it."""

from __future__ import annotations

from collections.abc import Callable

from rest_framework.test import APIClient

from customify.accounts.models import ApiKey
from designs.models import Design
from designs.tests.support import factories
from designs.tests.support.api_client import DESIGNS, published
from designs.tests.support.query_plans import WITHOUT_FIGURES, copy_many, indexes, plans, scans

Work = Callable[[], int]
NEWEST = {"design_list", "design_by_owner", "design_admin_list"}  # each gives the newest first
# Of an owner whose are nearly all designs, the admin's index is as short.
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
    """Return the same shop's client that holds no answer against the schema: copies of designs have no data."""
    plain = APIClient()
    plain.credentials(**client._credentials)  # type: ignore[attr-defined]  # DRF has no types for it
    return plain


def test_each_filter_uses_its_index(shop: APIClient, work: Work) -> None:
    design = Design.objects.get(pk=published(shop, work)["id"])
    others = factories.make_user()
    copy_many(design, others)
    small = APIClient()
    small.credentials(HTTP_AUTHORIZATION=f"Bearer {ApiKey.objects.issue_key(others, 'small')[1]}")
    for client in (_plain(shop), small):
        for query, expected in FILTERS.items():
            (plan,) = plans(client, f"{DESIGNS}?{query}")
            assert not scans(plan), (query, plan)
            assert indexes(plan) <= expected | {"design_list"} | WITHOUT_FIGURES, (query, plan)


def test_a_page_deep_in_is_found_by_its_place(shop: APIClient, work: Work) -> None:
    copy_many(Design.objects.get(pk=published(shop, work)["id"]), factories.make_user())
    plain = _plain(shop)
    url = plain.get(f"{DESIGNS}?page_size=100").json()["next"]
    (plan,) = plans(plain, url)
    assert not scans(plan), plan
    assert "created_at <" in plan.replace("(created_at", "created_at").replace("created_at<", "created_at <"), plan
