"""What is printed on each placement, as designs, revisions, pins and previews show it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from redis import Redis
from rest_framework.test import APIClient

from designs.models import Render
from designs.previews import cache as preview_cache
from designs.tests.support import factories
from designs.tests.support.api_client import CREATE_BODY, DESIGNS_URL, create_published_design
from designs.tests.support.fixture_types import RunWorker
from designs.tests.support.previews import request_preview

pytestmark = pytest.mark.usefixtures("empty_redis")

JSON = {"Accept": "application/json"}
PLATE = {
    "type": "shape",
    "shape": "rectangle",
    "box": {"x": 10, "y": 20, "width": 100, "height": 50},
    "fill": {"type": "color", "color": "#ff0000"},
}
CODE = {"type": "qr", "value": "A", "box": {"x": 0, "y": 0, "width": 58, "height": 58}, "background": None}
SIDES = {"version": 1, "placements": {"front": {"layers": [PLATE]}, "back": {"layers": [CODE]}}}
PLAIN = {"has_photos": False, "has_color_glyphs": False, "has_gradients": False, "has_transparency": False}
SIDES_FACTS = [
    {
        "placement": "front",
        "layers": {"text": 0, "image": 0, "shape": 1, "qr": 0},
        "colors": ["#FF0000"],
        **PLAIN,
        "bounds": {"x": 10, "y": 20, "width": 100, "height": 50},
        "area_mm2": 5000,
    },
    {
        "placement": "back",
        "layers": {"text": 0, "image": 0, "shape": 0, "qr": 1},
        "colors": ["#000000"],
        **PLAIN,
        "bounds": {"x": 8, "y": 8, "width": 42, "height": 42},  # 21 of 29 modules
        "area_mm2": 1764,
    },
]


@pytest.fixture
def edited(shop: APIClient, work: RunWorker) -> str:
    """The URL of a design of two revisions, both with files: a line of text, then SIDES."""
    url = f"{DESIGNS_URL}/{create_published_design(shop, work)['id']}"
    shop.patch(url, {"design_data": SIDES})
    work()
    return url


def forget_facts() -> None:
    """Make the renders as earlier versions left them."""
    for render in Render.objects.all():
        render.receipt.pop("facts", None)
        render.save(update_fields=["receipt"])


def test_a_design_shows_the_facts_of_its_files(shop: APIClient, edited: str) -> None:
    assert shop.get(edited).json()["facts"] == SIDES_FACTS
    (listed,) = shop.get(DESIGNS_URL).json()["results"]
    assert listed["facts"] == SIDES_FACTS
    assert shop.get(f"{DESIGNS_URL}?fields=facts").json()["results"] == [{"facts": SIDES_FACTS}]


@pytest.mark.parametrize("where", ["?revision={}", "/revisions/{}"])
def test_each_revision_has_its_own_facts(shop: APIClient, edited: str, where: str) -> None:
    (text,) = shop.get(edited + where.format(1)).json()["facts"]
    assert (text["colors"], text["area_mm2"]) == (["#FF0000", "#FFFFFF"], 90_000)  # white on red
    assert shop.get(edited + where.format(2)).json()["facts"] == SIDES_FACTS


def test_a_pin_has_the_facts_of_what_was_ordered(shop: APIClient, edited: str, work: RunWorker) -> None:
    pin = shop.post(f"{edited}/pin", {"revision": 2, "order_id": "order-7"}).json()
    shop.patch(edited, {"design_data": CREATE_BODY["design_data"]})
    work()
    assert pin["facts"] == shop.get(f"/api/v1/pins/{pin['id']}").json()["facts"] == SIDES_FACTS


def test_there_are_none_without_files(shop: APIClient, work: RunWorker) -> None:
    made = shop.post(DESIGNS_URL, CREATE_BODY).json()
    draft = shop.post(DESIGNS_URL, {**CREATE_BODY, "render": False}).json()
    assert (made["facts"], draft["facts"]) == ([], [])
    url = f"{DESIGNS_URL}/{draft['id']}"
    assert [shop.get(url + where).json()["facts"] for where in ("", "?revision=1", "/revisions/1")] == [[], [], []]
    pin = shop.post(f"{url}/pin", {"revision": 1}).json()
    assert (pin["status"], pin["facts"]) == ("rendering", [])
    work()
    assert len(shop.get(f"/api/v1/pins/{pin['id']}").json()["facts"]) == 1


def test_they_are_unknown_for_files_of_earlier_versions(shop: APIClient, edited: str, work: RunWorker) -> None:
    pin = shop.post(f"{edited}/pin", {"revision": 2}).json()
    forget_facts()
    paths = [edited, f"{edited}?revision=1", f"{edited}/revisions/2", f"/api/v1/pins/{pin['id']}"]
    assert [shop.get(path).json()["facts"] for path in paths] == [None] * 4
    assert shop.get(DESIGNS_URL).json()["results"][0]["facts"] is None
    shop.post(f"{edited}/render")
    work()
    assert shop.get(edited).json()["facts"] == SIDES_FACTS


def test_a_receipt_in_the_list_of_renders_does_not_repeat_them(shop: APIClient, edited: str) -> None:
    renders = shop.get(f"{edited}/renders").json()["results"]
    assert all("engine" in one["receipt"] and "facts" not in one["receipt"] for one in renders)
    assert all(render.receipt["facts"] for render in Render.objects.all())


def test_a_preview_in_json_shows_all_sides_whatever_side_is_drawn(shop: APIClient) -> None:
    for placement in ("front", "back", "back"):  # the last one is cached
        answer = request_preview(shop, JSON, design_data=SIDES, placement=placement)
        assert answer.json()["facts"] == SIDES_FACTS
    assert answer["Server-Timing"].startswith("hit, ")


def test_a_design_that_is_only_typed_has_the_facts_that_it_will_be_published_with(
    shop: APIClient, work: RunWorker
) -> None:
    layers = [
        PLATE,
        {**factories.TEXT_LAYER, "color": "auto", "rotation": 20, "outline": {"width": 1, "color": "#AABBCC"}},
    ]
    data = {"version": 1, "placements": {"front": {"layers": layers}}}
    facts = request_preview(shop, JSON, design_data=data).json()["facts"]
    assert facts == create_published_design(shop, work, design_data=data)["facts"]
    assert facts[0]["layers"]["text"] == 1


@pytest.mark.parametrize("headers", [{}, JSON])
def test_a_cached_preview_of_an_earlier_version_is_drawn_again(
    shop: APIClient, empty_redis: Redis, headers: dict[str, str]
) -> None:
    drawn = request_preview(shop, headers)
    (place,) = empty_redis.keys("preview:*")
    value: Any = empty_redis.get(place)
    _, head, data = value.split(b"\n", 2)
    key, about = json.loads(head)
    del about["facts"]
    preview_cache.keep_copy(key, data, about)
    again = request_preview(shop, headers)
    assert (again.status_code, again.content) == (200, drawn.content)
    assert again["Server-Timing"].startswith("draw;dur=")
    assert request_preview(shop, headers)["Server-Timing"].startswith("hit, ")


def test_a_picture_has_no_facts(shop: APIClient) -> None:
    answer = request_preview(shop, {"Accept": "image/*"})
    assert answer["Content-Type"] == "image/webp"
    assert b"area_mm2" not in answer.content
    assert "Facts" not in answer
