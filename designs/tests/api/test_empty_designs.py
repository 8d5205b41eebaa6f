"""Designs with nothing to print: they may be kept as drafts, and are not rendered."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from designs.models import Design, DesignRevision, Render
from designs.tests.support import factories
from designs.tests.support.api_client import DESIGNS_URL, client_of
from designs.tests.support.fixture_types import RunWorker
from rendering.engine.schema import SCHEMA_VERSION

BACKGROUND = {"type": "color", "color": "#FF0000"}
TEXT = factories.TEXT_LAYER


@pytest.fixture
def shop(catalogue: None) -> APIClient:
    return client_of("shop")


def front(*layers: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"version": 1, "placements": {"front": {"layers": list(layers), **more}}}


def create(shop: APIClient, **body: Any) -> Any:
    return shop.post(DESIGNS_URL, {"product_type": "t-shirt", **body})


EMPTY = {
    "no layer": front(),
    "a hidden layer": front({**TEXT, "hidden": True}),
    "an invisible layer": front({**TEXT, "opacity": 0}),
    "an empty group": front({"type": "group", "layers": []}),
    "a hidden group": front({"type": "group", "hidden": True, "layers": [TEXT]}),
}
NOT_EMPTY = {
    "a layer": front(TEXT),
    "a background": front(background=BACKGROUND),
    "a layer in a group": front({"type": "group", "layers": [TEXT]}),
}


@pytest.mark.parametrize("body", [{}, {"design_data": None}])
def test_a_draft_may_be_empty(shop: APIClient, body: dict[str, Any]) -> None:
    draft = create(shop, render=False, **body).json()
    assert (draft["status"], draft["revision"], draft["design_data"]) == ("draft", 1, front())
    stored = DesignRevision.objects.get(design=draft["id"])
    assert (stored.design_data, stored.schema_version) == (front(), SCHEMA_VERSION)
    assert shop.get(f"{DESIGNS_URL}/{draft['id']}/revisions").json()["results"][0]["design_data"] == front()


def test_an_empty_draft_has_the_main_placement_of_its_product(shop: APIClient) -> None:
    mug = create(shop, product_type="mug", render=False).json()
    assert mug["design_data"]["placements"] == {"wrap": {"layers": []}}


@pytest.mark.parametrize("body", [{}, {"design_data": None}, {"render": True}, {"render": None}])
def test_a_design_to_render_needs_data(shop: APIClient, body: dict[str, Any]) -> None:
    answer = create(shop, **body)
    assert answer.status_code == 400
    assert "#/design_data" in [one["pointer"] for one in answer.json()["errors"]]
    assert not Design.objects.exists()


@pytest.mark.parametrize("data", EMPTY.values(), ids=EMPTY)
def test_an_empty_design_is_neither_rendered_nor_finished(shop: APIClient, data: dict[str, Any]) -> None:
    answer = create(shop, design_data=data)
    assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [("#/design_data", "no_ink")]
    draft = f"{DESIGNS_URL}/{create(shop, design_data=data, render=False).json()['id']}"
    for answer in (
        shop.post(f"{draft}/render"),
        shop.post(f"{draft}/finish"),
        shop.patch(draft, {"render": True}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "no_ink")
    answer = shop.patch(draft, {"design_data": data, "render": True})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "no_ink")
    shown = shop.get(draft).json()
    assert (shown["status"], shown["revision"]) == ("draft", 1)
    assert not Render.objects.exists()
    assert Design.objects.get().session_round == 0


@pytest.mark.parametrize("data", NOT_EMPTY.values(), ids=NOT_EMPTY)
def test_whatever_can_be_seen_is_rendered(shop: APIClient, data: dict[str, Any]) -> None:
    assert create(shop, design_data=data).json()["status"] == "rendering"


def test_an_empty_draft_is_filled_and_rendered(shop: APIClient, work: RunWorker) -> None:
    draft = f"{DESIGNS_URL}/{create(shop, render=False).json()['id']}"
    shop.patch(draft, {"design_data": front(TEXT), "render": True})
    work()
    shown = shop.get(draft).json()
    assert (shown["status"], shown["published_revision"]) == ("published", 2)


def test_a_published_design_is_not_emptied(shop: APIClient) -> None:
    design = f"{DESIGNS_URL}/{create(shop, design_data=front(TEXT)).json()['id']}"
    assert shop.patch(design, {"design_data": front()}).json()["errors"][0]["code"] == "no_ink"
    assert shop.get(design).json()["revision"] == 1
