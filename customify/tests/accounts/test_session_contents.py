"""What a session may use, change and delete: the shop's assets, locked layers, and its own uploads."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from customify.tests.support.session_pages import ANY_VERSION, begin, make_draft, page, refusal
from designs.models import Asset, Design
from designs.tests.support import factories, images
from designs.tests.support.api_client import DESIGNS_URL, client_of
from designs.tests.support.uploads import upload

PREVIEW = "/api/v1/preview"
LOGO = {**factories.TEXT_LAYER, "text": "Logo", "locked": True}


@pytest.fixture
def shop(catalogue: None) -> APIClient:
    return client_of("shop")


@pytest.fixture
def draft(shop: APIClient) -> str:
    return make_draft(shop)


def save(client: APIClient, draft: str, data: dict[str, Any]) -> Any:
    return client.patch(f"{DESIGNS_URL}/{draft}", {"design_data": data}, headers=ANY_VERSION)


def preview(client: APIClient, data: dict[str, Any]) -> Any:
    return client.post(PREVIEW, {"product_type": "t-shirt", "design_data": data})


def upload_as(client: APIClient) -> str:
    return str(upload(client, images.photo_bytes()).json()["id"])


def test_a_session_uses_the_assets_that_the_shop_has_named_and_no_others(shop: APIClient, draft: str) -> None:
    clip_art, secret = upload_as(shop), upload_as(shop)
    started = begin(shop, draft, assets=[clip_art.upper(), clip_art]).json()
    assert started["assets"] == [clip_art]
    shopper, plain = page(started["token"]), page(begin(shop, draft).json()["token"])
    assert shopper.get(f"/api/v1/assets/{clip_art}").json()["id"] == clip_art
    for client, asset, status in ((shopper, clip_art, 200), (shopper, secret, 400), (plain, clip_art, 400)):
        assert preview(client, factories.image_design_data(asset)).status_code == status
    assert plain.get(f"/api/v1/assets/{clip_art}").status_code == 404
    assert save(plain, draft, factories.image_design_data(clip_art)).json()["errors"][0]["code"] == "unknown_asset"
    assert save(shopper, draft, factories.image_design_data(clip_art)).status_code == 200


def test_a_session_with_assets_previews_without_a_further_query(shop: APIClient, draft: str) -> None:
    asset = upload_as(shop)
    counts = []
    for more in ({}, {"assets": [asset]}):
        shopper = page(begin(shop, draft, **more).json()["token"])
        preview(shopper, factories.image_design_data(asset))
        with CaptureQueriesContext(connection) as queries:
            preview(shopper, factories.image_design_data(asset))
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("kind", ["unknown", "another shop's", "a test key's", "no id", "too many"])
def test_a_session_with_assets_that_the_shop_lacks_is_refused(shop: APIClient, draft: str, kind: str) -> None:
    asset = {
        "unknown": lambda: str(uuid4()),
        "another shop's": lambda: upload_as(client_of("other")),
        "a test key's": lambda: upload_as(client_of("shop", test=True)),
        "no id": lambda: "logo",
        "too many": lambda: str(uuid4()),
    }[kind]()
    answer = begin(shop, draft, assets=[upload_as(shop), asset] if kind != "too many" else [asset] * 201)
    assert answer.status_code == 400
    pointer = "#/assets" if kind == "too many" else "#/assets/1"
    assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]


def test_a_session_cannot_change_a_locked_layer_but_the_shop_can(shop: APIClient) -> None:
    data = factories.image_design_data(layers=[LOGO, factories.TEXT_LAYER])
    draft = make_draft(shop, design_data=data)
    shopper = page(begin(shop, draft).json()["token"])
    mine = {**factories.TEXT_LAYER, "text": "Mine"}
    assert save(shopper, draft, factories.image_design_data(layers=[LOGO, mine])).status_code == 200
    changed = factories.image_design_data(layers=[{**LOGO, "text": "Mine"}, mine])
    answer = save(shopper, draft, changed)
    assert refusal(answer) == (403, "locked_layer")
    assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [
        ("#/design_data/placements/front/layers/0", "locked_layer")
    ]
    assert Design.objects.get(pk=draft).revision == 2
    assert preview(shopper, changed).status_code == 200  # a preview stores nothing
    assert save(shop, draft, changed).status_code == 200


def test_a_locked_layer_is_drawn_as_any_other(shop: APIClient) -> None:
    free = factories.image_design_data(layers=[{**LOGO, "locked": False}])
    assert preview(shop, free).content == preview(shop, factories.image_design_data(layers=[LOGO])).content


def test_a_shopper_deletes_their_own_upload_unless_the_design_uses_it(shop: APIClient, draft: str) -> None:
    shopper = page(begin(shop, draft).json()["token"])
    used, unused = upload_as(shopper), upload_as(shopper)
    save(shopper, draft, factories.image_design_data(used))
    assert shopper.delete(f"/api/v1/assets/{unused}").status_code == 204
    assert shopper.get(f"/api/v1/assets/{unused}").status_code == 404
    answer = shopper.delete(f"/api/v1/assets/{used}")
    assert refusal(answer) == (409, "conflict")
    assert draft not in answer.json()["detail"]  # ids of designs are the shop's
    save(shopper, draft, factories.design_data())
    assert shopper.delete(f"/api/v1/assets/{used}").status_code == 204


def test_a_shopper_deletes_nothing_else(shop: APIClient, draft: str) -> None:
    others = page(begin(shop, make_draft(shop)).json()["token"])
    named, theirs = upload_as(shop), upload_as(others)
    shopper = page(begin(shop, draft, assets=[named]).json()["token"])
    for asset in (named, theirs):
        assert shopper.delete(f"/api/v1/assets/{asset}").status_code == 404
    own = upload_as(shopper)
    shop.post(f"{DESIGNS_URL}/{draft}/finish")
    assert refusal(shopper.delete(f"/api/v1/assets/{own}")) == (403, "session_finished")
    assert Asset.objects.filter(pk__in=[named, theirs, own], deleted_at=None).count() == 3
    assert Asset.objects.get(pk=own).uploaded_for == UUID(draft)
