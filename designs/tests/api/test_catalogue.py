"""Products, fonts, schema, documentation pages."""

from __future__ import annotations

import io
import json

from django.test import Client
from PIL import Image
from rest_framework.test import APIClient

from designs.tests.support.api_client import CREATE_BODY, DESIGNS_URL


def test_the_products_and_their_rules_are_listed(shop: APIClient) -> None:
    products = {one["product_type"]: one for one in shop.get("/api/v1/products").json()["results"]}
    assert set(products) == {"t-shirt", "hoodie", "tote-bag", "mug", "poster"}
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
    assert fonts["Bebas-Bold"]["axes"] == []


def test_each_font_has_a_public_sample(shop: APIClient, client: Client) -> None:
    pictures = set()
    for font in shop.get("/api/v1/fonts").json()["results"]:
        answer = client.get(font["sample_url"], headers={"Accept": "image/avif,image/png"})
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
        pictures.add(answer.content)
        with Image.open(io.BytesIO(answer.content)) as picture:
            assert picture.size == (600, 160)
            assert len(picture.getcolors() or []) > 2
    assert len(pictures) > 80


def test_an_unchanged_sample_is_not_modified(client: Client) -> None:
    url = "/api/v1/fonts/Lobster-Regular/sample"
    first = client.get(url)
    assert client.get(url, headers={"If-None-Match": first["ETag"]}).status_code == 304
    assert "public" in first["Cache-Control"]
    missing = client.get("/api/v1/fonts/Comic-Sans/sample")
    assert (missing.status_code, missing["Content-Type"]) == (404, "application/problem+json")


def test_the_schema_describes_design_data(client: APIClient) -> None:
    schema = json.loads(client.get("/api/v1/schema?format=json").content)
    assert schema["openapi"].startswith("3.1")
    short = schema["components"]["schemas"]["ShortForm"]
    assert set(short["properties"]) == {"text", "font", "color", "fontSize"}
    assert "/api/v1/designs/{id}/render" in schema["paths"]
    assert not [path for path in schema["paths"] if path.endswith("/")]


def test_the_documentation_page_loads_nothing_from_elsewhere(client: APIClient) -> None:
    page = client.get("/api/v1/docs").content.decode()
    assert "swagger-ui" in page
    assert "https://" not in page.replace("https://github.com", "")


def test_the_browsable_api_offers_a_body_that_works_and_shows_pictures(client: APIClient, shop: APIClient) -> None:
    from django.contrib.auth import get_user_model

    client.force_login(get_user_model().objects.get(username="shop"))
    page = client.get(DESIGNS_URL, headers={"Accept": "text/html"}).content.decode()
    assert "&quot;text&quot;: &quot;Test&quot;" in page
    from designs.worker import jobs

    shop.post(DESIGNS_URL, CREATE_BODY)
    jobs.work_lane("preview")
    page = client.get(DESIGNS_URL, headers={"Accept": "text/html"}).content.decode()
    assert 'class="img-thumbnail" src="http://testserver/media/designs/' in page


def test_the_root_says_where_everything_is(shop: APIClient) -> None:
    assert shop.get("/api/v1/").json()["designs"] == "http://testserver/api/v1/designs"


def test_every_answer_carries_the_id_of_its_request(shop: APIClient) -> None:
    assert shop.get(DESIGNS_URL, headers={"X-Request-ID": "abc-123"})["X-Request-ID"] == "abc-123"
    assert len(shop.get(DESIGNS_URL)["X-Request-ID"]) == 36
    assert "X-Request-ID" not in shop.get(DESIGNS_URL, headers={"X-Request-ID": "<script>"})
    assert shop.get("/api/v1/nothing", headers={"X-Request-ID": "abc-123"}).json()["request_id"] == "abc-123"
