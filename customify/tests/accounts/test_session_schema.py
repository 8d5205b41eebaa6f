"""The schema says which operations designer sessions may use, and it is true."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from customify.tests.support.session_pages import SHOP, begin, make_draft
from designs.tests.support.api_client import client_of
from designs.tests.support.openapi_contract import list_operations, schema_document

OPERATIONS = list_operations()
NAMES = [operation["operationId"] for _, _, operation in OPERATIONS]
NAMED = {"name": "Roboto-Regular", "number": "1"}  # the other parts of paths are ids
FOR_PAGES = {
    "assets_create", "assets_delete", "assets_get", "designs_events_get", "designs_finish", "designs_get",
    "designs_preview_get", "designs_update", "fonts_list", "limits_get", "preview_create",
    "preview_urls_create", "products_list",
}  # fmt: skip


def accepts_session(operation: dict[str, list[dict[str, list[str]]]]) -> bool:
    return {"sessionToken": []} in operation["security"]


def test_pages_have_what_they_need() -> None:
    marked = {operation["operationId"] for _, _, operation in OPERATIONS if accepts_session(operation)}
    assert marked >= FOR_PAGES
    assert not marked & {"designs_list", "designs_create", "designs_delete", "designs_sessions_create", "account_get"}


def test_the_schema_describes_both_kinds_of_bearer() -> None:
    schemes = schema_document()["components"]["securitySchemes"]
    for name, start in (("bearerKey", "cfy_live_"), ("sessionToken", "cfy_session_")):
        assert (schemes[name]["type"], schemes[name]["scheme"]) == ("http", "bearer")
        assert start in schemes[name]["description"]


@pytest.mark.parametrize(("address", "method", "operation"), OPERATIONS, ids=NAMES)
def test_a_session_may_use_what_the_schema_marks_and_nothing_else(
    catalogue: None, address: str, method: str, operation: dict[str, list[dict[str, list[str]]]]
) -> None:
    shop: APIClient = client_of("shop")
    token = begin(shop, make_draft(shop)).json()["token"]
    path = re.sub(r"{(\w+)}", lambda match: NAMED.get(match[1], str(uuid4())), address)
    if operation["security"]:
        answer = APIClient().generic(method.upper(), path, headers={"Authorization": f"Bearer {token}", "Origin": SHOP})
        refused = answer.status_code == 403 and answer.json()["code"] == "not_for_sessions"
        assert refused != accepts_session(operation), answer.content
    else:
        assert not accepts_session(operation)  # nobody needs a token
