"""A refusal over the quota names the limit, the use, and when to try again."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from designs.models import Design, Quota
from designs.tests.support.api_client import CREATE_BODY, DESIGNS_URL


def limit(settings: Any, designs: int = 0, renders: int = 0, storage: int = 0) -> None:
    settings.QUOTAS = {"live": (designs, renders, storage), "test": (0, 0, 0)}


@pytest.mark.parametrize(
    ("limits", "status", "code", "waits"),
    [
        ({"designs": 1}, 429, "designs_quota_reached", True),
        ({"renders": 1}, 429, "renders_quota_reached", True),
        ({"storage": 1}, 403, "storage_quota_reached", False),
    ],
)
def test_creating_a_design_over_the_quota_is_refused(
    settings: Any, shop: APIClient, limits: dict[str, int], status: int, code: str, *, waits: bool
) -> None:
    shop.post(DESIGNS_URL, CREATE_BODY)
    limit(settings, **limits)
    Quota.objects.update(storage_bytes=1)
    answer = shop.post(DESIGNS_URL, CREATE_BODY)
    problem = answer.json()
    assert (answer.status_code, problem["code"], "Retry-After" in answer) == (status, code, waits)
    assert "1 of 1" in problem["detail"]
    assert Design.objects.count() == 1


@pytest.mark.parametrize(("method", "suffix", "body"), [("post", "/render", {}), ("patch", "", {"render": True})])
def test_rendering_over_the_quota_is_refused(
    settings: Any, shop: APIClient, method: str, suffix: str, body: dict[str, Any]
) -> None:
    draft = shop.post(DESIGNS_URL, {**CREATE_BODY, "render": False}).json()["id"]
    shop.post(DESIGNS_URL, CREATE_BODY)
    limit(settings, renders=1)
    answer = getattr(shop, method)(f"{DESIGNS_URL}/{draft}{suffix}", body)
    assert (answer.status_code, answer.json()["code"]) == (429, "renders_quota_reached")
    assert Design.objects.get(pk=draft).status == "draft"


def test_the_remaining_quota_can_be_read(settings: Any, shop: APIClient) -> None:
    limit(settings, designs=10, storage=1_000)
    shop.post(DESIGNS_URL, CREATE_BODY)
    quota = shop.get("/api/v1/account").json()["quota"]
    assert {name: (part["used"], part["limit"]) for name, part in quota.items()} == {
        "designs_this_month": (1, 10),
        "drafts": (0, 10_000),
        "renders_in_flight": (1, None),
        "storage_bytes": (0, 1_000),
    }
    assert quota["designs_this_month"]["resets_at"].endswith("-01T00:00:00Z")


def test_the_account_says_what_an_upload_may_be(settings: Any, shop: APIClient) -> None:
    settings.ASSET_MAX_MEGAPIXELS = 42
    assert shop.get("/api/v1/account").json()["upload_limits"] == {
        "bytes": 40_000_000,
        "megapixels": 42,
        "side_min": 50,
        "side_max": 12_000,
        "aspect_max": 20.0,
    }
