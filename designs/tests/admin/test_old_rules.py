"""The page of a product says how many published designs were drawn by earlier rules."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from designs.models import Design, PrintArea, Product, Render, Technique
from designs.tests.admin.test_products import errors, form_of
from designs.tests.support import factories
from designs.tests.support.fixture_types import MakeDesign


def save(pages: Client, product: Product, **changes: Any) -> None:
    page = reverse("admin:designs_product_change", args=[product.pk])
    answer = pages.post(page, {**form_of(product), **changes})
    assert answer.status_code == 302, errors(answer)


def old_rules(pages: Client, product: Product) -> str:
    page = pages.get(reverse("admin:designs_product_change", args=[product.pk]))
    return str(page.context["adminform"].model_admin.old_rules(Product.objects.get(pk=product.pk)))


@pytest.fixture
def shirt(make_design: MakeDesign) -> Product:
    """A shirt with a published design and one that is only queued."""
    design = make_design(product_type="t-shirt")
    factories.publish_newest_render(design)
    make_design(product_type="t-shirt")
    Design.objects.update(created_at=factories.seconds_ago())
    Render.objects.update(requested_at=factories.seconds_ago())  # Now() stands still in a test's transaction
    return Product.objects.get(slug="t-shirt")


def test_a_changed_limit_counts_the_published_designs(pages: Client, shirt: Product) -> None:
    assert old_rules(pages, shirt).startswith("None")
    save(pages, shirt, text_max=60)
    assert old_rules(pages, shirt).startswith("1 published design was drawn before")


@pytest.mark.parametrize("change", [{"print_areas-0-safe_mm": 9}, {"severities": '{"thin_line": "error"}'}])
def test_areas_and_severities_are_rules_too(pages: Client, shirt: Product, change: dict[str, Any]) -> None:
    save(pages, shirt, **change)
    assert old_rules(pages, shirt).startswith("1 published")


@pytest.mark.parametrize("change", [{}, {"name": "Tee"}, {"print_areas-0-x_mm": 7}, {"description": "Soft."}])
def test_what_decides_nothing_that_is_drawn_is_no_change_of_rules(
    pages: Client, shirt: Product, change: dict[str, Any]
) -> None:
    save(pages, shirt, **change)
    assert Product.objects.get(pk=shirt.pk).rules_changed_at is None


def test_the_color_of_a_variant_is_a_rule_too(pages: Client, shirt: Product) -> None:
    save(pages, shirt, **{"variants-0-color": "#FAFAFA"})
    assert old_rules(pages, shirt).startswith("1 published")


@pytest.mark.parametrize(("field", "value", "counts"), [("size", "XS", True), ("color_name", "Snow", False)])
def test_a_variant_on_its_own_page_counts_like_one_on_its_products(
    pages: Client, shirt: Product, field: str, value: str, counts: bool
) -> None:
    variant = shirt.variants.all()[0]
    names = ("sku", "color_name", "color", "size", "order")
    data = {"product": shirt.pk, "active": "on", **{name: getattr(variant, name) for name in names}, field: value}
    answer = pages.post(reverse("admin:designs_variant_change", args=[variant.pk]), data)
    assert answer.status_code == 302, errors(answer)
    assert (Product.objects.get(pk=shirt.pk).rules_changed_at is not None) is counts


def test_a_technique_changes_the_rules_of_its_products_alone(
    pages: Client, shirt: Product, make_design: MakeDesign
) -> None:
    for other in ("mug", "poster"):
        make_design(product_type=other)
    dtg = Technique.objects.get(slug="dtg")
    PrintArea.objects.filter(product__slug="mug").update(overrides=[{"sizes": ["11 oz"], "technique": "dtg"}])
    names = ("name", "min_line_mm", "min_gap_mm", "min_text_mm", "min_module_mm", "max_colors", "max_ink", "blur_mm")
    values = {**{name: getattr(dtg, name) for name in names}, "severities": "{}", "gradients": "on"}
    page = reverse("admin:designs_technique_change", args=[dtg.pk])
    assert pages.post(page, {**values, "min_line_mm": 0.5}).status_code == 302
    changed = Product.objects.filter(rules_changed_at__isnull=False)
    assert set(changed.values_list("slug", flat=True)) == {"t-shirt", "mug"}


def test_a_technique_that_is_used_cannot_be_deleted(pages: Client, catalogue: None) -> None:
    PrintArea.objects.filter(product__slug="mug").update(overrides=[{"sizes": ["11 oz"], "technique": "vinyl"}])
    vinyl = Technique.objects.get(slug="vinyl")
    pages.post(reverse("admin:designs_technique_delete", args=[vinyl.pk]), {"post": "yes"})
    assert Technique.objects.filter(slug="vinyl").exists()


def test_a_technique_that_nothing_uses_can_be_deleted(pages: Client, catalogue: None) -> None:
    vinyl = Technique.objects.get(slug="vinyl")
    pages.post(reverse("admin:designs_technique_delete", args=[vinyl.pk]), {"post": "yes"})
    assert not Technique.objects.filter(slug="vinyl").exists()


def test_a_design_that_was_drawn_again_stands_on_the_new_rules(pages: Client, shirt: Product) -> None:
    save(pages, shirt, text_max=60)
    Render.objects.update(requested_at=factories.seconds_ago(-1))
    assert old_rules(pages, shirt).startswith("0 published designs were drawn before")


def test_only_the_newest_designs_are_looked_at(
    pages: Client, shirt: Product, make_design: MakeDesign, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.publish_newest_render(make_design(product_type="t-shirt"))
    factories.publish_newest_render(make_design(product_type="t-shirt"))
    Design.objects.update(created_at=factories.seconds_ago())
    Render.objects.update(requested_at=factories.seconds_ago())
    save(pages, shirt, text_max=60)
    monkeypatch.setattr("designs.catalogue.rules.COUNTED", 2)
    monkeypatch.setattr("designs.admin.catalogue.product.COUNTED", 2)
    assert old_rules(pages, shirt).startswith("Of the 2 newest, 2 published designs")
