"""Products over HTTP: the list, and one product with everything a page needs."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from customify.tests.support.session_pages import begin, make_draft, page
from designs.models import PrintArea, Product, Technique, Variant
from designs.tests.support import catalogue

URL = "/api/v1/products"


@pytest.fixture
def shirt(shop: APIClient) -> Product:
    """A T-shirt with variants, a group and two techniques, on one of which size S is printed."""
    product = catalogue.make_variants()
    dtg = catalogue.make_technique(min_line_mm=0.5, severities={"thin_line": "error"})
    catalogue.make_technique("flex")
    Product.objects.filter(pk=product.pk).update(
        technique=dtg, group="tops", description="Cotton.", severities={"low_resolution": "error"}
    )
    PrintArea.objects.filter(product=product, placement="front").update(
        recommended_dpi=300, corner_radius_mm=4, outline="M0 0H300V400Z", colors=["#FFFFFF"], max_colors=3,
        mirrored=True, x_mm=120, y_mm=80, overrides=[{"sizes": ["S"], "width_mm": 250, "technique": "flex"}],
    )  # fmt: skip
    return product


def get_product(client: APIClient, slug: str = "t-shirt") -> dict[str, Any]:
    shown: dict[str, Any] = client.get(f"{URL}/{slug}").json()
    return shown


@pytest.mark.usefixtures("shirt")
def test_a_product_has_everything_that_a_page_needs(shop: APIClient) -> None:
    shown = get_product(shop)
    assert (shown["product_type"], shown["name"], shown["description"], shown["group"], shown["technique"]) == (
        "t-shirt", Product.objects.get(slug="t-shirt").name, "Cotton.", "tops", "dtg-test",
    )  # fmt: skip
    assert shown["severities"] == {"low_resolution": "error"}
    assert shown["text_length"] == {"min": 1, "max": 50}
    assert shown["variants"] == [
        {"sku": "NAVY-S", "color_name": "Navy", "color": catalogue.NAVY, "size": "S", "active": True},
        {"sku": "NAVY-M", "color_name": "Navy", "color": catalogue.NAVY, "size": "M", "active": True},
        {"sku": "RED-S", "color_name": "Red", "color": catalogue.RED, "size": "S", "active": False},
    ]
    assert shown["variant_count"] == 2
    front = shown["print_areas"][0]
    expected = {
        "placement": "front", "main": True, "recommended_dpi": 300, "corner_radius_mm": 4, "outline": "M0 0H300V400Z",
        "colors": ["#FFFFFF"], "max_colors": 3, "mirrored": True, "x_mm": 120, "y_mm": 80, "technique": "dtg-test",
        "overrides": [{"sizes": ["S"], "width_mm": 250, "technique": "flex"}],
    }  # fmt: skip
    assert {name: front[name] for name in expected} == expected


@pytest.mark.usefixtures("shirt")
def test_every_technique_that_a_product_names_comes_with_its_rules(shop: APIClient) -> None:
    techniques = {each["slug"]: each for each in get_product(shop)["techniques"]}
    assert set(techniques) >= {"dtg-test", "flex"}
    dtg = techniques["dtg-test"]
    assert (dtg["min_line_mm"], dtg["severities"]) == (0.5, {"thin_line": "error"})
    fields = {field.name for field in Technique._meta.concrete_fields} - {"id"}
    assert set(techniques["flex"]) == fields


def test_every_column_of_an_area_is_shown(shop: APIClient) -> None:
    fields = {field.name for field in PrintArea._meta.concrete_fields} - {"id", "product"}
    assert set(get_product(shop, "mug")["print_areas"][0]) == fields


@pytest.mark.usefixtures("shirt")
def test_a_product_that_has_not_changed_is_304(shop: APIClient) -> None:
    for url in (URL, f"{URL}/t-shirt"):
        etag = shop.get(url)["ETag"]
        again = shop.get(url, headers={"If-None-Match": etag})
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag)
        Variant.objects.filter(sku="NAVY-S").update(active=url == URL)
    for url in (URL, f"{URL}/t-shirt"):
        before = shop.get(url)["ETag"]
        Product.objects.filter(slug="t-shirt").update(name=url)
        assert shop.get(url, headers={"If-None-Match": before}).status_code == 200


@pytest.mark.usefixtures("shirt")
def test_a_session_sees_products_too(shop: APIClient) -> None:
    shopper = page(begin(shop, make_draft(shop)).json()["token"])
    assert get_product(shopper) == get_product(shop)
    etag = shopper.get(f"{URL}/t-shirt")["ETag"]
    assert shopper.get(f"{URL}/t-shirt", headers={"If-None-Match": etag}).status_code == 304


@pytest.mark.parametrize("slug", ["t-shirt", "no-such-product"])
def test_a_product_that_is_not_offered_is_not_found(shop: APIClient, slug: str) -> None:
    Product.objects.filter(slug=slug).update(active=False)
    answer = shop.get(f"{URL}/{slug}")
    assert answer.status_code == 404
    assert "/api/v1/products" in answer.json()["detail"]


@pytest.mark.usefixtures("shirt")
def test_the_list_counts_the_variants_and_names_group_and_technique(shop: APIClient) -> None:
    products = {each["product_type"]: each for each in shop.get(URL).json()["results"]}
    shirt = products["t-shirt"]
    assert (shirt["group"], shirt["technique"], shirt["variant_count"]) == ("tops", "dtg-test", 2)
    assert set(shirt["print_areas"][0]) == {
        "placement", "main", "width_mm", "height_mm", "bleed_mm", "safe_mm", "min_dpi"
    }  # fmt: skip
    assert [each["placement"] for each in shirt["print_areas"]] == ["front", "back"]


@pytest.mark.usefixtures("shirt")
def test_the_list_can_be_of_one_group(shop: APIClient) -> None:
    assert [each["product_type"] for each in shop.get(f"{URL}?group=tops").json()["results"]] == ["t-shirt"]
    assert shop.get(f"{URL}?group=nothing").json()["results"] == []
    assert shop.get(f"{URL}?group=").status_code == 400


def test_the_pages_of_the_list_have_each_product_once(shop: APIClient) -> None:
    whole = shop.get(URL).json()
    assert (whole["next"], whole["previous"]) == (None, None)
    url, found = f"{URL}?page_size=2", []
    while url:
        part = shop.get(url).json()
        assert len(part["results"]) <= 2
        found += part["results"]
        url = part["next"]
    assert found == whole["results"]
    assert [each["product_type"] for each in found] == sorted(each["product_type"] for each in found)


@pytest.mark.parametrize("query", ["page_size=0", "page_size=501", "cursor=x", "cursor="])
def test_a_page_that_cannot_be_is_refused(shop: APIClient, query: str) -> None:
    assert shop.get(f"{URL}?{query}").status_code == 400


def test_a_parameter_that_the_list_never_had_is_ignored_as_before(shop: APIClient) -> None:
    assert shop.get(f"{URL}?_=1700000000").json() == shop.get(URL).json()


@pytest.mark.usefixtures("shirt")
def test_the_number_of_queries_does_not_grow(shop: APIClient) -> None:
    for url, most in ((URL, 5), (f"{URL}/t-shirt", 7)):
        with CaptureQueriesContext(connection) as queries:
            assert shop.get(url).status_code == 200
        assert len(queries) <= most, [each["sql"] for each in queries]
