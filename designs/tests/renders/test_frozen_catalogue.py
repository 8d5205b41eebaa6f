"""A change of the catalogue alters no published, ordered or queued file, and none of their findings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from designs import lifecycle
from designs.drawing.draw import draw_render
from designs.lifecycle.redraw import build_redraw
from designs.models import PrintArea, Product, Render, Technique, Variant
from designs.tests.support import catalogue
from designs.tests.support.api_client import DESIGNS_URL, create_published_design
from designs.tests.support.fixture_types import RunWorker

DATA = {
    "version": 1,
    "variant": "NAVY-S",
    "placements": {
        "front": {
            "layers": [
                {"type": "text", "text": "Ada", "font": "Bebas-Bold", "size": 20, "color": "#0A1022"},
                {"type": "text", "text": "Auto", "font": "Bebas-Bold", "size": 20, "color": "auto",
                 "box": {"x": 20, "y": 200, "width": 160, "height": 40}},
            ]
        }
    },
}  # fmt: skip
AREA_CHANGES: dict[str, Any] = {
    "width_mm": 111, "height_mm": 222, "bleed_mm": 7, "safe_mm": 40, "min_dpi": 999, "recommended_dpi": 1200,
    "corner_radius_mm": 30, "outline": "M0 0H10V10Z", "colors": ["#00FF00"], "max_colors": 1, "mirrored": True,
    "x_mm": 1, "y_mm": 2, "overrides": [{"sizes": ["S"], "width_mm": 50, "colors": ["#FFFFFF"]}], "technique": "other",
}  # fmt: skip
TECHNIQUE_CHANGES: dict[str, Any] = {
    "min_line_mm": 50, "min_gap_mm": 50, "min_text_mm": 90, "min_module_mm": 50, "max_colors": 1, "max_ink": 1,
    "blur_mm": 9, "semi_transparency": False, "gradients": False, "white_ink": False, "shows_product": True,
    "severities": {"invisible_on_product": "off", "thin_line": "error"},
}  # fmt: skip
PRODUCT_CHANGES: dict[str, Any] = {
    "text_min": 40, "text_max": 41, "size_min": 1, "size_max": 2, "severities": {"invisible_on_product": "error"},
    "technique": "other", "active": False,
}  # fmt: skip
VARIANT_CHANGES: dict[str, Any] = {"color": "#FFFFFF", "size": "XL", "sku": "OTHER", "active": False}


def change_area(**values: Any) -> None:
    if "technique" in values:
        values["technique"] = catalogue.make_technique("other", **TECHNIQUE_CHANGES)
    PrintArea.objects.filter(product__slug="t-shirt").update(**values)


def change_product(**values: Any) -> None:
    if "technique" in values:
        values["technique"] = catalogue.make_technique("other", **TECHNIQUE_CHANGES)
    Product.objects.filter(slug="t-shirt").update(**values)


def change_technique(**values: Any) -> None:
    Technique.objects.filter(slug="dtg-test").update(**values)


def change_variant(**values: Any) -> None:
    Variant.objects.filter(sku="NAVY-S").update(**values)


CHANGES: list[tuple[Callable[..., None], str, Any]] = [
    *((change_area, *item) for item in AREA_CHANGES.items()),
    *((change_product, *item) for item in PRODUCT_CHANGES.items()),
    *((change_technique, *item) for item in TECHNIQUE_CHANGES.items()),
    *((change_variant, *item) for item in VARIANT_CHANGES.items()),
]


@pytest.fixture
def render(shop: APIClient, work: RunWorker) -> Render:
    """A published and pinned render of a design on a variant, whose technique has rules."""
    product = catalogue.make_variants()
    technique = catalogue.make_technique(min_line_mm=0.1, severities={"invisible_on_product": "warning"})
    Product.objects.filter(pk=product.pk).update(technique=technique)
    catalogue.override_area(width_mm=200)
    made = create_published_design(shop, work, design_data=DATA)
    assert shop.post(f"{DESIGNS_URL}/{made['id']}/pin", {"revision": 1, "order_id": "o-1"}).status_code == 201
    return Render.objects.get()


def shown(shop: APIClient, render: Render) -> list[Any]:
    """Return what the API says of the design, its revision and its pin."""
    path = f"{DESIGNS_URL}/{render.design_id}"
    (pin,) = shop.get("/api/v1/pins?order_id=o-1").json()["results"]
    answers = [shop.get(path), shop.get(f"{path}/revisions/1"), shop.get(f"/api/v1/pins/{pin['id']}")]
    return [answer.json() for answer in answers]


def redraw(render: Render) -> list[Any]:
    """Draw a render again from its snapshot; return its files' hashes, its findings and its facts."""
    render.refresh_from_db()
    drawn = draw_render(build_redraw(render))
    return [[row.sha256 for row in drawn.rows], drawn.findings, drawn.receipt["facts"]]


def test_every_column_that_decides_a_drawing_is_changed_here() -> None:
    """A new column needs a line in this file."""
    no_rules = {
        PrintArea: {"id", "product", "placement", "main"},
        Product: {"id", "slug", "name", "description", "group", "rules_changed_at"},
        Technique: {"id", "slug", "name"},
        Variant: {"id", "product", "color_name", "order"},
    }
    every = {
        PrintArea: AREA_CHANGES,
        Product: PRODUCT_CHANGES,
        Technique: TECHNIQUE_CHANGES,
        Variant: VARIANT_CHANGES,
    }
    for model, changes in every.items():
        columns = {field.name for field in model._meta.concrete_fields} - no_rules[model]
        assert columns == set(changes), model


def test_no_change_of_the_catalogue_alters_what_is_published_or_ordered(shop: APIClient, render: Render) -> None:
    before = shown(shop, render), redraw(render)
    assert [each["code"] for each in render.findings] == ["invisible_on_product"]
    stored = {row.sha256 for row in render.renditions.all()}
    assert set(before[1][0]) == stored
    for change, name, value in CHANGES:
        Technique.objects.filter(slug="other").update(slug=f"other-{name}")
        change(**{name: value})
        assert (shown(shop, render), redraw(render)) == before, name
    Variant.objects.all().delete()
    assert (shown(shop, render), redraw(render)) == before


def test_a_queued_render_is_drawn_by_the_rules_of_its_request(shop: APIClient, work: RunWorker, render: Render) -> None:
    before = redraw(render)
    shop.post(f"{DESIGNS_URL}/{render.design_id}/render")
    for change, name, value in CHANGES:
        Technique.objects.filter(slug="other").update(slug=f"other-{name}")
        change(**{name: value})
    work()
    again = Render.objects.latest("number")
    assert again.state == "succeeded"
    assert [row.sha256 for row in again.renditions.all()] == before[0]
    assert again.findings == before[1]
    assert lifecycle.find_file_render(again.design, 1) == again
