import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from designs.models import PrintArea, Product, Technique, Variant
from rendering.engine.values import Rules

ADD = reverse("admin:designs_product_add")


def area(number: int, **values: Any) -> dict[str, Any]:
    sizes = {"width_mm": 100, "height_mm": 100, "bleed_mm": 0, "safe_mm": 5, "min_dpi": 150}
    return {f"print_areas-{number}-{name}": value for name, value in (sizes | values).items()}


def product(**values: Any) -> dict[str, Any]:
    """Return the form data of a new product with one print area, changed by `values`."""
    formset = {"print_areas-TOTAL_FORMS": 1, "print_areas-INITIAL_FORMS": 0}
    formset |= {"variants-TOTAL_FORMS": 0, "variants-INITIAL_FORMS": 0}
    rules = {"text_min": 1, "text_max": 50, "size_min": 12, "size_max": 72}
    return {
        "name": "Apron",
        "slug": "apron",
        "active": "on",
        **rules,
        **formset,
        **area(0, placement="front", main="on"),
        **values,
    }


def form_of(product: Product) -> dict[str, Any]:
    """Return what the page of a product posts when nothing is changed."""
    areas = list(product.print_areas.all())
    counts = {"print_areas-TOTAL_FORMS": len(areas), "print_areas-INITIAL_FORMS": len(areas)}
    rows: dict[str, Any] = {}
    for number, row in enumerate(areas):
        main = {"main": "on"} if row.main else {}
        names = (
            "placement",
            "width_mm",
            "height_mm",
            "bleed_mm",
            "safe_mm",
            "min_dpi",
            "recommended_dpi",
            "max_colors",
        )
        values = {name: getattr(row, name) for name in (*names, "corner_radius_mm", "outline", "x_mm", "y_mm")}
        values = {name: value for name, value in values.items() if value is not None}
        values |= {"colors": ", ".join(row.colors), "overrides": json.dumps(row.overrides)}
        rows |= area(number, id=row.pk, product=product.pk, **values, **main)
    variants = list(product.variants.all())
    counts |= {"variants-TOTAL_FORMS": len(variants), "variants-INITIAL_FORMS": len(variants)}
    for number, variant in enumerate(variants):
        rows |= variant_form(number, variant)
    rules = {**product.to_rules().to_json(), "technique": product.technique_id or ""}
    texts = {"description": product.description, "group": product.group, "severities": json.dumps(product.severities)}
    return {"name": product.name, "slug": product.slug, "active": "on", **texts, **rules, **counts, **rows}


def variant_form(number: int, variant: Variant) -> dict[str, Any]:
    """Return what the page posts of a variant that is not changed."""
    values = {name: getattr(variant, name) for name in ("sku", "color_name", "color", "size", "order")}
    values |= {"id": variant.pk or "", "product": variant.product_id or ""}
    values |= {"active": "on"} if variant.active else {}
    return {f"variants-{number}-{name}": value for name, value in values.items()}


def errors(answer: Any) -> str:
    context = answer.context
    inline = context["inline_admin_formsets"][0].formset
    return f"{context['adminform'].form.errors} {inline.errors} {inline.non_form_errors()}"


def test_a_product_is_created_with_its_print_areas(pages: Client) -> None:
    assert pages.post(ADD, product()).status_code == 302
    apron = Product.objects.get(slug="apron")
    assert apron.to_rules() == Rules(text_min=1, text_max=50, size_min=12, size_max=72)
    assert [(row.placement, row.main) for row in apron.print_areas.all()] == [("front", True)]


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
        ({"print_areas-0-safe_mm": 501}, "less than or equal to 500"),
        ({"print_areas-0-outline": "M0 0 L9"}, "This is no outline: the path ends in the middle of L"),
        ({"print_areas-0-colors": "#FF0000, red"}, "RED is no colour"),
        ({"print_areas-0-overrides": '[{"sizes": ["S"], "with_mm": 3}]'}, "1 → with_mm: Extra inputs"),
        ({"print_areas-0-overrides": '[{"width_mm": 3}]'}, "holds for no variant"),
        ({"print_areas-0-overrides": '[{"sizes": ["S"], "technique": "dtx"}]'}, "There is no technique dtx"),
        ({"severities": '{"thin_lines": "error"}'}, "No finding has the code thin_lines"),
        ({"severities": '{"thin_line": "fatal"}'}, "thin_line must be one of off, info, warning, error"),
        ({"severities": "[1]"}, "Write an object"),
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
    assert not Product.objects.filter(name="Apron").exists()


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


