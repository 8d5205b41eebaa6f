"""With thousands of designs, the admin's list, filters and search read only the designs they show or count."""

from __future__ import annotations

import pytest
from django.test import Client

from designs.admin.design import DesignAdmin
from designs.models import Design, Product
from designs.tests.support import factories
from designs.tests.support.admin_urls import LIST_URL
from designs.tests.support.query_plans import (
    INDEXES_WITHOUT_STATISTICS,
    copy_design,
    explain_design_queries,
    reads_all_designs,
    used_indexes,
)

NEWEST = {"design_admin_list"}


@pytest.mark.django_db
def test_each_filter_and_search_uses_its_index(pages: Client, design: Design, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DesignAdmin, "list_per_page", 5)
    factories.publish_newest_render(design)
    others = factories.make_user("few")
    copy_design(design, others)
    mug = Product.objects.get(slug="mug").pk
    cases = {
        "": NEWEST,
        "p=9": NEWEST,
        "status__exact=published": NEWEST,
        "status__exact=failed": {"design_admin_by_status"},
        "status__exact=draft": {"design_admin_by_status", "design_drafts"},
        f"product__id__exact={mug}": {"design_admin_by_product", "design_by_product"},
        "created_at__gte=2020-01-01+00%3A00%3A00%2B00%3A00": NEWEST,
        "q=order-77": {"design_by_number"},
        "q=few": {"design_by_owner"},
        "q=nobody": {"design_by_number"},
        f"q={design.pk}": {"designs_design_pkey", "sqlite_autoindex_designs_design_1"},
    }
    for query, expected in cases.items():
        found = explain_design_queries(pages, f"{LIST_URL}?{query}")
        assert found, query
        for plan in found:
            assert not reads_all_designs(plan), (query, plan)
            assert used_indexes(plan) <= expected | {"design_by_number"} | INDEXES_WITHOUT_STATISTICS, (query, plan)
