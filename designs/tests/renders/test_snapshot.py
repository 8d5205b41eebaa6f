"""The stored snapshot: every version writes it alike, and reads what any version wrote."""

from __future__ import annotations

import json

import pytest

from designs.models import Design, PrintArea, Product
from designs.renders.snapshot import snapshot_areas
from designs.tests.support import factories
from designs.tests.support.fixture_types import MakeDesign, RunLane
from rendering.engine.values import Area, Rules


@pytest.mark.django_db
@pytest.mark.parametrize("with_area", [True, False])
def test_a_snapshot_with_a_single_area_is_published(design: Design, run_lane: RunLane, with_area: bool) -> None:
    render = factories.get_render(design)
    areas = render.frozen.pop("areas")
    del render.frozen["fallbacks"]
    render.frozen["area"] = areas[0] if with_area else None
    render.save(update_fields=["frozen"])
    run_lane()
    design.refresh_from_db()
    assert design.status == "published"


@pytest.mark.django_db
def test_stored_rules_and_areas_are_spelled_as_ever(make_design: MakeDesign) -> None:
    Product.objects.filter(slug="mug").update(technique=None)
    PrintArea.objects.filter(product__slug="mug").update(recommended_dpi=0)
    frozen = factories.get_render(make_design(product_type="mug")).frozen
    assert json.dumps(frozen["rules"], sort_keys=True) == (
        '{"size_max": 144.0, "size_min": 8.0, "text_max": 100, "text_min": 1}'
    )
    (area,) = frozen["areas"]
    assert json.dumps(area, sort_keys=True) == (
        '{"bleed_mm": 2.0, "height_mm": 90.0, "min_dpi": 200, "placement": "wrap", "safe_mm": 3.0, "width_mm": 200.0}'
    )


@pytest.mark.django_db
def test_a_snapshot_gives_back_the_products_own_values(make_design: MakeDesign) -> None:
    frozen = factories.get_render(make_design(product_type="mug")).frozen
    mug = Product.objects.get(slug="mug")
    assert list(snapshot_areas(frozen)) == [area.to_geometry() for area in mug.areas]
    assert mug.technique is not None
    rules = mug.technique.to_rules()
    assert snapshot_areas(frozen)[0] == Area("wrap", 200, 90, 200, 2, 3, recommended_dpi=300, technique=rules)
    assert Rules.from_json(frozen["rules"]) == mug.to_rules()
