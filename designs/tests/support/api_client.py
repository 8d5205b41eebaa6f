"""API clients that check every answer against the schema, and calls that many tests make."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.auth import get_user_model
from django.http import HttpResponse
from rest_framework.test import APIClient

from customify.accounts.models import ApiKey
from designs.tests.support.fixture_types import RunWorker
from designs.tests.support.openapi_contract import find_undocumented

CREATE_BODY = {"product_type": "t-shirt", "design_data": {"text": "Test", "font": "Bebas-Bold", "color": "#FF0000"}}
DESIGNS_URL = "/api/v1/designs"


class ContractClient(APIClient):
    """A client that checks every answer against the published schema."""

    def request(self, **kwargs: Any) -> Any:
        """Send the request. Raises AssertionError for an answer that the schema does not describe."""
        answer = super().request(**kwargs)
        broken = find_undocumented(kwargs["REQUEST_METHOD"], kwargs["PATH_INFO"], answer)
        assert not broken, f"{kwargs['REQUEST_METHOD']} {kwargs['PATH_INFO']}: {broken}"
        return answer


def client_of(username: str, **key: Any) -> APIClient:
    """Return a client with a new key of a user, made if needed; `key` goes to issue_key (scopes, test mode)."""
    user, _ = get_user_model().objects.get_or_create(username=username)
    _, secret = ApiKey.objects.issue_key(user, "test", **key)
    client = ContractClient(raise_request_exception=True)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client


def send_raw(
    client: APIClient, body: bytes | str, method: str = "post", path: str = DESIGNS_URL, **extra: Any
) -> HttpResponse:
    """Send raw bytes as a JSON body."""
    data = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
    return client.generic(method.upper(), path, data, content_type="application/json", **extra)


def create_published_design(client: APIClient, work: RunWorker, **changes: Any) -> dict[str, Any]:
    """Make a design, draw it, and return it as the API shows it."""
    made = client.post(DESIGNS_URL, {**CREATE_BODY, **changes})
    assert made.status_code == 201, made.content
    work()
    shown: dict[str, Any] = json.loads(client.get(f"{DESIGNS_URL}/{made.json()['id']}").content)
    assert shown["status"] == "published"
    return shown


DESIGN_ROUTES = [
    ("get", ""), ("patch", ""), ("delete", ""), ("post", "/render"), ("get", "/renders"), ("get", "/revisions"),
    ("get", "/preview"), ("get", "?wait=1"),
]  # fmt: skip
