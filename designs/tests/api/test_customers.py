"""Designs belong to customers of the shop, and are found by them and by declared metadata."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from designs.models import Design
from designs.tests.support import factories
from designs.tests.support.api_client import CREATE_BODY, DESIGNS_URL, client_of
from designs.tests.support.fixture_types import RunWorker
from designs.tests.support.orders import PINS_URL


@pytest.mark.parametrize("query", ["customer=%20", "external_id=%20", "product_type=%20", "customer="])
def test_a_blank_filter_does_not_list_everything(shop: APIClient, edited: str, query: str) -> None:
    assert shop.get(f"{DESIGNS_URL}?{query}").json()["errors"][0]["code"] == "empty"
    for name in ("order_id", "design"):
        assert shop.get(f"{PINS_URL}?{name}=%20").json()["errors"][0]["code"] == "empty"


def test_ids_with_blanks_at_their_ends_are_found(shop: APIClient, edited: str) -> None:
    shop.patch(edited, {"customer": " ada ", "external_id": " 7 "})
    shop.post(f"{edited}/pin", {"revision": 1, "order_id": " o 9 "})
    designs, pins = (
        (f"{DESIGNS_URL}?customer=%20ada%20", f"{DESIGNS_URL}?external_id=%207%20"),
        f"{PINS_URL}?order_id=%20o%209%20",
    )
    for url in (*designs, pins):
        assert len(shop.get(url).json()["results"]) == 1
    assert shop.get(f"{DESIGNS_URL}?customer=ada").json()["results"] == []


def test_ids_of_blanks_alone_are_refused(shop: APIClient, edited: str) -> None:
    assert shop.post(f"{DESIGNS_URL}/reassign", {"customer": "ada", "to": "  "}).status_code == 400
    assert shop.patch(edited, {"customer": " "}).status_code == 400
    assert shop.post(f"{edited}/pin", {"revision": 1, "order_id": " "}).status_code == 400


def test_designs_are_found_by_customer_and_change_hands(shop: APIClient, work: RunWorker) -> None:
    for customer in ("guest-1", "guest-1", "guest-2", ""):
        shop.post(DESIGNS_URL, {**CREATE_BODY, "customer": customer, "render": False})
    client_of("stranger").post(DESIGNS_URL, {**CREATE_BODY, "customer": "guest-1", "render": False})
    listed = shop.get(f"{DESIGNS_URL}?customer=guest-1").json()["results"]
    assert [one["customer"] for one in listed] == ["guest-1"] * 2
    tag = shop.get(f"{DESIGNS_URL}/{listed[0]['id']}")["ETag"]
    body = {"customer": "guest-1", "to": "ada"}
    assert [shop.post(f"{DESIGNS_URL}/reassign", body).json() for _ in range(2)] == [{"changed": 2}, {"changed": 0}]
    assert len(shop.get(f"{DESIGNS_URL}?customer=ada").json()["results"]) == 2
    assert Design.objects.filter(customer="guest-1").count() == 1  # the stranger's
    assert Design.objects.filter(customer="guest-2").count() == 1
    url = f"{DESIGNS_URL}/{listed[0]['id']}"
    assert shop.get(url, headers={"If-None-Match": tag}).status_code == 200
    saved = shop.patch(url, {"design_data": CREATE_BODY["design_data"]}, headers={"If-Match": tag})
    assert saved.status_code == 200
    assert shop.post(f"{DESIGNS_URL}/reassign", {"customer": "ada", "to": "ada"}).json() == {"changed": 0}


def test_many_designs_change_hands_in_several_transactions(shop: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("designs.services.customers.CHUNK", 2)
    owner = client_of("bulk")
    for _ in range(5):
        owner.post(DESIGNS_URL, {**CREATE_BODY, "customer": "guest", "render": False})
    assert owner.post(f"{DESIGNS_URL}/reassign", {"customer": "guest", "to": ""}).json() == {"changed": 5}
    assert not Design.objects.exclude(customer="").exists()


@pytest.mark.parametrize(
    ("metadata", "query", "found"),
    [
        ({"cart": "c-17"}, "c-17", True),
        ({"cart": 17}, "17", True),
        ({"cart": "17"}, "17", True),
        ({"cart": True}, "true", True),
        ({"cart": None}, "null", False),
        ({"cart": ["c-17"]}, "c-17", False),
        ({"other": "c-17"}, "c-17", False),
        ({}, "c-17", False),
        ({"cart": "a'b"}, "a'b", True),
        ({"cart": "[" * 3000}, "[" * 3000, True),
    ],
)
def test_designs_are_found_by_declared_metadata(
    shop: APIClient, settings: Any, metadata: dict[str, Any], query: str, found: bool
) -> None:
    settings.METADATA_FILTERS = ["cart", "a-b"]
    shop.post(DESIGNS_URL, {**CREATE_BODY, "metadata": metadata, "render": False})
    shop.post(DESIGNS_URL, {**CREATE_BODY, "metadata": {"cart": "another"}, "render": False})
    listed = shop.get(DESIGNS_URL, {"metadata.cart": query}).json()["results"]
    assert [one["metadata"] for one in listed] == ([metadata] if found else [])
    assert shop.get(DESIGNS_URL, {"metadata.cart": query, "metadata.a-b": "x"}).json()["results"] == []


def test_metadata_that_is_not_declared_is_no_filter(shop: APIClient, settings: Any) -> None:
    settings.METADATA_FILTERS = ["cart"]
    refused = shop.get(DESIGNS_URL, {"metadata.other": "x"})
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (400, "unknown_parameter")
    assert "metadata.cart" in refused.json()["detail"]
    for value in ("", "a\0"):
        assert shop.get(DESIGNS_URL, {"metadata.cart": value}).status_code == 400


def test_names_of_metadata_may_be_those_of_lookups(shop: APIClient, settings: Any) -> None:
    settings.METADATA_FILTERS = ["contains", "a__b"]
    shop.post(DESIGNS_URL, {**CREATE_BODY, "metadata": {"contains": "x", "a__b": "y"}, "render": False})
    assert len(shop.get(DESIGNS_URL, {"metadata.contains": "x", "metadata.a__b": "y"}).json()["results"]) == 1
    assert shop.get(DESIGNS_URL, {"metadata.contains": "y"}).json()["results"] == []


def test_a_session_sees_no_customer_and_pins_nothing(shop: APIClient, edited: str) -> None:
    shop.patch(edited, {"customer": "ada"})
    token = shop.post(f"{edited}/sessions", {"origins": ["https://shop.example"]}).json()["token"]
    page = Client(headers={"Authorization": f"Bearer {token}", "Origin": "https://shop.example"})
    assert page.get(edited).json()["customer"] == ""
    assert page.get(f"{edited}?revision=1").json()["customer"] == ""
    for path, method in (
        ("/pin", "post"),
        ("/copy", "post"),
        ("/revisions/1", "get"),
        ("/revisions/1/moderation", "put"),
    ):
        assert getattr(page, method)(edited + path).status_code == 403
    assert page.get(PINS_URL).status_code == 403


def test_another_customer_is_set_by_the_shop_alone(shop: APIClient) -> None:
    made = factories.make_design(factories.make_user("owner"))
    assert made.customer == ""
    assert client_of("owner").patch(f"{DESIGNS_URL}/{made.pk}", {"customer": "ada"}).json()["customer"] == "ada"
