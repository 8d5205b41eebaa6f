"""Sessions are rows: they are listed, revoked one by one, and deleted when they have expired."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from customify.accounts import sessions
from customify.accounts.models import ApiKey, SessionRecord
from customify.tests.support.session_pages import SHOP, begin, make_draft, page, refusal
from designs.models import Design
from designs.tests.support.api_client import DESIGNS_URL, client_of


@pytest.fixture
def shop(catalogue: None) -> APIClient:
    return client_of("shop")


@pytest.fixture
def draft(shop: APIClient) -> str:
    return make_draft(shop)


def list_states(shop: APIClient, design: str) -> list[str]:
    return [one["state"] for one in shop.get(f"{DESIGNS_URL}/{design}/sessions").json()["results"]]


def test_sessions_are_listed_without_their_tokens(shop: APIClient, draft: str) -> None:
    first, second = (begin(shop, draft, expires_in=seconds).json() for seconds in (600, 700))
    begin(shop, make_draft(shop))  # of another design
    listed = shop.get(f"{DESIGNS_URL}/{draft}/sessions").json()["results"]
    assert [one["id"] for one in listed] == [second["id"], first["id"]]
    assert "token" not in listed[0]
    kept = {name: second[name] for name in ("id", "origins", "assets", "expires_at")}
    assert {name: listed[0][name] for name in kept} == kept
    pages = shop.get(f"{DESIGNS_URL}/{draft}/sessions?page_size=1").json()
    assert [one["id"] for one in shop.get(pages["next"]).json()["results"]] == [first["id"]]


def test_a_session_is_revoked_alone(shop: APIClient, draft: str) -> None:
    ended, other = (begin(shop, draft).json() for _ in range(2))
    for _ in range(2):  # a repeat changes nothing
        assert shop.delete(f"{DESIGNS_URL}/{draft}/sessions/{ended['id']}").status_code == 204
    assert refusal(page(ended["token"]).get(f"{DESIGNS_URL}/{draft}")) == (401, "session_expired")
    assert page(other["token"]).get(f"{DESIGNS_URL}/{draft}").status_code == 200
    assert list_states(shop, draft) == ["active", "revoked"]


def test_the_list_says_which_sessions_may_only_read(shop: APIClient, draft: str) -> None:
    begin(shop, draft)
    shop.post(f"{DESIGNS_URL}/{draft}/finish")
    begin(shop, draft)
    assert list_states(shop, draft) == ["active", "finished"]
    SessionRecord.objects.update(expires_at=Now() - timedelta(seconds=1))
    assert list_states(shop, draft) == ["expired", "expired"]


def test_sessions_of_others_are_neither_listed_nor_revoked(shop: APIClient, draft: str) -> None:
    session, other = begin(shop, draft).json(), client_of("other")
    own = make_draft(other)
    assert other.get(f"{DESIGNS_URL}/{draft}/sessions").status_code == 404
    for path in (f"{draft}/sessions/{session['id']}", f"{own}/sessions/{session['id']}", f"{own}/sessions/{uuid4()}"):
        assert other.delete(f"{DESIGNS_URL}/{path}").status_code == 404
    assert SessionRecord.objects.get(pk=session["id"]).revoked_at is None


def test_a_request_of_a_session_needs_one_query_to_authenticate(shop: APIClient, draft: str) -> None:
    shopper = page(begin(shop, draft).json()["token"])
    shopper.get("/api/v1/fonts")
    with CaptureQueriesContext(connection) as queries:
        assert shopper.get("/api/v1/fonts").status_code == 200
    assert [("accounts_sessionrecord" in one["sql"], "accounts_apikey" in one["sql"]) for one in queries] == [
        (True, True)
    ]


def old_token(draft: str, lasts: int = 3600, **changes: Any) -> str:
    """Return a token as versions without a table of sessions have signed it."""
    key, design = ApiKey.objects.get(user__username="shop"), Design.objects.get(pk=draft)
    values = {"key": key.pk, "design": design.pk.hex, "round": design.session_round, "origins": [SHOP], **changes}
    return sessions.sign_values([*values.values(), int(sessions.session_end(lasts).timestamp()), design.test])


def test_tokens_of_earlier_versions_work_until_they_expire(shop: APIClient, draft: str) -> None:
    shopper = page(old_token(draft))
    assert shopper.get(f"{DESIGNS_URL}/{draft}").status_code == 200
    assert refusal(page(old_token(draft), "https://evil.example").get(f"{DESIGNS_URL}/{draft}"))[1] == "wrong_origin"
    assert shopper.post(f"{DESIGNS_URL}/{draft}/finish").status_code == 200
    assert page(old_token(draft, -1)).get(f"{DESIGNS_URL}/{draft}").status_code == 401
    ApiKey.objects.get(user__username="shop").revoke_key()
    assert refusal(shopper.get(f"{DESIGNS_URL}/{draft}")) == (401, "session_expired")


def test_the_token_of_a_deleted_row_is_refused(shop: APIClient, draft: str) -> None:
    shopper = page(begin(shop, draft).json()["token"])
    SessionRecord.objects.all().delete()
    assert refusal(shopper.get(f"{DESIGNS_URL}/{draft}")) == (401, "session_expired")


@pytest.mark.usefixtures("empty_redis")
def test_the_reconciler_deletes_expired_sessions_alone(shop: APIClient, draft: str) -> None:
    expired, live = (begin(shop, draft).json()["id"] for _ in range(2))
    SessionRecord.objects.filter(pk=expired).update(expires_at=Now() - timedelta(seconds=1))
    call_command("reconcile", "--once")
    assert [str(pk) for pk in SessionRecord.objects.values_list("pk", flat=True)] == [live]
