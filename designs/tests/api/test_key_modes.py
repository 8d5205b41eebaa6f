"""A shop's test key sees what test keys made, and a live key the rest; neither can tell that the other exists."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from designs.models import Design, Render
from designs.tests.api.test_ownership import ROUTES
from designs.tests.support.api_client import BODY, DESIGNS, client_of, raw


@pytest.fixture
def trial(shop: APIClient) -> APIClient:
    """The same shop's client with a test key."""
    return client_of("shop", test=True)


def test_each_list_shows_its_own(shop: APIClient, trial: APIClient) -> None:
    live, test = shop.post(DESIGNS, BODY).json()["id"], trial.post(DESIGNS, BODY).json()["id"]
    assert [one["id"] for one in shop.get(DESIGNS).json()["results"]] == [live]
    assert [one["id"] for one in trial.get(DESIGNS).json()["results"]] == [test]
    assert list(Design.objects.order_by("created_at").values_list("test", flat=True)) == [False, True]
    assert set(Render.objects.values_list("design", "test")) == set(Design.objects.values_list("pk", "test"))


@pytest.mark.parametrize(("method", "suffix"), ROUTES)
def test_the_others_designs_are_not_found(shop: APIClient, trial: APIClient, method: str, suffix: str) -> None:
    for mine, other in ((shop, trial), (trial, shop)):
        design = mine.post(DESIGNS, BODY).json()
        assert raw(other, b"{}", method, f"{DESIGNS}/{design['id']}{suffix}").status_code == 404
    assert set(Design.objects.values_list("render_count", "edit_count")) == {(1, 0)}


def test_an_idempotency_key_is_good_for_one_of_each(shop: APIClient, trial: APIClient) -> None:
    made = [client.post(DESIGNS, BODY, headers={"Idempotency-Key": "order-1"}) for client in (shop, trial, shop, trial)]
    assert [answer.status_code for answer in made] == [201] * 4
    assert made[0].json()["id"] == made[2].json()["id"] != made[1].json()["id"] == made[3].json()["id"]