def test_all_fields_of_a_print_area_are_saved(pages: Client) -> None:
    dtf = Technique.objects.get(slug="dtf")
    values = {"technique": dtf.pk, "colors": "#ff0000 #FFFFFF", "mirrored": "on", "outline": "M0 0H90V90Z", "y_mm": -3}
    answer = pages.post(ADD, product(**area(0, placement="front", main="on", **values)))
    assert answer.status_code == 302, errors(answer)
    row = PrintArea.objects.get(product__slug="apron")
    assert (row.technique, row.colors, row.mirrored) == (dtf, ["#FF0000", "#FFFFFF"], True)
    assert (row.outline, row.y_mm, row.x_mm, row.recommended_dpi, row.overrides) == ("M0 0H90V90Z", -3.0, None, 0, [])


def test_variants_are_changed_on_the_page_of_their_product(pages: Client) -> None:
    shirt = Product.objects.get(slug="t-shirt")
    page = reverse("admin:designs_product_change", args=[shirt.pk])
    values = {**form_of(shirt), "variants-0-color": "#EEEEEE"}
    answer = pages.post(page, values)
    assert answer.status_code == 302, errors(answer)
    assert shirt.variants.filter(color="#EEEEEE").count() == 1
    answer = pages.post(page, {**values, "variants-1-color": "white"})
    assert "Use #RRGGBB with capitals" in str(answer.context["inline_admin_formsets"][1].formset.errors)


def test_a_product_with_many_variants_links_to_their_list(pages: Client) -> None:
    shirt = Product.objects.get(slug="t-shirt")
    Variant.objects.bulk_create(Variant(product=shirt, sku=f"X-{number}") for number in range(40))
    page = pages.get(reverse("admin:designs_product_change", args=[shirt.pk]))
    address = f"{reverse('admin:designs_variant_changelist')}?product__id__exact={shirt.pk}"
    assert address in page.content.decode()
    assert len(page.context["inline_admin_formsets"]) == 1
    assert pages.get(address).context["cl"].result_count == 70


def test_what_does_not_fit_together_is_named_after_saving(pages: Client) -> None:
    shirt = Product.objects.get(slug="t-shirt")
    page = reverse("admin:designs_product_change", args=[shirt.pk])
    values = {**form_of(shirt), "print_areas-0-overrides": '[{"sizes": ["XXS"], "width_mm": 200}]'}
    answer = pages.post(page, values, follow=True)
    assert "has the size &#x27;XXS&#x27;" in answer.content.decode()


@pytest.mark.parametrize("field", ["severities", "print_areas-0-overrides"])
@pytest.mark.parametrize("value", ["[" * 5_000, '[{"sizes": ["\\ud800"], "safe_mm": 1}]', "9" * 5_000, "{bad"])
def test_json_that_cannot_be_stored_is_refused_with_a_message(pages: Client, field: str, value: str) -> None:
    answer = pages.post(ADD, product(**{field: value}))
    assert answer.status_code == 200
    assert "Enter a valid JSON." in str(errors(answer))
    assert not Product.objects.filter(name="Apron").exists()


def test_an_outline_of_an_override_that_cannot_be_read_is_refused(pages: Client) -> None:
    """No design on such a variant could be drawn."""
    answer = pages.post(ADD, product(**{"print_areas-0-overrides": '[{"sizes": ["S"], "outline": "M0 0"}]'}))
    assert "This is no outline: the path draws nothing." in str(errors(answer))
