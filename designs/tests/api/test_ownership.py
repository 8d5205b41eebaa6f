"""Another shop's design is 404 for every operation."""

from __future__ import annotations

import json

import pytest
from rest_framework.test import APIClient

from designs.models import Design
from designs.tests.support.api_client import CREATE_BODY, DESIGN_ROUTES, DESIGNS_URL, send_raw


@pytest.mark.parametrize(("method", "suffix"), DESIGN_ROUTES)
def test_a_strangers_design_is_not_found(shop: APIClient, stranger: APIClient, method: str, suffix: str) -> None:
    design = shop.post(DESIGNS_URL, CREATE_BODY).json()
    answer = send_raw(stranger, b"{}", method, f"{DESIGNS_URL}/{design['id']}{suffix}")
    assert answer.status_code == 404
    assert design["id"] not in answer.content.decode()
    assert Design.objects.get().edit_count == 0
    assert Design.objects.get().render_count == 1


@pytest.mark.parametrize(("method", "suffix"), [*DESIGN_ROUTES, ("post", None), ("get", None)])
def test_a_request_without_a_key_is_refused(shop: APIClient, method: str, suffix: str | None) -> None:
    design = shop.post(DESIGNS_URL, CREATE_BODY).json()
    path = DESIGNS_URL if suffix is None else f"{DESIGNS_URL}/{design['id']}{suffix}"
    answer = send_raw(APIClient(), b"{}", method, path)
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer realm="api"')
    assert answer["Content-Type"] == "application/problem+json"


def test_a_list_shows_only_the_callers_designs(shop: APIClient, stranger: APIClient) -> None:
    mine = shop.post(DESIGNS_URL, CREATE_BODY).json()["id"]
    theirs = stranger.post(DESIGNS_URL, CREATE_BODY).json()["id"]
    assert [one["id"] for one in shop.get(DESIGNS_URL).json()["results"]] == [mine]
    assert [one["id"] for one in stranger.get(DESIGNS_URL).json()["results"]] == [theirs]


def test_an_idempotency_key_belongs_to_its_owner(shop: APIClient, stranger: APIClient) -> None:
    first = shop.post(DESIGNS_URL, CREATE_BODY, headers={"Idempotency-Key": "order-1"}).json()
    other = stranger.post(DESIGNS_URL, CREATE_BODY, headers={"Idempotency-Key": "order-1"})
    assert (other.status_code, other.json()["id"] != first["id"]) == (201, True)


def test_an_unknown_key_is_refused(db: None) -> None:
    answer = APIClient().get(DESIGNS_URL, headers={"Authorization": "Bearer cfy_live_" + "x" * 43})
    assert (answer.status_code, json.loads(answer.content)["code"]) == (401, "authentication_failed")
