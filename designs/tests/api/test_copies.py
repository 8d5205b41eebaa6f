"""A design is copied: once for each key, and as today's rules allow."""

from __future__ import annotations

from rest_framework.test import APIClient

from designs.models import Product
from designs.tests.support.api_client import CREATE_BODY, DESIGNS_URL
from designs.tests.support.fixture_types import RunWorker
from designs.tests.support.orders import TEXTS, hash_files


def test_a_copy_is_a_new_design_with_the_same_picture(shop: APIClient, edited: str, work: RunWorker) -> None:
    shop.patch(edited, {"metadata": {"cart": 1}, "external_id": "7", "customer": "ada"})
    answer = shop.post(f"{edited}/copy", {"revision": 2, "external_id": "8"})
    assert answer.status_code == 201
    copy = answer.json()
    assert answer["Location"].endswith(f"{DESIGNS_URL}/{copy['id']}")
    assert (copy["revision"], copy["design_data"]["text"]) == (1, TEXTS[2])
    assert (copy["metadata"], copy["external_id"], copy["customer"]) == ({"cart": 1}, "8", "ada")
    assert copy["copied_from"] == edited.rsplit("/", 1)[1]
    work()
    assert hash_files(shop.get(f"{DESIGNS_URL}/{copy['id']}").json()) == hash_files(
        shop.get(f"{edited}?revision=2").json()
    )


def test_a_copy_may_stay_a_draft_and_is_made_once_for_a_key(shop: APIClient, edited: str) -> None:
    copies = [
        shop.post(f"{edited}/copy", {"render": False}, headers={"Idempotency-Key": "reorder-1"}) for _ in range(2)
    ]
    assert copies[0].json()["id"] == copies[1].json()["id"]
    assert copies[0].json()["status"] == "draft"
    assert copies[0].json()["design_data"]["text"] == TEXTS[3]
    assert copies[1]["Idempotent-Replayed"] == "true"
    other = shop.post(DESIGNS_URL, CREATE_BODY).json()["id"]
    reused = shop.post(f"{DESIGNS_URL}/{other}/copy", {"render": False}, headers={"Idempotency-Key": "reorder-1"})
    assert reused.status_code == 422


def test_a_repeated_copy_is_answered_after_the_original_is_deleted(shop: APIClient, edited: str) -> None:
    headers = {"Idempotency-Key": "reorder-2"}
    first = shop.post(f"{edited}/copy", {}, headers=headers).json()
    assert shop.delete(edited).status_code == 204
    again = shop.post(f"{edited}/copy", {}, headers=headers)
    assert (again.status_code, again.json()["id"], again["Idempotent-Replayed"]) == (201, first["id"], "true")


def test_a_copy_that_todays_rules_forbid_says_why(shop: APIClient, edited: str) -> None:
    Product.objects.filter(slug="t-shirt").update(text_max=2)
    refused = shop.post(f"{edited}/copy", {})
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    assert "cannot be copied as it is" in refused.json()["detail"]
    Product.objects.filter(slug="t-shirt").update(text_max=50, active=False)
    assert "t-shirt is no longer offered" in shop.post(f"{edited}/copy", {}).json()["detail"]
