"""Designer sessions in tests: drafts, tokens, and clients that send requests as a shop's page does."""

from __future__ import annotations

from typing import Any

from rest_framework.test import APIClient

from designs.tests.support.api_client import CREATE_BODY, DESIGNS_URL, ContractClient

SHOP = "https://shop.example"
ANY_VERSION = {"If-Match": "*"}  # of an edit that overwrites whatever is there


def make_draft(shop: APIClient, **changes: Any) -> str:
    """Make a design without a render; return its id."""
    made = shop.post(DESIGNS_URL, {**CREATE_BODY, "render": False, **changes})
    assert made.status_code == 201, made.content
    return str(made.json()["id"])


def begin(shop: APIClient, design: str, **body: Any) -> Any:
    """Start a session; return the response."""
    return shop.post(f"{DESIGNS_URL}/{design}/sessions", {"origins": [SHOP], **body})


def page(token: str, origin: str | None = SHOP) -> APIClient:
    """Return a client that sends requests as a page of the shop does."""
    client = ContractClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}", **({"HTTP_ORIGIN": origin} if origin else {}))
    return client


def refusal(answer: Any) -> tuple[int, str]:
    """Return status and code of an error."""
    return answer.status_code, answer.json()["code"]
