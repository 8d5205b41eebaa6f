"""Signed addresses of previews: what they show, for whom, until when; and that they get around no limit."""

from __future__ import annotations

import time
from collections.abc import Iterator
from random import Random
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import redis
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient

from customify.accounts import preview_address_api, preview_addresses
from customify.accounts.models import ApiKey, SessionRecord
from customify.tests.support.api_keys import client_with_key
from designs import previews
from designs.broker import counters as rate_limits
from designs.previews import budget
from designs.tests.support.api_client import CREATE_BODY
from designs.tests.support.openapi_contract import find_undocumented

PREVIEW, URLS, SHOP = "/api/v1/preview", "/api/v1/preview/urls", "https://shop.example"
IMG = {"Accept": "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8"}


@pytest.fixture
def shop(shopkeeper: User, catalogue: None) -> APIClient:
    return client_with_key(shopkeeper)


@pytest.fixture
def draft(shop: APIClient) -> str:
    """The id of a draft."""
    return str(shop.post("/api/v1/designs", {**CREATE_BODY, "render": False}).json()["id"])


@pytest.fixture
def page(shop: APIClient, draft: str) -> APIClient:
    """A shopper's page with a session for the draft."""
    token = shop.post(f"/api/v1/designs/{draft}/sessions", {"origins": [SHOP]}).json()["token"]
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}", HTTP_ORIGIN=SHOP)
    return client


@pytest.fixture
def counted(empty_redis: redis.Redis) -> Iterator[None]:
    """Counters of this test alone."""
    rate_limits.counters.reset()
    budget.reset_for_tests()
    yield
    rate_limits.counters.reset()
    budget.reset_for_tests()


def ask_url(client: APIClient, **changes: Any) -> str:
    answer = client.post(URLS, {**CREATE_BODY, **changes})
    assert (answer.status_code, find_undocumented("POST", URLS, answer)) == (201, []), answer.content
    assert answer["Cache-Control"] == "no-store"
    return str(answer.json()["url"])


def refusal(client: Client, url: str) -> tuple[int, str]:
    answer = client.get(url, headers=IMG)
    assert answer["Content-Type"] == "application/problem+json"
    assert find_undocumented("GET", PREVIEW, answer) == []
    return answer.status_code, answer.json()["code"]


