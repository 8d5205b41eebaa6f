"""Pins keep the files of orders, and decisions say whether they may be printed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from rest_framework.test import APIClient

from designs.tests.support import factories
from designs.tests.support.api_client import DESIGNS_URL, create_published_design
from designs.tests.support.fixture_types import RunWorker
from designs.tests.support.orders import PINS_URL, hash_files


def test_a_pin_keeps_the_files_of_an_order(shop: APIClient, edited: str) -> None:
    answer = shop.post(f"{edited}/pin", {"revision": 1, "order_id": "order-7"})
    assert answer.status_code == 201
    pin = answer.json()
    assert answer["Location"].endswith(f"{PINS_URL}/{pin['id']}")
    assert (pin["status"], pin["revision"], pin["order_id"], pin["error"]) == ("ready", 1, "order-7", None)
    assert hash_files(pin) == hash_files(shop.get(f"{edited}?revision=1").json())
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


@pytest.mark.parametrize("name", ["order_id", "design", "moderation"])
def test_a_filter_of_pins_needs_a_value(shop: APIClient, name: str) -> None:
    answer = shop.get(f"/api/v1/pins?{name}=")
    assert answer.status_code == 400
    assert [(one["parameter"], one["code"]) for one in answer.json()["errors"]] == [(name, "empty")]
