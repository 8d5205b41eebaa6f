"""`POST /api/v1/preflight`: the findings of previews and renders, without an image."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.conf import settings
from pytest_django import Settings
from rest_framework.test import APIClient

from customify.tests.support.session_pages import begin, make_draft, page
from designs.models import Design, Render, Variant
from designs.tests.support import catalogue, factories, images
from designs.tests.support.api_client import CREATE_BODY, create_published_design
from designs.tests.support.fixture_types import RunWorker
from designs.tests.support.previews import PREVIEW_URL, error_codes, request_preview
from designs.tests.support.uploads import upload
from rendering.engine.values import Finding

URL = "/api/v1/preflight"
pytestmark = pytest.mark.usefixtures("empty_redis")
FAULTY = {
    "version": 1,
    "placements": {
        "front": {
            "background": {"type": "color", "color": "#FFFFFF"},
            "layers": [
                {**factories.TEXT_LAYER, "color": "#FEFEFE"},
                {**factories.TEXT_LAYER, "text": "漢", "box": {"x": 280, "y": 0, "width": 60, "height": 30}},
            ],
        },
        "back": {"layers": [{**factories.TEXT_LAYER, "text": "A text that is long", "size": 36}]},
    },
}


def judge(client: APIClient, data: Any = None, **changes: Any) -> Any:
    """Ask for the findings of a design."""
    return client.post(URL, {**CREATE_BODY, **({"design_data": data} if data else {}), **changes})


def preview_json(client: APIClient, data: Any, **changes: Any) -> Any:
    """Ask for a preview as JSON."""
    return request_preview(client, {"Accept": "application/json"}, design_data=data, **changes)


@pytest.mark.parametrize("variant", ["", "NAVY-S"])
def test_the_findings_are_those_of_the_preview_and_of_the_render(
    shop: APIClient, work: RunWorker, variant: str
) -> None:
    catalogue.make_variants()
    photo = upload(shop, images.photo_bytes(100, 100)).json()["id"]
    plain = catalogue.dark_text()
    for data in (FAULTY, factories.image_design_data(photo, layers=[factories.TEXT_LAYER]), plain):
        named = {**data, "variant": variant} if variant else data
        found = judge(shop, named).json()
        assert bool(found["preflight"]) == (data is not plain or bool(variant))
        assert preview_json(shop, named).json()["preflight"] == found["preflight"]
        drawn = create_published_design(shop, work, design_data=named)
        assert drawn["preflight"] == found["preflight"]
        assert (drawn["score"], drawn["printable"], drawn["facts"]) == (
            found["score"], found["printable"], found["facts"],
        )  # fmt: skip


def test_nothing_is_stored(shop: APIClient) -> None:
    before = sorted(settings.STORAGE.root.rglob("*"))
    assert judge(shop).status_code == 200
    assert not Design.objects.exists()
    assert not Render.objects.exists()
    assert sorted(settings.STORAGE.root.rglob("*")) == before


def test_the_same_design_is_judged_once_and_anew_on_another_colour(shop: APIClient) -> None:
    catalogue.make_variants()
    data = catalogue.dark_text(variant="NAVY-S")
    first, second = judge(shop, data), judge(shop, data)
    assert "draw;" in first["Server-Timing"]
    assert "hit" in second["Server-Timing"]
    assert first.json() == second.json()
    Variant.objects.update(color="#FFFFFF")
    third = judge(shop, data)
    assert "draw;" in third["Server-Timing"]
    assert third.json()["preflight"] != first.json()["preflight"]


def test_a_finding_says_where_it_is_and_the_operator_hears_numbers(shop: APIClient) -> None:
    found = judge(shop, FAULTY).json()["preflight"]
    assert all(set(each) == {
        "code", "severity", "message", "layer", "measured", "required", "placement", "box", "operator_message", "fix"
    } for each in found)  # fmt: skip
    assert any(each["box"] for each in found)


@pytest.mark.parametrize("is_cached", [False, True])
def test_the_operators_words_are_for_keys_alone(
    shop: APIClient, is_cached: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    to_json = Finding.to_json
    monkeypatch.setattr(Finding, "to_json", lambda self: {**to_json(self), "operator_message": "1.00 : 1"})
    shopper = page(begin(shop, make_draft(shop)).json()["token"])
    if is_cached:
        judge(shop, FAULTY)
        preview_json(shop, FAULTY)
    for ask in (judge, preview_json):
        assert {each["operator_message"] for each in ask(shopper, FAULTY).json()["preflight"]} == {None}
        assert {each["operator_message"] for each in ask(shop, FAULTY).json()["preflight"]} == {"1.00 : 1"}
    body = {"product_type": "t-shirt", "design_data": FAULTY}
    address = shop.post(f"{PREVIEW_URL}/urls", body).json()["url"].removeprefix("http://testserver")
    opened = APIClient().get(address, headers={"Accept": "application/json"})
    assert {each["operator_message"] for each in json.loads(opened.content)["preflight"]} == {None}


def test_what_a_preview_refuses_is_refused(shop: APIClient) -> None:
    assert error_codes(judge(shop, {"text": ""})) == error_codes(preview_json(shop, {"text": ""}))
    assert error_codes(judge(shop, product_type="spaceship")) == [("#/product_type", "unknown_product")]
    assert error_codes(judge(shop, width=100)) == [("#/width", "unknown_field")]
    data = catalogue.dark_text(variant="NAVY-X")
    assert error_codes(judge(shop, data)) == [("#/design_data/variant", "unknown_variant")]
    assert error_codes(preview_json(shop, data)) == [("#/design_data/variant", "unknown_variant")]


def test_a_session_judges_its_own_product_alone(shop: APIClient) -> None:
    shopper = page(begin(shop, make_draft(shop)).json()["token"])
    assert judge(shopper).status_code == 200
    assert error_codes(judge(shopper, product_type="mug")) == [("#/product_type", "not_for_sessions")]


def test_it_takes_from_the_drawing_time_of_previews(shop: APIClient, settings: Settings) -> None:
    settings.RENDER_PREVIEW_BUDGET = 60
    answer = judge(shop)
    assert '"drawing"' in answer["RateLimit"]
    assert '"drawing"' in answer["RateLimit-Policy"]


def test_score_and_printable_follow_from_the_severities(shop: APIClient) -> None:
    catalogue.make_variants()
    data = catalogue.dark_text(variant="NAVY-S")
    warned = judge(shop, data).json()
    severities = [each["severity"] for each in warned["preflight"]]
    assert (warned["score"], warned["printable"]) == (
        100 - 10 * severities.count("warning") - severities.count("info"),
        True,
    )
    catalogue.judge_strictly()
    stopped = judge(shop, data).json()
    assert (stopped["score"], stopped["printable"]) == (warned["score"] - 30, False)
