"""A print area on a variant: overrides for sizes and SKUs."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from designs.models import PrintArea, Product, Technique, Variant

RED_S = Variant(sku="RED-S", size="S")
RED_M = Variant(sku="RED-M", size="M")


def area(*overrides: dict[str, Any], **values: Any) -> PrintArea:
    """Return an unsaved area of 300 × 400 mm."""
    product = Product(slug="shirt", severities={"thin_line": "error"})
    sizes = {"placement": "front", "width_mm": 300.0, "height_mm": 400.0}
    return PrintArea(product=product, overrides=list(overrides), **sizes | values)


def test_an_area_without_overrides_is_the_same_on_every_variant() -> None:
    assert area().to_geometry(RED_S) == area().to_geometry()


def test_an_override_of_a_size_applies_to_that_size_alone() -> None:
    shirt = area({"sizes": ["XS", "S"], "width_mm": 250, "safe_mm": 8})
    small = shirt.to_geometry(RED_S)
    assert (small.width_mm, small.height_mm, small.safe_mm) == (250.0, 400.0, 8.0)
    assert isinstance(small.width_mm, float)  # as it would be in a column, so that the hash is the same
    assert shirt.to_geometry(RED_M) == shirt.to_geometry() == area().to_geometry()


def test_the_first_override_that_matches_wins() -> None:
    shirt = area({"skus": ["RED-S"], "width_mm": 200}, {"sizes": ["S"], "width_mm": 250, "height_mm": 350})
    assert (shirt.to_geometry(RED_S).width_mm, shirt.to_geometry(RED_S).height_mm) == (200.0, 400.0)
    blue = shirt.to_geometry(Variant(sku="BLUE-S", size="S"))
    assert (blue.width_mm, blue.height_mm) == (250.0, 350.0)


def test_a_variant_without_a_size_matches_no_size() -> None:
    assert area({"sizes": ["S"], "width_mm": 250}).to_geometry(Variant(sku="ONE")).width_mm == 300.0


def test_every_kind_of_value_can_be_overridden() -> None:
    values = {"min_dpi": 200, "outline": "M0 0H9V9Z", "colors": ["#FF0000"], "max_colors": 1, "mirrored": True}
    on_red = area({"skus": ["RED-S"], "x_mm": 12, **values}).for_variant(RED_S)
    assert on_red.x_mm == 12.0
    geometry = on_red.to_geometry()
    assert {name: getattr(geometry, name) for name in values} == {**values, "colors": ("#FF0000",)}


def test_the_area_itself_is_not_changed() -> None:
    shirt = area({"sizes": ["S"], "width_mm": 250})
    shirt.for_variant(RED_S)
    assert shirt.width_mm == 300.0


@pytest.mark.django_db
def test_a_technique_can_be_overridden_and_keeps_the_severities_of_the_product() -> None:
    Technique.objects.create(slug="film", name="Film", min_line_mm=0.3)
    shirt = area({"skus": ["RED-S"], "technique": "film"})
    on_red = shirt.to_geometry(RED_S).technique
    assert (on_red.name, on_red.min_line_mm, on_red.severities) == ("film", 0.3, (("thin_line", "error"),))
    with CaptureQueriesContext(connection) as queries:
        assert shirt.to_geometry(RED_M).technique.name == ""
    assert len(queries) == 0


@pytest.mark.django_db
def test_a_technique_that_is_gone_is_an_error_instead_of_other_rules() -> None:
    with pytest.raises(Technique.DoesNotExist):
        area({"skus": ["RED-S"], "technique": "gone"}).to_geometry(RED_S)
