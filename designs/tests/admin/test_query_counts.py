"""The number of queries of an admin page does not grow with its rows."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.db import connection
from django.db.models.functions import Now
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from designs import services
from designs.models import Asset, Design, Pin, PrintArea, Product, Quota, Technique, Variant
from designs.tests.support import factories
from designs.tests.support.fixture_types import MakeDesign


@pytest.mark.parametrize("model", [Design, Asset, Pin, Product, Quota, Technique, Variant])
def test_larger_pages_take_no_more_queries_in_any_list(
    pages: Client, make_design: MakeDesign, monkeypatch: pytest.MonkeyPatch, model: type[Design | Asset]
) -> None:
    sizes = dict.fromkeys(("width", "height", "bytes", "working_width", "working_height", "working_bytes"), 9)
    for product in ("mug", "poster"):
        owner = factories.make_user()
        design = make_design(owner=owner, product_type=product)
        factories.publish_newest_render(design)
        services.pin_revision(design.pk, 1, "order", None)
        Asset.objects.create(owner=owner, format="png", stored_at=Now(), **sizes)
    address = reverse(f"admin:designs_{model._meta.model_name}_changelist")
    counts = []
    for size in (1, 50):
        monkeypatch.setattr(type(admin.site.get_model_admin(model)), "list_per_page", size)
        with CaptureQueriesContext(connection) as queries:
            answer = pages.get(address)
        assert len(answer.context["cl"].result_list) >= min(size, 2)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_page_of_a_product_takes_few_queries_whatever_it_has(pages: Client, catalogue: None) -> None:
    shirt = Product.objects.get(slug="t-shirt")
    names = [f"side-{number}" for number in range(10)]
    PrintArea.objects.bulk_create(PrintArea(product=shirt, placement=name, width_mm=9, height_mm=9) for name in names)
    with CaptureQueriesContext(connection) as queries:
        answer = pages.get(reverse("admin:designs_product_change", args=[shirt.pk]))
    areas, variants = (formset.formset for formset in answer.context["inline_admin_formsets"])
    assert (len(areas.forms), len(variants.forms)) == (12, 30)
    assert len(queries) <= 15
