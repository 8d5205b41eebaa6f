"""Every endpoint needs a scope; a key without it is refused with the scope's name, and nothing changes."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from rest_framework.test import APIClient

from customify.accounts.models import ApiKey
from customify.tests.support.api_keys import client_with_key
from designs.models import Design
from designs.tests.support import factories

DESIGNS, ASSETS = "/api/v1/designs", "/api/v1/assets"
BODY = {"product_type": "t-shirt", "design_data": factories.design_data()}


@pytest.fixture
def design(shopkeeper: User) -> Design:
    factories.install_catalogue()
    return factories.make_design(shopkeeper)


CALLS = [
    ("get", "", "designs:read"), ("get", "/{id}", "designs:read"), ("head", "/{id}", "designs:read"),
    ("options", "/{id}", "designs:read"), ("get", "/{id}/renders", "designs:read"),
    ("get", "/{id}/revisions", "designs:read"), ("get", "/{id}/preview", "designs:read"),
    ("post", "", "designs:write"), ("patch", "/{id}", "designs:write"), ("delete", "/{id}", "designs:write"),
    ("post", "/{id}/render", "designs:write"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "suffix", "scope"), CALLS)
def test_designs_need_a_read_or_write_scope(
    method: str, suffix: str, scope: str, shopkeeper: User, design: Design
) -> None:
    path = DESIGNS + suffix.format(id=design.pk)
    others = {"designs:read", "designs:write", "assets:write"} - {scope}
    refused = getattr(client_with_key(shopkeeper, *others), method)(
        path, BODY if method == "post" and not suffix else {}
    )
    assert refused.status_code == 403
    if method != "head":
        assert refused.json()["code"] == "missing_scope"
        assert scope in refused.json()["detail"]
    assert Design.objects.get().render_count == 1
    for enough in (scope, "admin"):
        body = BODY if method == "post" and not suffix else {}
        allowed = getattr(client_with_key(shopkeeper, enough), method)(path, body)
        assert allowed.status_code not in {401, 403}


@pytest.mark.parametrize(
    ("method", "scopes", "status"),
    [
        ("get", ["designs:write"], 403), ("get", ["designs:read"], 200), ("get", ["assets:write"], 200),
        ("post", ["designs:read", "designs:write"], 403), ("post", ["assets:write"], 400), ("post", ["admin"], 400),
    ],
)  # fmt: skip
def test_assets_need_their_own_scope(method: str, scopes: list[str], status: int, shopkeeper: User) -> None:
    answer = getattr(client_with_key(shopkeeper, *scopes), method)(ASSETS, format="multipart")
    assert answer.status_code == status


def test_the_catalogue_and_the_account_are_open_to_every_key(shopkeeper: User) -> None:
    client = client_with_key(shopkeeper, "assets:write")
    for path in ("/api/v1/products", "/api/v1/fonts", "/api/v1/account"):
        assert client.get(path).status_code == 200


def test_a_logged_in_user_has_every_scope(shopkeeper: User, design: Design) -> None:
    client = APIClient()
    client.force_login(shopkeeper)
    assert client.get(f"{DESIGNS}/{design.pk}").status_code == 200


@pytest.mark.parametrize("scopes", [[], ["designs"], ["designs:read", "root"], "designs:read"])
def test_a_key_with_unknown_scopes_is_not_created(scopes: list[str], shopkeeper: User) -> None:
    with pytest.raises(ValidationError, match=r"scope|at least one"):
        ApiKey.objects.issue_key(shopkeeper, "test", scopes=scopes)
    assert not ApiKey.objects.exists()


def test_the_command_gives_scopes_and_test_keys(shopkeeper: User, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("create_api_key", "shopkeeper", "--name", "uploads", "--scope", "assets:write", "--test")
    secret = capsys.readouterr().out.strip()
    key = ApiKey.objects.find_by_secret(secret)
    assert key is not None
    assert (key.scopes, key.test, secret[:9]) == (["assets:write"], True, "cfy_test_")
    with pytest.raises(CommandError):
        call_command("create_api_key", "shopkeeper", "--name", "uploads", "--scope", "everything")
