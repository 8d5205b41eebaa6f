"""`?fields=`: other fields are not fetched, and no URL is signed for them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from designs.models import Asset
from designs.tests.support.api_client import CREATE_BODY, DESIGNS_URL, create_published_design
from designs.tests.support.fixture_types import RunWorker
from rendering import storage

ASSETS = "/api/v1/assets"


@pytest.fixture
def signed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The keys for which a URL is made during the test."""
    keys: list[str] = []
    address = storage.file_url

    def url(key: str, **options: Any) -> str:
        keys.append(key)
        return address(key, **options)

    monkeypatch.setattr(storage, "file_url", url)
    return keys


@pytest.fixture
def asset(shop: APIClient) -> Asset:
    """An asset of the shop."""
    sizes = dict.fromkeys(("width", "height", "bytes", "working_width", "working_height", "working_bytes"), 9)
    owner = get_user_model().objects.get(username="shop")
    return Asset.objects.create(owner=owner, format="png", stored_at=datetime(2026, 1, 1).astimezone(), **sizes)


def test_a_list_holds_the_requested_fields_in_schema_order(shop: APIClient, work: RunWorker) -> None:
    design = create_published_design(shop, work)
    page = shop.get(f"{DESIGNS_URL}?fields=preview_url,id,status").json()
    assert page["results"] == [{name: design[name] for name in ("id", "status", "preview_url")}]
    assert list(page["results"][0]) == ["id", "status", "preview_url"]


def test_a_design_holds_the_requested_fields(shop: APIClient, work: RunWorker) -> None:
    design = create_published_design(shop, work)
    answer = shop.get(f"{DESIGNS_URL}/{design['id']}?fields=renditions,revision")
    assert answer.json() == {"revision": 1, "renditions": design["renditions"]}
    assert answer["ETag"] == shop.get(f"{DESIGNS_URL}/{design['id']}")["ETag"]


def test_assets_hold_the_requested_fields(shop: APIClient, asset: Asset, signed: list[str]) -> None:
    trimmed = {"id": str(asset.pk), "format": "png"}
    assert shop.get(f"{ASSETS}?fields=id,format").json()["results"] == [trimmed]
    assert shop.get(f"{ASSETS}/{asset.pk}?fields=id,format").json() == trimmed
    assert signed == []
    assert set(shop.get(f"{ASSETS}/{asset.pk}?fields=url").json()) == {"url"}
    assert len(signed) == 1


@pytest.mark.parametrize("path", ["", "/{id}"])
def test_unrequested_fields_are_not_fetched(shop: APIClient, work: RunWorker, signed: list[str], path: str) -> None:
    address = f"{DESIGNS_URL}{path}".format(id=create_published_design(shop, work)["id"])
    signed.clear()
    with CaptureQueriesContext(connection) as queries:
        assert shop.get(f"{address}?fields=id,status").status_code == 200
    sql = queries.captured_queries[-1]["sql"]
    assert "JOIN" not in sql
    for unread in ("design_data", "receipt", "findings", "metadata", "rendition", "frozen", "external_id"):
        assert unread not in sql, unread
    assert signed == []


def test_the_full_response_fetches_no_render_snapshot(shop: APIClient, work: RunWorker) -> None:
    design = create_published_design(shop, work)
    for address in (DESIGNS_URL, f"{DESIGNS_URL}/{design['id']}", f"{DESIGNS_URL}/{design['id']}/renders"):
        with CaptureQueriesContext(connection) as queries:
            assert shop.get(address).status_code == 200
        assert not [query for query in queries.captured_queries if "frozen" in query["sql"]], address


def test_a_list_signs_two_urls_per_design(shop: APIClient, work: RunWorker, signed: list[str]) -> None:
    for _ in range(3):
        create_published_design(shop, work)
    signed.clear()
    shop.get(DESIGNS_URL)
    assert sorted(key.rsplit("/")[-1] for key in signed) == ["preview.png"] * 3 + ["thumbnail.png"] * 3
    signed.clear()
    shop.get(f"{DESIGNS_URL}?fields=id,thumbnail_url")
    assert len(signed) == 3


@pytest.mark.parametrize("names", ["size", "id,size", "", "id,", "renditions", "ID"])
def test_an_unknown_field_is_refused_with_the_known_ones(shop: APIClient, names: str) -> None:
    answer = shop.get(DESIGNS_URL, {"fields": names})
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    (trouble,) = answer.json()["errors"]
    assert (trouble["parameter"], trouble["code"]) == ("fields", "unknown_field")
    assert "id, product_type, design_data, status," in trouble["detail"]


def test_an_unknown_field_is_refused_for_designs_and_assets(shop: APIClient, work: RunWorker, asset: Asset) -> None:
    pk = create_published_design(shop, work)["id"]
    for path in (f"{DESIGNS_URL}/{pk}", ASSETS, f"{ASSETS}/{asset.pk}"):
        assert shop.get(path, {"fields": "size"}).status_code == 400, path


def test_the_next_page_keeps_the_field_selection(shop: APIClient) -> None:
    for _ in range(2):
        shop.post(DESIGNS_URL, CREATE_BODY)
    page = shop.get(f"{DESIGNS_URL}?fields=status&page_size=1").json()
    assert shop.get(page["next"]).json()["results"] == [{"status": "rendering"}]


@pytest.mark.parametrize("path", ["", "/{id}"])
def test_the_browsable_api_shows_selected_fields(shop: APIClient, work: RunWorker, path: str) -> None:
    address = f"{DESIGNS_URL}{path}".format(id=create_published_design(shop, work)["id"])
    for names in ("preview_url", "id,preview_url", "renditions" if path else "status"):
        assert shop.get(address, {"fields": names, "format": "api"}).status_code == 200, names
