"""From which page a request comes, by headers that a page cannot set itself."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from customify.tests.support.session_pages import SHOP, begin, make_draft, page
from designs.tests.support.api_client import DESIGNS_URL, client_of

SAME = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def draft_and_token(catalogue: None) -> tuple[str, str]:
    shop: APIClient = client_of("shop")
    draft = make_draft(shop)
    return draft, begin(shop, draft).json()["token"]


def ask(draft_and_token: tuple[str, str], **headers: str) -> Any:
    """Send a GET as a page does that names no Origin; `Host` is that of this service unless it is given."""
    draft, token = draft_and_token
    return page(token, None).get(f"{DESIGNS_URL}/{draft}", headers=headers)


ALLOWED = {
    "a page of the shop that a proxy serves beside this service": {**SAME, "Host": "shop.example"},
    "a proxy that does not pass the host on": {**SAME, "Referer": f"{SHOP}/design?x=1"},
    "a browser without fetch metadata": {"Referer": f"{SHOP}/design"},
    "a port that is the default": {"Referer": f"{SHOP}:443/design"},
}
REFUSED = {
    "a page of another site": {"Sec-Fetch-Site": "cross-site", "Referer": f"{SHOP}/"},
    "a page of another name of the shop": {"Sec-Fetch-Site": "same-site", "Host": "shop.example"},
    "an address that a person typed": {"Sec-Fetch-Site": "none", "Host": "shop.example"},
    "another host": {**SAME, "Host": "evil.example"},
    "a host that a page has set": {**SAME, "Host": "evil.example", "X-Forwarded-Host": "shop.example"},
    "a page of another origin": {**SAME, "Referer": "https://shop.example.evil.example/"},
    "a user name that looks like the shop": {"Referer": "https://shop.example@evil.example/"},
    "another scheme": {"Referer": "http://shop.example/"},
    "another port": {"Referer": f"{SHOP}:8443/"},
    "no origin at all": {"Referer": "about:blank"},
    "a malformed address": {"Referer": "https://[::1"},
    "an origin that is hidden": {**SAME, "Origin": "null", "Host": "shop.example", "Referer": f"{SHOP}/"},
    "nothing": {},
}


@pytest.mark.parametrize("headers", ALLOWED.values(), ids=ALLOWED)
def test_a_page_of_the_shops_own_origin_may_use_the_session(
    draft_and_token: tuple[str, str], headers: dict[str, str], settings: Any
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    assert ask(draft_and_token, **headers).status_code == 200


@pytest.mark.parametrize("headers", REFUSED.values(), ids=REFUSED)
def test_no_other_page_may(draft_and_token: tuple[str, str], headers: dict[str, str], settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    answer = ask(draft_and_token, **headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "wrong_origin")


def test_the_scheme_is_what_a_trusted_proxy_says(catalogue: None, settings: Any) -> None:
    settings.ALLOWED_HOSTS, settings.TRUST_PROXY = ["*"], True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    shop: APIClient = client_of("shop")
    draft = make_draft(shop)
    insecure = draft, begin(shop, draft, origins=["http://shop.example"]).json()["token"]
    seen = {**SAME, "Host": "shop.example"}
    assert ask(insecure, **seen).status_code == 200
    assert ask(insecure, **seen, **{"X-Forwarded-Proto": "https"}).json()["code"] == "wrong_origin"


def test_the_refusal_names_what_came_what_is_allowed_and_the_fix(draft_and_token: tuple[str, str]) -> None:
    message = ask(draft_and_token, Origin="https://evil.example").json()["detail"]
    assert message == (
        "This session is for pages of https://shop.example, but the request comes from https://evil.example. Start the "
        "session with the origin of the page in `origins`."
    )
    message = ask(draft_and_token, **SAME).json()["detail"]
    assert "comes from http://testserver or https://testserver (by its Host, which a proxy must pass on)" in message
    assert "does not say from which page it comes" in ask(draft_and_token).json()["detail"]
    assert len(ask(draft_and_token, Origin="https://" + "x" * 5_000).json()["detail"]) < 400
