"""A test key sees test data, a live key live data; neither can find the other's."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from designs.models import Design, Render
from designs.tests.support.api_client import CREATE_BODY, DESIGN_ROUTES, DESIGNS_URL, client_of, send_raw


@pytest.fixture
def trial(shop: APIClient) -> APIClient:
    """A client of the same shop with a test key."""
    return client_of("shop", test=True)


def test_each_list_shows_only_its_mode(shop: APIClient, trial: APIClient) -> None:
    live, test = shop.post(DESIGNS_URL, CREATE_BODY).json()["id"], trial.post(DESIGNS_URL, CREATE_BODY).json()["id"]
    assert [one["id"] for one in shop.get(DESIGNS_URL).json()["results"]] == [live]
    assert [one["id"] for one in trial.get(DESIGNS_URL).json()["results"]] == [test]
    assert list(Design.objects.order_by("created_at").values_list("test", flat=True)) == [False, True]
    assert set(Render.objects.values_list("design", "test")) == set(Design.objects.values_list("pk", "test"))


@pytest.mark.parametrize(("method", "suffix"), DESIGN_ROUTES)
def test_designs_of_the_other_mode_are_not_found(shop: APIClient, trial: APIClient, method: str, suffix: str) -> None:
    for mine, other in ((shop, trial), (trial, shop)):
        design = mine.post(DESIGNS_URL, CREATE_BODY).json()
        assert send_raw(other, b"{}", method, f"{DESIGNS_URL}/{design['id']}{suffix}").status_code == 404
    assert set(Design.objects.values_list("render_count", "edit_count")) == {(1, 0)}


def test_an_idempotency_key_makes_one_design_in_each_mode(shop: APIClient, trial: APIClient) -> None:
    made = [
        client.post(DESIGNS_URL, CREATE_BODY, headers={"Idempotency-Key": "order-1"})
        for client in (shop, trial, shop, trial)
    ]
    assert [answer.status_code for answer in made] == [201] * 4
    assert made[0].json()["id"] == made[2].json()["id"] != made[1].json()["id"] == made[3].json()["id"]
