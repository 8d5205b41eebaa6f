"""Designs opened with a session in one request, and what a session can and cannot finish."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db.models.functions import Now
from rest_framework.test import APIClient

from customify.accounts.models import SessionRecord
from customify.tests.support.session_pages import ANY_VERSION, SHOP, begin, make_draft, page, refusal
from designs import previews
from designs.models import Design, Render
from designs.tests.support import factories, images
from designs.tests.support.api_client import CREATE_BODY, DESIGNS_URL, client_of
from designs.tests.support.uploads import upload

OPEN_BODY = {"product_type": "t-shirt", "render": False, "session": {"origins": [SHOP], "expires_in": 600}}
INVISIBLE = {**factories.TEXT_LAYER, "color": "#FFFFFF", "blend": "multiply"}


@pytest.fixture
def shop(catalogue: None) -> APIClient:
    return client_of("shop")


def test_a_design_is_opened_with_its_session_in_one_request(shop: APIClient) -> None:
    answer = shop.post(DESIGNS_URL, OPEN_BODY)
    draft = answer.json()
    assert (answer.status_code, answer["Cache-Control"]) == (201, "no-store")
    session = draft["session"]
    assert (session["design"], session["origins"], session["etag"]) == (draft["id"], [SHOP], draft["etag"])
    shopper = page(session["token"])
    edit = {"design_data": CREATE_BODY["design_data"]}
    saved = shopper.patch(f"{DESIGNS_URL}/{draft['id']}", edit, headers={"If-Match": draft["etag"]})
    assert saved.status_code == 200
    assert "session" not in shop.get(f"{DESIGNS_URL}/{draft['id']}").json()
    assert "session" not in shop.post(DESIGNS_URL, CREATE_BODY).json()


def test_a_design_that_is_rendered_may_have_a_session_too(shop: APIClient) -> None:
    made = shop.post(f"{DESIGNS_URL}?wait=0", {**CREATE_BODY, "session": {"origins": [SHOP]}}).json()
    assert made["status"] == "rendering"
    assert page(made["session"]["token"]).get(f"{DESIGNS_URL}/{made['id']}").status_code == 200


def test_a_repeat_gets_a_session_of_its_own_until_the_design_is_finished(shop: APIClient) -> None:
    body = {**OPEN_BODY, "design_data": CREATE_BODY["design_data"]}
    first, second = (shop.post(DESIGNS_URL, body, headers={"Idempotency-Key": "cart-7"}) for _ in range(2))
    assert second["Idempotent-Replayed"] == "true"
    assert first.json()["id"] == second.json()["id"]
    sessions = [answer.json()["session"] for answer in (first, second)]
    assert sessions[0]["id"] != sessions[1]["id"]
    for session in sessions:
        assert page(session["token"]).get(f"{DESIGNS_URL}/{session['design']}").status_code == 200
    shop.post(f"{DESIGNS_URL}/{first.json()['id']}/finish")
    late = shop.post(DESIGNS_URL, body, headers={"Idempotency-Key": "cart-7"})
    assert (late.status_code, late.json()["session"]) == (201, None)
    assert SessionRecord.objects.count() == 2


@pytest.mark.parametrize(
    ("session", "pointer"),
    [
        ({}, "#/session/origins"),
        ({"origins": ["shop.example"]}, "#/session/origins/0"),
        ({"origins": [SHOP], "expires_in": 1}, "#/session/expires_in"),
        ({"origins": [SHOP], "assets": ["0198c2f4-7c1e-7b3a-9a52-3f1d5c6e7a81"]}, "#/session/assets/0"),
        ({"origins": [SHOP], "other": 1}, "#/session/other"),
        (None, "#/session"),
    ],
)
def test_a_session_that_cannot_be_started_makes_no_design(shop: APIClient, session: Any, pointer: str) -> None:
    answer = shop.post(DESIGNS_URL, {**OPEN_BODY, "session": session})
    assert answer.status_code == 400
    assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]
    assert not Design.objects.exists()


def test_a_person_who_is_logged_in_starts_no_session(shop: APIClient) -> None:
    person = APIClient()
    person.force_login(get_user_model().objects.get(username="shop"))
    assert refusal(person.post(DESIGNS_URL, OPEN_BODY)) == (403, "key_needed")
    assert not Design.objects.exists()


def test_an_empty_design_is_not_finished_and_can_still_be_edited(shop: APIClient) -> None:
    draft = shop.post(DESIGNS_URL, OPEN_BODY).json()
    shopper, path = page(draft["session"]["token"]), f"{DESIGNS_URL}/{draft['id']}"
    assert refusal(shopper.post(f"{path}/finish")) == (409, "no_ink")
    assert shopper.patch(path, {"design_data": CREATE_BODY["design_data"]}, headers=ANY_VERSION).status_code == 200
    assert shopper.post(f"{path}/finish").json()["status"] == "rendering"


def test_a_session_cannot_finish_what_would_not_be_published_but_the_shop_can(shop: APIClient) -> None:
    front, green = {"layers": [factories.TEXT_LAYER]}, {"type": "color", "color": "#AACC00"}
    back = {"background": green, "layers": [INVISIBLE]}
    data = {"version": 1, "placements": {"front": front, "back": back}}
    draft = make_draft(shop, design_data=data)
    shopper = page(begin(shop, draft).json()["token"])
    answer = shopper.post(f"{DESIGNS_URL}/{draft}/finish")
    assert refusal(answer) == (409, "preflight_errors")
    found = answer.json()["preflight"]
    assert [(one["code"], one["severity"], one["placement"]) for one in found] == [("no_ink", "error", "back")]
    assert found[0]["message"] in answer.json()["detail"]
    assert not Render.objects.exists()
    assert Design.objects.get(pk=draft).session_round == 0
    assert shop.post(f"{DESIGNS_URL}/{draft}/finish").json()["status"] == "rendering"


def test_warnings_do_not_stop_a_session(shop: APIClient) -> None:
    draft = make_draft(shop)
    shopper = page(begin(shop, draft).json()["token"])
    asset = upload(shopper, images.photo_bytes(100, 100)).json()["id"]  # low_resolution
    path = f"{DESIGNS_URL}/{draft}"
    shopper.patch(path, {"design_data": factories.image_design_data(asset)}, headers=ANY_VERSION)
    assert shopper.post(f"{path}/finish").json()["status"] == "rendering"


def test_finishing_may_be_repeated_even_when_the_design_has_changed_since(shop: APIClient) -> None:
    draft = make_draft(shop)
    shopper = page(begin(shop, draft).json()["token"])
    first = shopper.post(f"{DESIGNS_URL}/{draft}/finish").json()
    again = shopper.post(f"{DESIGNS_URL}/{draft}/finish")
    assert (again.status_code, again.json()["id"], again.json()["design_data"]) == (200, draft, first["design_data"])
    invisible = {"version": 1, "placements": {"front": {"layers": [INVISIBLE]}}}
    shop.patch(f"{DESIGNS_URL}/{draft}", {"design_data": invisible})
    assert shopper.post(f"{DESIGNS_URL}/{draft}/finish").status_code == 200
    assert factories.event_types(Design.objects.get(pk=draft).pk).count("finished") == 1


def test_an_edit_during_the_preflight_is_not_finished_unseen(shop: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = make_draft(shop)
    shopper = page(begin(shop, draft).json()["token"])

    def edit_meanwhile(*_: Any) -> None:
        shop.patch(f"{DESIGNS_URL}/{draft}", {"design_data": factories.design_data("Other")})

    monkeypatch.setattr(previews, "check_preflight", edit_meanwhile)
    answer = shopper.post(f"{DESIGNS_URL}/{draft}/finish")
    assert (refusal(answer), answer.json()["edited_by"]) == ((412, "edited_meanwhile"), "key")
    assert Design.objects.get(pk=draft).session_round == 0


def test_a_session_that_has_expired_is_told_so_before_all_else(shop: APIClient) -> None:
    draft = shop.post(DESIGNS_URL, OPEN_BODY).json()
    SessionRecord.objects.update(expires_at=Now() - timedelta(seconds=1))
    answer = page(draft["session"]["token"]).post(f"{DESIGNS_URL}/{draft['id']}/finish")
    assert refusal(answer) == (401, "session_expired")
    assert "Reload the page" in answer.json()["detail"]
