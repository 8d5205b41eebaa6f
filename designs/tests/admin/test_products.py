from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from designs.models import PrintArea, Product
from rendering.engine.values import Rules

ADD = reverse("admin:designs_product_add")


def area(number: int, **values: Any) -> dict[str, Any]:
    sizes = {"width_mm": 100, "height_mm": 100, "bleed_mm": 0, "safe_mm": 5, "min_dpi": 150}
    return {f"print_areas-{number}-{name}": value for name, value in (sizes | values).items()}


def product(**values: Any) -> dict[str, Any]:
    """Return the form data of a new product with one print area, changed by `values`."""
    formset = {"print_areas-TOTAL_FORMS": 1, "print_areas-INITIAL_FORMS": 0}
    rules = {"text_min": 1, "text_max": 50, "size_min": 12, "size_max": 72}
    return {
        "name": "Cap",
        "slug": "cap",
        "active": "on",
        **rules,
        **formset,
        **area(0, placement="front", main="on"),
        **values,
    }


def form_of(cap: Product) -> dict[str, Any]:
    """Return what the page of a product posts when nothing is changed."""
    areas = list(cap.print_areas.all())
    counts = {"print_areas-TOTAL_FORMS": len(areas), "print_areas-INITIAL_FORMS": len(areas)}
    rows: dict[str, Any] = {}
    for number, row in enumerate(areas):
        main = {"main": "on"} if row.main else {}
        rows |= area(number, id=row.pk, product=cap.pk, **row.to_geometry().to_json(), **main)
    rules = cap.to_rules().to_json()
    return {"name": cap.name, "slug": cap.slug, "active": "on", **rules, **counts, **rows}


def errors(answer: Any) -> str:
    context = answer.context
    inline = context["inline_admin_formsets"][0].formset
    return f"{context['adminform'].form.errors} {inline.errors} {inline.non_form_errors()}"


def test_a_product_is_created_with_its_print_areas(pages: Client) -> None:
    assert pages.post(ADD, product()).status_code == 302
    cap = Product.objects.get(slug="cap")
    assert cap.to_rules() == Rules(text_min=1, text_max=50, size_min=12, size_max=72)
    assert [(row.placement, row.main) for row in cap.print_areas.all()] == [("front", True)]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"text_min": 0}, "Text limits must run from 1"),
        ({"text_min": 60}, "Text limits must run from 1"),
        ({"text_max": 2001}, "Text limits must run from 1"),
        ({"size_min": 0}, "Font sizes must run from above 0"),
        ({"size_min": 100}, "Font sizes must run from above 0"),
        ({"size_max": 601}, "Font sizes must run from above 0"),
        ({"size_max": "nan"}, "Enter a number"),
        ({"slug": "t-shirt"}, "already exists"),
        ({"slug": "no slug"}, "Enter a valid"),
        ({"print_areas-0-width_mm": 0}, "greater than or equal to 1"),
        ({"print_areas-0-height_mm": 5001}, "less than or equal to 5000"),
        ({"print_areas-0-bleed_mm": -1}, "greater than or equal to 0"),
        ({"print_areas-0-min_dpi": 0}, "greater than or equal to 1"),
        ({"print_areas-0-main": ""}, "Mark exactly one print area as the main one"),
        ({"print_areas-TOTAL_FORMS": 0}, "Mark exactly one print area as the main one"),
        ({"print_areas-TOTAL_FORMS": 2, **area(1, placement="front")}, "duplicate"),
        ({"print_areas-TOTAL_FORMS": 2, **area(1, placement="back", main="on")}, "Mark exactly one"),
    ],
)
def test_a_product_that_breaks_a_rule_is_refused_with_the_reason(
    changes: dict[str, Any], message: str, pages: Client
) -> None:
    answer = pages.post(ADD, product(**changes))
    assert answer.status_code == 200
    assert message in errors(answer)
    assert not Product.objects.filter(name="Cap").exists()


def test_the_main_print_area_can_be_another(pages: Client) -> None:
    shirt = Product.objects.get(slug="t-shirt")
    page = reverse("admin:designs_product_change", args=[shirt.pk])
    values = form_of(shirt)
    del values["print_areas-0-main"]
    answer = pages.post(page, {**values, "print_areas-1-main": "on"})
    assert answer.status_code == 302, errors(answer)
    assert PrintArea.objects.get(product=shirt, main=True).placement == "back"


def test_a_product_is_deactivated(pages: Client) -> None:
    shirt = Product.objects.get(slug="t-shirt")
    values = form_of(shirt)
    del values["active"]
    assert pages.post(reverse("admin:designs_product_change", args=[shirt.pk]), values).status_code == 302
    shirt.refresh_from_db()
    assert not shirt.active


def test_a_viewer_cannot_change_a_product(viewer_pages: Client) -> None:
    shirt = Product.objects.get(slug="t-shirt")
    page = reverse("admin:designs_product_change", args=[shirt.pk])
    assert viewer_pages.get(page).status_code == 200
    assert viewer_pages.post(page, {**form_of(shirt), "text_max": 99}).status_code == 403
    assert viewer_pages.post(ADD, product()).status_code == 403
    shirt.refresh_from_db()
    assert shirt.text_max == 50
