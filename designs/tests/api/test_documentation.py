"""The schema, the documentation page, the browsable API, the root, and request ids."""

from __future__ import annotations

import json

from rest_framework.test import APIClient

from designs.tests.support.api_client import CREATE_BODY, DESIGNS_URL


def test_the_schema_describes_design_data(client: APIClient) -> None:
    schema = json.loads(client.get("/api/v1/schema?format=json").content)
    assert schema["openapi"].startswith("3.1")
    short = schema["components"]["schemas"]["ShortForm"]
    assert set(short["properties"]) == {"text", "font", "color", "fontSize", "language", "variant"}
    assert "/api/v1/designs/{id}/render" in schema["paths"]
    assert not [path for path in schema["paths"] if path.endswith("/")]


def test_the_documentation_page_loads_nothing_from_elsewhere(client: APIClient) -> None:
    page = client.get("/api/v1/docs").content.decode()
    assert "swagger-ui" in page
    assert "https://" not in page.replace("https://github.com", "")


def test_the_browsable_api_offers_a_valid_body_and_shows_images(client: APIClient, shop: APIClient) -> None:
    from django.contrib.auth import get_user_model

    client.force_login(get_user_model().objects.get(username="shop"))
    page = client.get(DESIGNS_URL, headers={"Accept": "text/html"}).content.decode()
    assert "&quot;text&quot;: &quot;Test&quot;" in page
    from designs.worker import jobs

    shop.post(DESIGNS_URL, CREATE_BODY)
    jobs.work_lane("preview")
    page = client.get(DESIGNS_URL, headers={"Accept": "text/html"}).content.decode()
    assert 'class="img-thumbnail" src="http://testserver/media/designs/' in page


def test_the_root_lists_the_urls(shop: APIClient) -> None:
    assert shop.get("/api/v1/").json()["designs"] == "http://testserver/api/v1/designs"


def test_every_response_has_its_request_id(shop: APIClient) -> None:
    assert shop.get(DESIGNS_URL, headers={"X-Request-ID": "abc-123"})["X-Request-ID"] == "abc-123"
    assert len(shop.get(DESIGNS_URL)["X-Request-ID"]) == 36
    assert len(shop.get(DESIGNS_URL, headers={"X-Request-ID": "<script>"})["X-Request-ID"]) == 36
    assert shop.get("/api/v1/nothing", headers={"X-Request-ID": "abc-123"}).json()["request_id"] == "abc-123"
