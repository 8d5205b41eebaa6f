"""`GET /api/v1/limits`: what stands there is what is enforced."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient

from customify.accounts.cors_origins import allow_origins
from customify.accounts.limits_api import EXAMPLE
from customify.accounts.models import ApiKey, SessionRecord
from customify.accounts.sessions import build_token, session_end
from customify.tests.support.api_keys import client_with_key
from designs.models import Design, Product
from designs.tests.support import images
from designs.tests.support.openapi_contract import find_undocumented
from designs.tests.support.uploads import upload
from rendering.ingest.sniff import FILE_KINDS, sniff_kind

LIMITS, SHOP = "/api/v1/limits", "https://shop.example"


@pytest.fixture
def shop(shopkeeper: User, catalogue: None) -> APIClient:
    return client_with_key(shopkeeper)


def read_limits(client: APIClient) -> dict[str, Any]:
    answer = client.get(LIMITS)
    assert (answer.status_code, find_undocumented("GET", LIMITS, answer)) == (200, [])
    limits: dict[str, Any] = answer.json()
    return limits


def test_a_page_with_a_session_may_read_them_from_another_origin(shopkeeper: User, client: Client) -> None:
    key, _ = ApiKey.objects.issue_key(shopkeeper, "test")
    allow_origins([SHOP], timezone.now() + timedelta(hours=1))
    ends = session_end(60)
    session = SessionRecord.objects.create(key=key, design_id=uuid4(), round=0, origins=[SHOP], expires_at=ends)
    token = build_token(session.pk, ends)
    answer = client.get(LIMITS, headers={"Authorization": f"Bearer {token}", "Origin": SHOP})
    assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (200, SHOP)


def test_they_need_a_key_of_any_scope_or_a_session(shopkeeper: User, catalogue: None, client: Client) -> None:
    assert client.get(LIMITS).status_code == 401
    assert client_with_key(shopkeeper, "assets:write").get(LIMITS).status_code == 200


def test_they_follow_the_settings(shop: APIClient, settings: Settings) -> None:
    settings.ASSET_MAX_BYTES, settings.SESSION_UPLOADS = 5_000_000, 7
    settings.RENDER_MAX_LAYERS, settings.API_RATE = 12, 90
    settings.RENDER_PREVIEW_BUDGET, settings.REFUSED_UPLOADS = 20, 10
    limits = read_limits(shop)
    assert (limits["upload"]["bytes"], limits["upload"]["for_session"]) == (5_000_000, 7)
    assert limits["design"]["layers"] == 12
    assert limits["per_minute"] == {
        "requests": 90, "drawing_seconds": 20, "drawing_seconds_of_session": 5, "refused_uploads": 10,
        "refused_uploads_of_session": 3,
    }  # fmt: skip


def test_no_limit_is_null(shop: APIClient, settings: Settings) -> None:
    settings.API_RATE = settings.RENDER_PREVIEW_BUDGET = settings.REFUSED_UPLOADS = 0
    assert set(read_limits(shop)["per_minute"].values()) == {None}


def test_a_file_of_the_stated_size_passes_and_a_larger_one_does_not(shop: APIClient, settings: Settings) -> None:
    photo = images.photo_bytes(100, 100)
    settings.ASSET_MAX_BYTES = len(photo)
    assert read_limits(shop)["upload"]["bytes"] == len(photo)
    assert upload(shop, photo).status_code == 201
    assert upload(shop, photo + b"x").status_code == 413


def test_the_stated_formats_are_those_that_are_recognised() -> None:
    heads = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic")
    assert [sniff_kind(head)[0] for head in heads] == list(FILE_KINDS)


@pytest.mark.parametrize("unit", ["mm", "pt", "square"])
def test_sizes_at_the_stated_ends_are_accepted_in_every_unit(shop: APIClient, unit: str) -> None:
    for product in read_limits(shop)["products"]:
        for area in product["font_sizes"]:
            sizes = area[unit] if unit != "square" else product["font_size"]
            step = 0.002 if unit != "square" else 0.001
            for size, status in (
                (sizes["min"], 200), (sizes["max"], 200), (sizes["min"] - step, 400), (sizes["max"] + step, 400),
            ):  # fmt: skip
                layer = {"type": "text", "text": "Hi", "font": "Anton-Regular", "size": size, "unit": unit}
                data = {"version": 1, "placements": {area["placement"]: {"layers": [layer]}}}
                body = {"product_type": product["product_type"], "design_data": data, "width": 50}
                assert shop.post("/api/v1/preview", body).status_code == status, (product, unit, size)


def test_only_active_products_are_listed(shop: APIClient) -> None:
    Product.objects.filter(slug="mug").update(active=False)
    assert "mug" not in [one["product_type"] for one in read_limits(shop)["products"]]


def test_the_example_shows_the_defaults(shop: APIClient) -> None:
    limits = read_limits(shop)
    (mug,) = (one for one in limits["products"] if one["product_type"] == "mug")
    assert mug == EXAMPLE["products"][0]
    for name in ("design", "preview", "session", "wait_seconds"):
        assert limits[name] == EXAMPLE[name]


def test_an_external_id_of_the_stated_length_is_accepted(shop: APIClient) -> None:
    longest = read_limits(shop)["design"]["external_id_length"]
    body = {"product_type": "mug", "design_data": {"text": "Hi", "font": "Anton-Regular", "color": "#FFFFFF"}}
    assert shop.post("/api/v1/designs", {**body, "external_id": "x" * longest, "render": False}).status_code == 201
    assert shop.post("/api/v1/designs", {**body, "external_id": "x" * (longest + 1)}).status_code == 400
    assert Design.objects.count() == 1
