"""An order keeps its picture: pins, files by revision, copies, customers."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from rest_framework.test import APIClient

from designs.models import Design, Product, Rendition
from designs.tests.support import factories
from designs.tests.support.api_client import CREATE_BODY, DESIGNS_URL, client_of, create_published_design
from designs.tests.support.fixture_types import RunWorker
from rendering import storage

BOX = {"x": 10, "y": 10, "width": 200, "height": 80}  # mm
PINS_URL = "/api/v1/pins"
TEXTS = {1: "Test", 2: "Better", 3: "Best"}


@pytest.fixture
def edited(shop: APIClient, work: RunWorker) -> str:
    """The URL of a design with three revisions, all of which have files."""
    url = f"{DESIGNS_URL}/{create_published_design(shop, work)['id']}"
    for number in (2, 3):
        shop.patch(url, {"design_data": {**CREATE_BODY["design_data"], "text": TEXTS[number]}})
        work()
    return url


def hashes(shown: dict[str, Any]) -> dict[str, str]:
    return {file["name"]: file["sha256"] for file in shown["renditions"]}


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_design_is_shown_at_each_of_its_revisions(shop: APIClient, edited: str, number: int) -> None:
    shown = shop.get(f"{edited}?revision={number}").json()
    assert shown["design_data"]["text"] == TEXTS[number]
    assert (shown["revision"], shown["published_revision"], shown["status"]) == (number, number, "published")
    assert {file["revision"] for file in shown["renditions"]} == {number}
    assert shown["preview_url"] in {file["url"] for file in shown["renditions"]}
    single = shop.get(f"{edited}/revisions/{number}").json()
    assert (single["number"], single["design_data"]) == (number, shown["design_data"])
    assert hashes(single) == hashes(shown)
    for file in single["renditions"]:
        key = Rendition.objects.get(sha256=file["sha256"], name=file["name"]).key
        assert hashlib.sha256(storage.read_file(key).data).hexdigest() == file["sha256"]


def test_a_revision_without_files_says_so(shop: APIClient, edited: str) -> None:
    shop.patch(edited, {"design_data": {**CREATE_BODY["design_data"], "text": "Saved"}, "render": False})
    shown = shop.get(f"{edited}?revision=4").json()
    assert (shown["status"], shown["published_revision"], shown["renditions"]) == ("draft", None, [])
    assert (shown["preview_url"], shown["largest_file"]) == (None, None)
    newest = shop.get(edited).json()
    assert (newest["status"], newest["revision"], newest["published_revision"]) == ("published", 4, 3)


def test_finishing_renders_what_was_only_saved(shop: APIClient, edited: str, work: RunWorker) -> None:
    shop.patch(edited, {"design_data": {**CREATE_BODY["design_data"], "text": "Saved"}, "render": False})
    assert shop.post(f"{edited}/finish").json()["status"] == "rendering"
    work()
    assert shop.get(edited).json()["published_revision"] == 4


@pytest.mark.parametrize("where", ["?revision=9", "/revisions/9"])
def test_a_revision_that_is_none_is_not_found(shop: APIClient, edited: str, where: str) -> None:
    answer = shop.get(edited + where)
    assert answer.status_code == 404
    assert answer.json()["code"] == "unknown_revision"
    assert "revisions 1 to 3" in answer.json()["detail"]


@pytest.mark.parametrize("raw", ["0", "-1", "x", "1.5", "9999999999", ""])
def test_a_malformed_revision_is_refused(shop: APIClient, edited: str, raw: str) -> None:
    assert shop.get(f"{edited}?revision={raw}").json()["errors"][0]["parameter"] == "revision"


def test_files_name_their_placement_and_resolution(shop: APIClient, work: RunWorker) -> None:
    layers = [{"type": "text", "text": "A", "font": "Bebas-Bold", "size": 20, "color": "#112233", "box": BOX}]
    placements = {name: {"layers": layers} for name in ("front", "back")}
    shown = create_published_design(shop, work, design_data={"version": 1, "placements": placements})
    seen = [(file["placement"], file["name"], file["dpi"]) for file in shown["renditions"]]
    products = shop.get("/api/v1/products").json()["results"]
    (shirt,) = [one for one in products if one["product_type"] == "t-shirt"]
    sides = {area["placement"]: max(area["width_mm"], area["height_mm"]) for area in shirt["print_areas"]}
    assert ("front", "preview.png", round(600 / sides["front"] * 25.4, 2)) == seen[0]
    assert ("back", "thumbnail-back.png", round(200 / sides["back"] * 25.4, 2)) in seen
    half = len(seen) // 2
    assert [one[0] for one in seen] == ["front"] * half + ["back"] * half
    assert [one[1].replace("-back", "") for one in seen[half:]] == [one[1] for one in seen[:half]]
    largest = shown["largest_file"]
    assert (largest["name"], largest["dpi"]) == ("preview.png", seen[0][2])
    assert "RENDER_OUTPUTS" in largest["reason"]


def test_files_of_earlier_versions_have_neither(shop: APIClient, edited: str) -> None:
    Rendition.objects.update(placement="", dpi=None)
    shown = shop.get(edited).json()
    assert {(file["placement"], file["dpi"]) for file in shown["renditions"]} == {(None, None)}
    assert shown["largest_file"]["dpi"] is None


def test_a_pin_keeps_the_files_of_an_order(shop: APIClient, edited: str) -> None:
    answer = shop.post(f"{edited}/pin", {"revision": 1, "order_id": "order-7"})
    assert answer.status_code == 201
    pin = answer.json()
    assert answer["Location"].endswith(f"{PINS_URL}/{pin['id']}")
    assert (pin["status"], pin["revision"], pin["order_id"], pin["error"]) == ("ready", 1, "order-7", None)
    assert hashes(pin) == hashes(shop.get(f"{edited}?revision=1").json())
    assert shop.get(f"{PINS_URL}/{pin['id']}").json() == pin
    again = shop.post(f"{edited}/pin", {"revision": 1, "order_id": "order-7"})
    assert (again.status_code, again.json()) == (200, pin)
    assert shop.get(f"{edited}/revisions/1").json()["pins"] == [pin["id"]]


def test_pins_are_listed_by_order_and_by_design(shop: APIClient, edited: str, work: RunWorker) -> None:
    other = create_published_design(shop, work)["id"]
    for url, order in ((edited, "a"), (edited, "b"), (f"{DESIGNS_URL}/{other}", "a")):
        assert shop.post(f"{url}/pin", {"revision": 1, "order_id": order}).status_code == 201
    assert len(shop.get(PINS_URL).json()["results"]) == 3
    by_order = shop.get(f"{PINS_URL}?order_id=a").json()["results"]
    assert {one["design"] for one in by_order} == {edited.rsplit("/", 1)[1], other}
    by_design = shop.get(f"{PINS_URL}?design={other}").json()["results"]
    assert [(one["order_id"], "renditions" in one) for one in by_design] == [("a", False)]
    assert shop.get(f"{PINS_URL}?orders=a").status_code == 400
    page = shop.get(f"{PINS_URL}?page_size=2").json()
    rest = shop.get(page["next"]).json()
    assert (len(page["results"]), len(rest["results"]), rest["next"]) == (2, 1, None)


def test_designs_are_listed_by_whether_they_are_pinned(shop: APIClient, edited: str, work: RunWorker) -> None:
    other = create_published_design(shop, work)["id"]
    shop.post(f"{edited}/pin", {"revision": 1})
    for value, expected in (("true", edited.rsplit("/", 1)[1]), ("false", other)):
        assert [one["id"] for one in shop.get(f"{DESIGNS_URL}?pinned={value}").json()["results"]] == [expected]
    assert shop.get(f"{DESIGNS_URL}?pinned=perhaps").status_code == 400


def test_a_pinned_design_is_not_deleted_until_it_is_unpinned(shop: APIClient, edited: str) -> None:
    pin = shop.post(f"{edited}/pin", {"revision": 1, "order_id": "order-7"}).json()["id"]
    refused = shop.delete(edited)
    assert (refused.status_code, refused.json()["code"]) == (409, "pinned")
    assert "order-7" in refused.json()["detail"]
    assert shop.delete(f"{PINS_URL}/{pin}").status_code == 204
    assert shop.get(f"{PINS_URL}/{pin}").status_code == 404
    assert shop.delete(edited).status_code == 204


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


def test_what_another_tab_has_changed_is_not_finished(shop: APIClient, edited: str) -> None:
    seen = shop.get(edited)["ETag"]
    shop.patch(edited, {"design_data": {**CREATE_BODY["design_data"], "text": "Other"}})
    refused = shop.post(f"{edited}/finish", headers={"If-Match": seen})
    assert (refused.status_code, refused.json()["code"]) == (412, "edited_meanwhile")
    assert shop.post(f"{edited}/finish", headers={"If-Match": refused.json()["etag"]}).status_code == 200


@pytest.mark.parametrize("body", [{}, {"revision": 0}, {"revision": "1"}, {"revision": 1, "order": "x"}])
def test_a_wrong_pin_is_refused(shop: APIClient, edited: str, body: dict[str, Any]) -> None:
    assert shop.post(f"{edited}/pin", body).status_code == 400


def test_a_decision_is_shown_with_its_revision_and_its_pins(shop: APIClient, edited: str) -> None:
    pin = shop.post(f"{edited}/pin", {"revision": 1}).json()
    assert pin["moderation"] is None
    url = f"{edited}/revisions/1/moderation"
    for body in ({"state": "rejected", "reason": "A brand."}, {"state": "approved"}):
        answer = shop.put(url, body)
        assert answer.status_code == 200
        decided = answer.json()
        assert (decided["state"], decided["reason"]) == (body["state"], body.get("reason", ""))
        assert shop.get(f"{edited}/revisions/1").json()["moderation"] == decided
        assert shop.get(f"{PINS_URL}/{pin['id']}").json()["moderation"] == decided
    assert shop.get(f"{edited}/revisions/2").json()["moderation"] is None
    assert factories.event_types(UUID(edited.rsplit("/", 1)[1]))[-2:] == ["moderated", "moderated"]
    for state, found in (("approved", 1), ("rejected", 0), ("none", 0)):
        assert len(shop.get(f"{PINS_URL}?moderation={state}").json()["results"]) == found
    shop.post(f"{edited}/pin", {"revision": 2})
    assert [one["revision"] for one in shop.get(f"{PINS_URL}?moderation=none").json()["results"]] == [2]


@pytest.mark.parametrize("body", [{}, {"state": "perhaps"}, {"state": "approved", "reason": "x" * 501}])
def test_a_wrong_decision_is_refused(shop: APIClient, edited: str, body: dict[str, Any]) -> None:
    assert shop.put(f"{edited}/revisions/1/moderation", body).status_code == 400
    assert shop.put(f"{edited}/revisions/9/moderation", {"state": "approved"}).json()["code"] == "unknown_revision"


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
    assert hashes(shop.get(f"{DESIGNS_URL}/{copy['id']}").json()) == hashes(shop.get(f"{edited}?revision=2").json())


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


def test_a_revision_that_is_only_saved_does_not_expire(shop: APIClient, edited: str, settings: Any) -> None:
    settings.DRAFT_KEEP = timedelta(days=7)
    shop.patch(edited, {"design_data": {**CREATE_BODY["design_data"], "text": "Saved"}, "render": False})
    assert shop.get(f"{edited}?revision=4").json()["expires_at"] is None


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


@pytest.mark.parametrize("name", ["order_id", "design", "moderation"])
def test_a_filter_of_pins_needs_a_value(shop: APIClient, name: str) -> None:
    answer = shop.get(f"/api/v1/pins?{name}=")
    assert answer.status_code == 400
    assert [(one["parameter"], one["code"]) for one in answer.json()["errors"]] == [(name, "empty")]
