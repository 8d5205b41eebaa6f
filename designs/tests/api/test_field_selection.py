"""?fields= leaves out the rest of an answer: it is not fetched, and no address is made for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from designs.models import Asset
from designs.tests.support.api_client import BODY, DESIGNS, published
from rendering import storage

Work = Callable[[], int]
ASSETS = "/api/v1/assets"


@pytest.fixture
def signed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The keys for which an address was asked, from now on."""
    keys: list[str] = []
    address = storage.url

    def url(key: str, **options: Any) -> str:
        keys.append(key)
        return address(key, **options)

    monkeypatch.setattr(storage, "url", url)
    return keys


@pytest.fixture
def asset(shop: APIClient) -> Asset:
    """A stored picture of the shop's."""
    sizes = dict.fromkeys(("width", "height", "bytes", "working_width", "working_height", "working_bytes"), 9)
    owner = get_user_model().objects.get(username="shop")
    return Asset.objects.create(owner=owner, format="png", stored_at=datetime(2026, 1, 1).astimezone(), **sizes)


def test_a_list_holds_what_is_asked_for_in_its_own_order(shop: APIClient, work: Work) -> None:
    design = published(shop, work)
    page = shop.get(f"{DESIGNS}?fields=preview_url,id,status").json()
    assert page["results"] == [{name: design[name] for name in ("id", "status", "preview_url")}]
    assert list(page["results"][0]) == ["id", "status", "preview_url"]


def test_a_design_holds_what_is_asked_for(shop: APIClient, work: Work) -> None:
    design = published(shop, work)
    answer = shop.get(f"{DESIGNS}/{design['id']}?fields=renditions,revision")
    assert answer.json() == {"revision": 1, "renditions": design["renditions"]}
    assert answer["ETag"] == shop.get(f"{DESIGNS}/{design['id']}")["ETag"]


def test_assets_hold_what_is_asked_for(shop: APIClient, asset: Asset, signed: list[str]) -> None:
    trimmed = {"id": str(asset.pk), "format": "png"}
    assert shop.get(f"{ASSETS}?fields=id,format").json()["results"] == [trimmed]
    assert shop.get(f"{ASSETS}/{asset.pk}?fields=id,format").json() == trimmed
    assert signed == []
    assert set(shop.get(f"{ASSETS}/{asset.pk}?fields=url").json()) == {"url"}
    assert len(signed) == 1


@pytest.mark.parametrize("path", ["", "/{id}"])
def test_what_is_not_asked_for_is_not_fetched(shop: APIClient, work: Work, signed: list[str], path: str) -> None:
    address = f"{DESIGNS}{path}".format(id=published(shop, work)["id"])
    signed.clear()
    with CaptureQueriesContext(connection) as queries:
        assert shop.get(f"{address}?fields=id,status").status_code == 200
    sql = queries.captured_queries[-1]["sql"]
    assert "JOIN" not in sql
    for unread in ("design_data", "receipt", "findings", "metadata", "rendition", "frozen", "external_id"):
        assert unread not in sql, unread
    assert signed == []


def test_the_whole_answer_fetches_nothing_that_renders_froze(shop: APIClient, work: Work) -> None:
    design = published(shop, work)
    for address in (DESIGNS, f"{DESIGNS}/{design['id']}", f"{DESIGNS}/{design['id']}/renders"):
        with CaptureQueriesContext(connection) as queries:
            assert shop.get(address).status_code == 200
        assert not [query for query in queries.captured_queries if "frozen" in query["sql"]], address


def test_a_list_makes_two_addresses_a_design(shop: APIClient, work: Work, signed: list[str]) -> None:
    for _ in range(3):
        published(shop, work)
    signed.clear()
    shop.get(DESIGNS)
    assert sorted(key.rsplit("/")[-1] for key in signed) == ["preview.png"] * 3 + ["thumbnail.png"] * 3
    signed.clear()
    shop.get(f"{DESIGNS}?fields=id,thumbnail_url")
    assert len(signed) == 3


@pytest.mark.parametrize("names", ["size", "id,size", "", "id,", "renditions", "ID"])
def test_an_unknown_name_is_refused_with_what_is_known(shop: APIClient, names: str) -> None:
    answer = shop.get(DESIGNS, {"fields": names})
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    (trouble,) = answer.json()["errors"]
    assert (trouble["parameter"], trouble["code"]) == ("fields", "unknown_field")
    assert "id, product_type, design_data, status," in trouble["detail"]


def test_an_unknown_name_is_refused_for_one_design_and_for_assets(shop: APIClient, work: Work, asset: Asset) -> None:
    pk = published(shop, work)["id"]
    for path in (f"{DESIGNS}/{pk}", ASSETS, f"{ASSETS}/{asset.pk}"):
        assert shop.get(path, {"fields": "size"}).status_code == 400, path


def test_the_next_page_is_trimmed_too(shop: APIClient) -> None:
    for _ in range(2):
        shop.post(DESIGNS, BODY)
    page = shop.get(f"{DESIGNS}?fields=status&page_size=1").json()
    assert shop.get(page["next"]).json()["results"] == [{"status": "rendering"}]


@pytest.mark.parametrize("path", ["", "/{id}"])
def test_the_browsable_pages_show_trimmed_answers(shop: APIClient, work: Work, path: str) -> None:
    address = f"{DESIGNS}{path}".format(id=published(shop, work)["id"])
    for names in ("preview_url", "id,preview_url", "renditions" if path else "status"):
        assert shop.get(address, {"fields": names, "format": "api"}).status_code == 200, names
