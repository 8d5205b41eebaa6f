"""Edits of designer sessions: two tabs, a page and its shop, and a design that is finished meanwhile."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from rest_framework.test import APIClient

from customify.tests.support.session_pages import ANY_VERSION, begin, make_draft, page, refusal
from designs.models import Design, Event
from designs.tests.support import factories
from designs.tests.support.api_client import CREATE_BODY, DESIGNS_URL, client_of


@pytest.fixture
def shop(catalogue: None) -> APIClient:
    return client_of("shop")


@pytest.fixture
def draft(shop: APIClient) -> str:
    return make_draft(shop)


@pytest.fixture
def session(shop: APIClient, draft: str) -> dict[str, Any]:
    made: dict[str, Any] = begin(shop, draft).json()
    return made


def edit(client: APIClient, draft: str, text: str, seen: str | None) -> Any:
    headers = {"If-Match": seen} if seen is not None else {}
    return client.patch(f"{DESIGNS_URL}/{draft}", {"design_data": factories.design_data(text)}, headers=headers)


def stored_text(draft: str) -> str:
    return str(Design.objects.get(pk=draft).revisions.latest("number").design_data["text"])


def test_the_second_of_two_tabs_is_told_who_was_first(session: dict[str, Any], draft: str) -> None:
    tab, other = page(session["token"]), page(session["token"])
    seen = other.get(f"{DESIGNS_URL}/{draft}").json()["etag"]
    first = edit(tab, draft, "First", seen)
    assert first.status_code == 200
    late = edit(other, draft, "Second", seen)
    assert refusal(late) == (412, "edited_meanwhile")
    conflict = late.json()
    assert (conflict["revision"], conflict["etag"], conflict["edited_by"]) == (2, first.json()["etag"], "page")
    assert datetime.fromisoformat(conflict["edited_at"]) == Event.objects.get(design_id=draft, type="edited").created_at
    assert stored_text(draft) == "First"
    assert edit(other, draft, "Both", conflict["etag"]).status_code == 200
    assert edit(tab, draft, "Again", first.json()["etag"]).status_code == 412
    assert stored_text(draft) == "Both"


def test_a_page_is_told_that_the_shop_was_first(session: dict[str, Any], shop: APIClient, draft: str) -> None:
    edit(shop, draft, "The shop's", None)  # a key may edit without If-Match, as ever
    late = edit(page(session["token"]), draft, "Mine", session["etag"])
    assert (late.status_code, late.json()["edited_by"]) == (412, "key")
    assert edit(shop, draft, "Late", session["etag"]).json()["edited_by"] == "key"


@pytest.mark.parametrize("seen", [None, "", "  "])
def test_a_page_that_does_not_say_what_it_edited_is_refused(
    session: dict[str, Any], draft: str, seen: str | None
) -> None:
    answer = edit(page(session["token"]), draft, "Blind", seen)
    assert refusal(answer) == (428, "precondition_required")
    assert "If-Match" in answer.json()["detail"]
    assert stored_text(draft) == "Test"


def test_a_page_may_overwrite_on_purpose(session: dict[str, Any], shop: APIClient, draft: str) -> None:
    edit(shop, draft, "The shop's", None)
    assert edit(page(session["token"]), draft, "Mine", "*").status_code == 200
    assert stored_text(draft) == "Mine"


@pytest.mark.parametrize("seen", [None, '"0.1.1"', "*", "nonsense"])
def test_a_finished_design_says_so_before_anything_else(
    session: dict[str, Any], shop: APIClient, draft: str, seen: str | None
) -> None:
    edit(shop, draft, "Another", None)
    shop.post(f"{DESIGNS_URL}/{draft}/finish")
    answer = edit(page(session["token"]), draft, "Late", seen)
    assert refusal(answer) == (403, "session_finished")
    assert stored_text(draft) == "Another"


def test_the_etag_is_in_every_body_that_shows_the_design(session: dict[str, Any], shop: APIClient, draft: str) -> None:
    shown = shop.get(f"{DESIGNS_URL}/{draft}")
    assert shown.json()["etag"] == shown["ETag"] == session["etag"]
    assert shop.get(DESIGNS_URL).json()["results"][0]["etag"] == shown["ETag"]
    assert shop.get(f"{DESIGNS_URL}?external_id=&fields=etag,id").status_code == 400
    assert shop.get(f"{DESIGNS_URL}?fields=etag").json()["results"] == [{"etag": shown["ETag"]}]
    for answer in (
        shop.post(DESIGNS_URL, CREATE_BODY),
        edit(page(session["token"]), draft, "Mine", session["etag"]),
        shop.post(f"{DESIGNS_URL}/{draft}/finish"),
    ):
        assert answer.json()["etag"] == answer["ETag"]


def test_a_render_is_no_edit(session: dict[str, Any], shop: APIClient, draft: str) -> None:
    shop.patch(f"{DESIGNS_URL}/{draft}", {"render": True}, headers=ANY_VERSION)
    seen = shop.get(f"{DESIGNS_URL}/{draft}").json()["etag"]
    factories.publish_newest_render(Design.objects.get(pk=draft))
    assert shop.get(f"{DESIGNS_URL}/{draft}").json()["etag"] != seen
    assert edit(page(session["token"]), draft, "Mine", seen).status_code == 200
