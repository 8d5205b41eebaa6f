"""Products and fonts over HTTP."""

from __future__ import annotations

from rest_framework.test import APIClient

from designs.tests.support.api_client import CREATE_BODY, DESIGNS_URL


def test_the_products_and_their_rules_are_listed(shop: APIClient) -> None:
    products = {one["product_type"]: one for one in shop.get("/api/v1/products").json()["results"]}
    later = {"mug-15oz", "sticker", "phone-case", "cap", "greeting-card"}
    assert set(products) == {"t-shirt", "hoodie", "tote-bag", "mug", "poster", *later}
    assert products["mug"]["text_length"] == {"min": 1, "max": 100}
    assert products["mug"]["font_size"] == {"min": 8, "max": 144}
    assert products["poster"]["print_areas"][0]["main"] is True


def test_every_font_of_the_catalogue_can_be_used(shop: APIClient) -> None:
    fonts = [one["name"] for one in shop.get("/api/v1/fonts").json()["results"]]
    assert {"Bebas-Bold", "Montserrat-Regular", "Montserrat-Bold", "Pacifico-Regular", "Roboto-Regular"} <= set(fonts)
    for font in fonts:
        data = {"text": "Test", "font": font, "color": "#FFFFFF"}
        assert shop.post(DESIGNS_URL, {**CREATE_BODY, "design_data": data}).status_code == 201


def test_a_font_describes_its_scripts_and_axes(shop: APIClient) -> None:
    fonts = {one["name"]: one for one in shop.get("/api/v1/fonts").json()["results"]}
    assert len({one["family"] for one in fonts.values()}) >= 40
    roboto = fonts["Roboto-Regular"]
    assert (roboto["family"], roboto["style"], roboto["category"], roboto["license"]) == (
        "Roboto", "Regular", "sans", "OFL-1.1",
    )  # fmt: skip
    assert roboto["scripts"] == ["Latn", "Viet", "Grek", "Cyrl"]
    assert {"tag": "wght", "min": 100, "default": 400, "max": 900} in roboto["axes"]
    assert {"tr", "vi", "el", "ru", "sr-Latn"} <= set(roboto["languages"])
    assert {"vi", "el", "ru"}.isdisjoint(fonts["Bebas-Bold"]["languages"])
    assert fonts["Bebas-Bold"]["axes"] == []
