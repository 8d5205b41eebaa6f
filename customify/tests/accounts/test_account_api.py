"""`GET /api/v1/account`."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from rest_framework.test import APIClient

from customify.accounts.models import ApiKey


@pytest.mark.parametrize("path", ["/api/v1/account", "/api/v1/account/"])
def test_a_key_can_read_its_own_account(shopkeeper: User, path: str) -> None:
    key, secret = ApiKey.objects.issue_key(shopkeeper, "web shop", scopes=["designs:read"], test=True)
    answer = APIClient().get(path, headers={"Authorization": f"Bearer {secret}"})
    account = answer.json()
    assert account["user"] == "shopkeeper"
    shown = {name: account["key"][name] for name in ("name", "start", "test", "scopes", "expires_at")}
    assert shown == {
        "name": "web shop", "start": key.start, "test": True, "scopes": ["designs:read"], "expires_at": None,
    }  # fmt: skip
    assert secret not in answer.content.decode()
    assert key.sha256 not in answer.content.decode()


def test_a_logged_in_user_has_no_key(shopkeeper: User) -> None:
    client = APIClient()
    client.force_login(shopkeeper)
    account = client.get("/api/v1/account").json()
    assert (account["user"], account["key"]) == ("shopkeeper", None)


def test_an_anonymous_request_is_refused(db: None) -> None:
    assert APIClient().get("/api/v1/account").status_code == 401