def test_an_img_shows_what_a_post_shows(shop: APIClient, client: Client) -> None:
    wanted = {"width": 333, "format": "png", "design_data": {**CREATE_BODY["design_data"], "text": "Grüße 🎉"}}
    shown = client.get(ask_url(shop, **wanted), headers=IMG)
    posted = shop.post(PREVIEW, {**CREATE_BODY, **wanted}, headers={"Accept": "*/*"})
    assert (shown.status_code, shown["Content-Type"], shown.content) == (200, "image/png", posted.content)
    assert (shown["ETag"], shown["Cache-Control"]) == (posted["ETag"], "private, no-cache")
    again = client.get(ask_url(shop, **wanted), headers={**IMG, "If-None-Match": shown["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = client.head(ask_url(shop, **wanted), headers=IMG)
    assert (head.status_code, head.content) == (200, b"")


def test_an_address_can_give_the_findings_too(shop: APIClient, client: Client) -> None:
    answer = client.get(ask_url(shop), headers={"Accept": "application/json"})
    assert answer.json()["format"] == "webp"
    assert find_undocumented("GET", PREVIEW, answer) == []


def test_the_same_preview_has_the_same_address_within_a_minute(
    shop: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that the browser finds the image in its cache."""
    now = (int(time.time()) // 60) * 60 + 3
    monkeypatch.setattr(time, "time", lambda: now)
    first = ask_url(shop)
    monkeypatch.setattr(time, "time", lambda: now + 50)
    assert ask_url(shop) == first
    monkeypatch.setattr(time, "time", lambda: now + 60)
    assert ask_url(shop) != first


def test_an_address_expires(shop: APIClient, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = shop.post(URLS, {**CREATE_BODY, "expires_in": 30}).json()
    query = parse_qs(urlsplit(answer["url"]).query)
    ends = preview_addresses.PreviewAddress.from_query(query["data"][0], query["signature"][0]).expires_at
    assert 30 <= ends - time.time() <= 90
    monkeypatch.setattr(time, "time", lambda: ends - 0.5)
    assert client.get(answer["url"], headers=IMG).status_code == 200
    monkeypatch.setattr(time, "time", lambda: float(ends))
    assert refusal(client, answer["url"]) == (403, "address_expired")


def alter(url: str, **changes: str) -> str:
    query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    return f"{PREVIEW}?{urlencode({**query, **changes})}"


def test_an_altered_address_is_refused(shop: APIClient, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    url, other = ask_url(shop), ask_url(shop, product_type="mug")
    data, signature = (parse_qs(urlsplit(other).query)[name][0] for name in ("data", "signature"))
    for changed in (
        alter(url, data=data), alter(url, signature=signature), alter(url, data=""), alter(url, signature=""),
        alter(url, data="\u00e9"), f"{PREVIEW}?data={data}", f"{PREVIEW}?signature={signature}",
        alter(url, data=data[:-1] + ("A" if data[-1] != "A" else "B")),
    ):  # fmt: skip
        assert refusal(client, changed) == (403, "address_invalid"), changed
    monkeypatch.setattr(preview_addresses._SIGNER, "key", "another-" + "y" * 50)
    assert refusal(client, url) == (403, "address_invalid")


def test_revoking_the_key_ends_its_addresses(shop: APIClient, client: Client) -> None:
    url = ask_url(shop)
    ApiKey.objects.all().delete()
    assert refusal(client, url) == (403, "address_expired")


def test_a_key_that_may_not_preview_any_more_has_no_addresses(shop: APIClient, client: Client) -> None:
    url = ask_url(shop)
    ApiKey.objects.update(scopes=["assets:write"])
    assert refusal(client, url) == (403, "missing_scope")
    assert shop.post(URLS, CREATE_BODY).status_code == 403


def test_an_address_of_a_session_is_for_its_product_and_ends_with_it(
    page: APIClient, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.get(ask_url(page), headers=IMG).status_code == 200
    wrong = page.post(URLS, {**CREATE_BODY, "product_type": "mug"})
    assert (wrong.status_code, wrong.json()["errors"][0]["code"]) == (400, "not_for_sessions")
    late = time.time() + 3_590
    monkeypatch.setattr(time, "time", lambda: late)
    answer = page.post(URLS, {**CREATE_BODY, "expires_in": 900}).json()
    assert answer["expires_at"] < f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(late + 60))}Z"


def test_deleting_the_design_ends_the_addresses_of_its_sessions(
    shop: APIClient, page: APIClient, draft: str, client: Client
) -> None:
    url = ask_url(page)
    shop.delete(f"/api/v1/designs/{draft}")
    assert refusal(client, url) == (404, "not_found")


def test_an_address_is_made_for_what_can_be_drawn_alone(shop: APIClient) -> None:
    """The developer sees why at once, not a broken image later."""
    for changes, code in (
        ({"product_type": "hat"}, "unknown_product"), ({"placement": "back"}, "unused_placement"),
        ({"width": 9_999}, "max_value"), ({"expires_in": 901}, "max_value"), ({"expires_in": 29}, "min_value"),
        ({"design_data": {**CREATE_BODY["design_data"], "font": "Comic"}}, "unknown_font"),
        ({"odd": 1}, "unknown_field"),
    ):  # fmt: skip
        answer = shop.post(URLS, {**CREATE_BODY, **changes})
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, code)


def test_a_design_that_is_too_long_for_an_address_is_refused(shop: APIClient, client: Client) -> None:
    random = Random(1)

    def design(count: int) -> dict[str, Any]:
        """A design whose layers have little in common, for the compression."""
        layer = {"type": "shape", "shape": "rectangle", "fill": {"type": "color", "color": "#112233"}}
        boxes = [{name: random.uniform(1, 90) for name in ("x", "y", "width", "height")} for _ in range(count)]
        layers = [{**layer, "box": box, "name": random.randbytes(40).hex()} for box in boxes]
        return {"version": 1, "placements": {"front": {"layers": layers}}}

    url = ask_url(shop, design_data=design(20))
    assert 1_000 < len(url) < preview_address_api.ADDRESS_LENGTH
    assert client.get(url, headers=IMG).status_code == 200
    refused = shop.post(URLS, {**CREATE_BODY, "design_data": design(100)})
    error = refused.json()["errors"][0]
    assert (refused.status_code, error["pointer"], error["code"]) == (400, "#/design_data", "too_long")


def test_who_is_logged_in_makes_no_addresses(shopkeeper: User, catalogue: None) -> None:
    client = APIClient()
    client.force_login(shopkeeper)
    answer = client.post(URLS, CREATE_BODY)
    assert (answer.status_code, answer.json()["code"]) == (403, "key_needed")


def test_a_get_without_a_signature_needs_a_key_and_is_told_what_to_do(shop: APIClient, client: Client) -> None:
    assert client.get(PREVIEW).status_code == 401
    answer = shop.get(PREVIEW)
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert "POST /api/v1/preview/urls" in answer.json()["detail"]


@pytest.mark.parametrize("path", ["/api/v1/designs", "/api/v1/account", URLS])
def test_a_signature_opens_nothing_else(shop: APIClient, client: Client, path: str) -> None:
    query = urlsplit(ask_url(shop)).query
    assert client.get(f"{path}?{query}").status_code == 401
    assert client.post(f"{path}?{query}", CREATE_BODY, content_type="application/json").status_code == 401
    assert client.post(f"{PREVIEW}?{query}", CREATE_BODY, content_type="application/json").status_code == 401


def test_opening_an_address_counts_as_a_request_of_its_key(
    shop: APIClient, client: Client, counted: None, settings: Settings
) -> None:
    settings.API_RATE = 3
    url = ask_url(shop)
    assert [client.get(url, headers=IMG).status_code for _ in range(2)] == [200, 200]
    assert refusal(client, url) == (429, "throttled")
    assert shop.get("/api/v1/account").status_code == 429


def test_opening_an_address_counts_as_a_request_of_its_session(
    page: APIClient, shop: APIClient, client: Client, counted: None, settings: Settings
) -> None:
    settings.API_RATE = 2
    url = ask_url(page)
    assert client.get(url, headers=IMG)["RateLimit-Policy"].startswith('"session";q=2')
    assert refusal(client, url) == (429, "throttled")
    assert shop.get("/api/v1/account").status_code == 200


def test_opening_an_address_takes_from_the_budget_of_drawing(
    shop: APIClient, page: APIClient, client: Client, counted: None, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.RENDER_PREVIEW_BUDGET = 4
    charged: list[Any] = []
    charge = previews.DrawingBudget.charge

    def charge_five(budget: Any, _: float) -> None:
        charged.append(budget._names)
        charge(budget, 5.0)

    monkeypatch.setattr(previews.DrawingBudget, "charge", charge_five)
    of_page, of_shop = ask_url(page, width=401), ask_url(shop, width=402)
    assert client.get(of_page, headers=IMG).status_code == 200
    assert [name for name, *_ in charged[0]] == ["drawing", "drawing-session"]
    assert refusal(client, of_shop) == (429, "drawing_quota_reached")


def test_opening_an_address_waits_in_the_queue_of_its_maker(
    page: APIClient, draft: str, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    callers: list[Any] = []
    run = previews.preview_threads().run

    def note_caller(caller: Any, *rest: Any) -> Any:
        callers.append(caller)
        return run(caller, *rest)

    monkeypatch.setattr(previews.preview_threads(), "run", note_caller)
    assert client.get(ask_url(page, width=403), headers=IMG).status_code == 200
    assert str(callers[0].session) == draft


def test_revoking_the_session_ends_its_addresses(page: APIClient, client: Client) -> None:
    url = ask_url(page)
    SessionRecord.objects.update(revoked_at=timezone.now())
    assert refusal(client, url) == (403, "address_expired")
