"""Overrides of findings, with who, when and why; what they let pass, and what not."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth import get_user_model
from django.db.models.functions import Now
from rest_framework.test import APIClient

from customify.tests.support.session_pages import ANY_VERSION, begin, make_draft, page, refusal
from designs import services
from designs.models import Design, DesignRevision, Event, Override, Product
from designs.tests.support import catalogue, factories
from designs.tests.support.admin_urls import change_url
from designs.tests.support.api_client import DESIGNS_URL, client_of, create_published_design
from designs.tests.support.fixture_types import RunWorker

REASON = {"reason": "The customer wants it like that."}
ON_NAVY = catalogue.dark_text(variant="NAVY-S")


@pytest.fixture(autouse=True)
def strict_shirt(shop: APIClient) -> None:
    """A T-shirt with variants, on which low contrast is an error."""
    catalogue.make_variants()
    catalogue.judge_strictly()


@pytest.fixture
def path(shop: APIClient, work: RunWorker) -> str:
    """The URL of a published design that low contrast stops."""
    return f"{DESIGNS_URL}/{create_published_design(shop, work, design_data=ON_NAVY)['id']}"


def override_url(path: str, code: str = "invisible_on_product", number: int = 1) -> str:
    return f"{path}/revisions/{number}/overrides/{code}"


def revision_of(path: str, number: int = 1) -> DesignRevision:
    return DesignRevision.objects.get(design_id=UUID(path.rsplit("/", 1)[1]), number=number)


def blockers(path: str) -> list[str]:
    return [finding["code"] for finding in services.find_blockers(revision_of(path))]


def test_an_override_is_recorded_with_who_when_and_why(shop: APIClient, path: str) -> None:
    assert shop.get(path).json()["printable"] is False
    assert blockers(path) == ["invisible_on_product"]
    etag = shop.get(path)["ETag"]
    answer = shop.put(override_url(path), REASON)
    assert answer.status_code == 200
    made = answer.json()
    assert (made["code"], made["reason"], made["decided_by"]) == ("invisible_on_product", REASON["reason"], "shop")
    assert made["key"].startswith("test (cfy_live_")
    assert shop.get(f"{path}/revisions/1").json()["overrides"] == [made]
    assert shop.get(f"{path}/revisions/1").json()["printable"] is True
    assert shop.get(path, headers={"If-None-Match": etag}).status_code == 200
    shown = shop.get(path).json()
    assert shown["printable"] is True
    assert shown["preflight"][0]["severity"] == "error"
    assert shown["score"] == 60
    (listed,) = shop.get(DESIGNS_URL).json()["results"]
    assert (listed["printable"], listed["score"]) == (True, 60)
    assert shop.get(f"{path}?revision=1").json()["printable"] is True
    assert blockers(path) == []
    event = Event.objects.filter(design_id=path.rsplit("/", 1)[1]).latest("number")
    assert (event.type, event.data) == (
        "overridden",
        {"revision": 1, "code": "invisible_on_product", "key": made["key"]},
    )


def test_a_second_override_takes_the_place_of_the_first(shop: APIClient, path: str) -> None:
    shop.put(override_url(path), REASON)
    shop.put(override_url(path), {"reason": "Another."})
    assert [each["reason"] for each in shop.get(f"{path}/revisions/1").json()["overrides"]] == ["Another."]


def test_a_deleted_override_stops_the_design_again(shop: APIClient, path: str) -> None:
    shop.put(override_url(path), REASON)
    assert shop.delete(override_url(path)).status_code == 204
    assert shop.get(path).json()["printable"] is False
    assert blockers(path) == ["invisible_on_product"]
    assert shop.delete(override_url(path)).status_code == 404
    removed = Event.objects.filter(design_id=path.rsplit("/", 1)[1]).latest("number").data
    assert removed["removed"] is True


def test_a_later_revision_has_no_overrides(shop: APIClient, path: str, work: RunWorker) -> None:
    shop.put(override_url(path), REASON)
    data = catalogue.dark_text(variant="NAVY-M")
    shop.patch(path, {"design_data": data})
    work()
    assert shop.get(path).json()["printable"] is False
    assert shop.get(f"{path}?revision=1").json()["printable"] is True


def test_another_code_is_not_overridden(shop: APIClient, path: str) -> None:
    shop.put(override_url(path, "thin_line"), REASON)
    assert shop.get(path).json()["printable"] is False
    assert blockers(path) == ["invisible_on_product"]


@pytest.mark.parametrize(
    ("code", "words"),
    [("no_ink", "cannot be overridden"), ("invisible_on_produc", "Do you mean invisible_on_product?")],
)
def test_a_code_that_cannot_be_overridden_says_why(shop: APIClient, path: str, code: str, words: str) -> None:
    answer = shop.put(override_url(path, code), REASON)
    assert refusal(answer) == (409, "conflict")
    assert words in answer.json()["detail"]
    assert not Override.objects.exists()


def test_an_earlier_name_of_a_code_means_that_of_today(shop: APIClient, path: str) -> None:
    assert shop.put(override_url(path, "off_canvas"), REASON).json()["code"] == "outside_trim"
    assert shop.delete(override_url(path, "off_canvas")).status_code == 204


@pytest.mark.parametrize("body", [{}, {"reason": ""}, {"reason": " "}, {"reason": "x" * 501}, {"reason": 1}])
def test_an_override_needs_a_reason(shop: APIClient, path: str, body: dict[str, Any]) -> None:
    assert shop.put(override_url(path), body).status_code == 400
    assert not Override.objects.exists()


def test_a_revision_that_is_not_there_is_named(shop: APIClient, path: str) -> None:
    assert refusal(shop.put(override_url(path, number=9), REASON)) == (404, "unknown_revision")
    assert refusal(shop.delete(override_url(path, number=9))) == (404, "unknown_revision")


def test_overrides_need_a_key_that_may_write(shop: APIClient, stranger: APIClient, path: str) -> None:
    reader = client_of("shop", scopes=["designs:read"])
    shopper = page(begin(shop, path.rsplit("/", 1)[1]).json()["token"])
    for call in ("put", "delete"):
        assert refusal(getattr(reader, call)(override_url(path), REASON)) == (403, "missing_scope")
        assert refusal(getattr(shopper, call)(override_url(path), REASON)) == (403, "not_for_sessions")
        assert getattr(stranger, call)(override_url(path), REASON).status_code == 404
    assert not Override.objects.exists()


def test_an_error_stops_a_session_until_it_is_overridden(shop: APIClient, path: str) -> None:
    """Also of a design that is published: errors do not keep its preview from being made."""
    shopper = page(begin(shop, path.rsplit("/", 1)[1]).json()["token"])
    stopped = shopper.post(f"{path}/finish")
    assert refusal(stopped) == (409, "preflight_errors")
    assert [each["code"] for each in stopped.json()["preflight"]] == ["invisible_on_product"]
    assert Design.objects.get().session_round == 0
    shop.put(override_url(path), REASON)
    assert shopper.post(f"{path}/finish").status_code == 200
    assert Design.objects.get().session_round == 1


def test_a_draft_is_stopped_and_let_pass_alike(shop: APIClient) -> None:
    draft = make_draft(shop, design_data=ON_NAVY)
    path = f"{DESIGNS_URL}/{draft}"
    shopper = page(begin(shop, draft).json()["token"])
    assert refusal(shopper.post(f"{path}/finish")) == (409, "preflight_errors")
    with pytest.raises(services.NotRenderedError):
        services.find_blockers(revision_of(path))
    shop.put(override_url(path), REASON)
    edited = shopper.patch(path, {"design_data": ON_NAVY}, headers=ANY_VERSION)
    assert edited.status_code == 200
    assert refusal(shopper.post(f"{path}/finish")) == (409, "preflight_errors")
    shop.put(override_url(path, number=2), REASON)
    assert shopper.post(f"{path}/finish").json()["status"] == "rendering"


def test_a_key_finishes_a_design_with_errors_because_the_shop_decides(shop: APIClient, path: str) -> None:
    assert shop.post(f"{path}/finish").status_code == 200
    assert blockers(path) == ["invisible_on_product"]


def test_findings_of_files_that_are_gone_still_stop_a_revision(shop: APIClient, path: str) -> None:
    design = Design.objects.get()
    Design.objects.update(status="draft", published_render=None, published_revision=None)
    design.renders.get().renditions.all().delete()
    assert blockers(path) == ["invisible_on_product"]


def test_the_rules_of_the_render_count_not_those_of_today(shop: APIClient, path: str) -> None:
    Product.objects.update(severities={"invisible_on_product": "off"})
    assert shop.get(path).json()["printable"] is False
    assert blockers(path) == ["invisible_on_product"]


def test_overrides_go_with_their_design(shop: APIClient, path: str) -> None:
    shop.put(override_url(path), REASON)
    Design.objects.update(deleted_at=Now())
    Design.objects.get(pk=UUID(path.rsplit("/", 1)[1])).delete()
    assert not Override.objects.exists()


def test_a_draft_has_neither_score_nor_verdict(shop: APIClient) -> None:
    shown = shop.get(f"{DESIGNS_URL}/{make_draft(shop, design_data=ON_NAVY)}").json()
    assert (shown["score"], shown["printable"], shown["preflight"]) == (None, None, [])


def test_the_admin_shows_overrides(shop: APIClient, path: str, admin_client: Any) -> None:
    shop.put(override_url(path), REASON)
    shown = admin_client.get(change_url(Design.objects.get())).content.decode()
    assert f"invisible_on_product: {REASON['reason']}" in shown
    user = get_user_model().objects.get(username="shop")
    assert f"({user.get_username()}, key test (cfy_live_" in shown
    assert factories.event_types(Design.objects.get().pk)[-1] == "overridden"
