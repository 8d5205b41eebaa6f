"""`POST /api/v1/preview`: the file that a worker would publish, drawn now, with nothing stored."""

from __future__ import annotations

import base64
import io
import json
from typing import Any

import pytest
from django.conf import settings
from PIL import Image
from pytest_django import Settings
from redis import Redis
from rest_framework.test import APIClient

from designs.broker import client
from designs.models import Asset, Design, PrintArea, Render
from designs.previews import cache as preview_cache
from designs.previews import render
from designs.tests.support import factories, images
from designs.tests.support.api_client import client_of, create_published_design
from designs.tests.support.fixture_types import RunWorker
from designs.tests.support.previews import error_codes, request_preview
from designs.tests.support.uploads import upload

pytestmark = pytest.mark.usefixtures("empty_redis")
PHOTO_BOX = {"x": 10, "y": 10, "width": 200, "height": 200}


def named(shop: APIClient, design: dict[str, Any], name: str) -> bytes:
    (url,) = [one["url"] for one in design["renditions"] if one["name"] == name]
    answer: Any = shop.get(url.removeprefix("http://testserver"))
    return b"".join(answer.streaming_content)


@pytest.mark.parametrize("file_format", ["webp", "png"])
def test_a_preview_equals_the_published_file_byte_for_byte(shop: APIClient, work: RunWorker, file_format: str) -> None:
    answer = request_preview(shop, format=file_format)
    assert (answer.status_code, answer["Content-Type"]) == (200, f"image/{file_format}")
    assert answer.content == named(shop, create_published_design(shop, work), f"preview.{file_format}")


def test_a_preview_stores_nothing(shop: APIClient) -> None:
    before = sorted(settings.STORAGE.root.rglob("*"))
    assert request_preview(shop).status_code == 200
    assert not Design.objects.exists()
    assert not Render.objects.exists()
    assert sorted(settings.STORAGE.root.rglob("*")) == before


@pytest.mark.parametrize("product", ["t-shirt", "mug", "poster"])
@pytest.mark.parametrize("width", [50, 337, 1600])
def test_a_preview_has_the_requested_width(shop: APIClient, product: str, width: int) -> None:
    areas = {"t-shirt": ("front", 300, 400), "mug": ("wrap", 200, 90), "poster": ("front", 420, 594)}
    placement, across, down = areas[product]
    data = {"version": 1, "placements": {placement: {"layers": [{**factories.TEXT_LAYER}]}}}
    answer = request_preview(shop, product_type=product, design_data=data, width=width, format="jpeg")
    assert answer.status_code == 200, answer.content
    picture = Image.open(io.BytesIO(answer.content))
    assert picture.format == "JPEG"
    assert picture.width == width
    assert abs(picture.height - width * down / across) <= 1


def test_one_of_several_placements_can_be_previewed(shop: APIClient) -> None:
    colors = {"front": "#FF0000", "back": "#0000FF"}
    sides = {
        side: {"background": {"type": "color", "color": color}, "layers": [factories.TEXT_LAYER]}
        for side, color in colors.items()
    }
    data = {"version": 1, "placements": sides}
    seen = {}
    for placement in ("front", "back"):
        answer = request_preview(shop, design_data=data, placement=placement, format="png")
        seen[placement] = Image.open(io.BytesIO(answer.content)).convert("RGB").getpixel((0, 0))
    assert seen == {"front": (255, 0, 0), "back": (0, 0, 255)}
    assert error_codes(request_preview(shop, placement="back")) == [("#/placement", "unused_placement")]


def test_a_repeated_preview_is_not_modified(shop: APIClient) -> None:
    first = request_preview(shop)
    again = request_preview(shop, {"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert "Content-Type" not in again
    assert "total;dur=" in again["Server-Timing"]
    assert request_preview(shop, {"If-None-Match": first["ETag"]}, width=599).status_code == 200


def test_the_etag_changes_with_every_input(shop: APIClient, settings: Settings) -> None:
    tags = [request_preview(shop)["ETag"], request_preview(shop, format="png")["ETag"]]
    tags.append(request_preview(client_of("shop", test=True))["ETag"])
    PrintArea.objects.filter(product__slug="t-shirt").update(safe_mm=1)
    tags.append(request_preview(shop)["ETag"])
    settings.RENDER_WATERMARK = "shop.example"
    tags.append(request_preview(shop)["ETag"])
    assert len(set(tags)) == len(tags)


def test_a_repeated_preview_comes_from_the_shared_cache(shop: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    first = request_preview(shop)
    assert "draw;dur=" in first["Server-Timing"]

    def draw(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr(render, "draw_inputs", draw)
    again = request_preview(shop)
    assert again.content == first.content
    assert again["Server-Timing"].startswith("hit, ")
    with pytest.raises(AssertionError):
        request_preview(shop, width=601)


def test_without_redis_every_preview_is_drawn(shop: APIClient, settings: Settings) -> None:
    with_redis = request_preview(shop).content
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    client.reset_for_tests()
    assert [request_preview(shop).content for _ in range(2)] == [with_redis] * 2


def test_json_holds_the_image_and_the_findings(shop: APIClient) -> None:
    faint = {"text": "Test", "font": "Bebas-Bold", "color": "#FF0000"}
    long_form = {
        "version": 1,
        "placements": {
            "front": {
                "background": {"type": "color", "color": "#FFFFFF"},
                "layers": [{**factories.TEXT_LAYER, "color": "#FEFEFE"}],
            }
        },
    }
    for data, codes in ((faint, []), (long_form, ["low_contrast"])):
        picture = request_preview(shop, design_data=data)
        answer = request_preview(shop, {"Accept": "application/json"}, design_data=data)
        body = answer.json()
        kind, _, encoded = body.pop("picture").partition(";base64,")
        assert kind == "data:image/webp"
        assert base64.b64decode(encoded) == picture.content
        assert [finding["code"] for finding in body.pop("preflight")] == codes
        (facts,) = body.pop("facts")
        assert (facts["placement"], facts["layers"]["text"]) == ("front", 1)
        size = Image.open(io.BytesIO(picture.content)).size
        assert body == {"format": "webp", "width": size[0], "height": size[1], "bytes": len(picture.content)}
        assert answer["ETag"] != picture["ETag"]
        expected = [f"{code};severity=warning;placement=front;layer=0" for code in codes]
        assert picture.get("Preflight", "") == ", ".join(expected)


def test_an_invalid_design_is_refused_at_its_pointer(shop: APIClient) -> None:
    assert error_codes(request_preview(shop, product_type="boat")) == [("#/product_type", "unknown_product")]
    assert error_codes(request_preview(shop, design_data={"text": "A", "font": "Nope", "color": "#FF0000"})) == [
        ("#/design_data/font", "unknown_font")
    ]
    bounds = [(49, "min_value"), (1601, "max_value"), ("600", "wrong_type"), (True, "wrong_type"), (60.5, "wrong_type")]
    for width, code in bounds:
        assert error_codes(request_preview(shop, width=width)) == [("#/width", code)]
    assert error_codes(request_preview(shop, format="nope")) == [("#/format", "invalid_choice")]
    assert error_codes(request_preview(shop, size=3)) == [("#/size", "unknown_field")]


def test_a_preview_larger_than_its_format_allows_is_refused(shop: APIClient) -> None:
    PrintArea.objects.filter(product__slug="mug").update(width_mm=20, height_mm=400)
    data = {"version": 1, "placements": {"wrap": {"layers": [{**factories.TEXT_LAYER, "size": 1}]}}}
    answer = request_preview(shop, product_type="mug", design_data=data, width=1600)
    assert error_codes(answer) == [("#/design_data", "invalid_design")]
    assert "megapixels" in answer.json()["detail"]


def test_a_preview_uses_only_the_callers_assets(shop: APIClient, stranger: APIClient) -> None:
    asset = upload(shop, images.photo_bytes()).json()["id"]
    mine = request_preview(shop, design_data=factories.image_design_data(asset), format="png")
    red = Image.open(io.BytesIO(mine.content)).convert("RGB").getpixel((100, 200))
    assert all(abs(a - b) < 12 for a, b in zip(red, images.RED, strict=True))
    foreign = request_preview(stranger, design_data=factories.image_design_data(asset))
    assert error_codes(foreign) == [("#/design_data/placements/front/layers/0/asset", "unknown_asset")]
    Asset.objects.update(deleted_at="2026-01-01T00:00:00Z")
    assert (
        request_preview(shop, design_data=factories.image_design_data(asset)).status_code == 400
    )  # although a copy is in the cache


def test_a_preview_of_a_test_key_has_a_watermark(shop: APIClient) -> None:
    assert request_preview(shop).content != request_preview(client_of("shop", test=True)).content


def test_a_key_with_only_the_upload_scope_may_not_preview(catalogue: None) -> None:
    answer = request_preview(client_of("shop", scopes=["assets:write"]))
    assert (answer.status_code, answer.json()["code"]) == (403, "missing_scope")
    assert request_preview(client_of("shop", scopes=["designs:read"])).status_code == 200


def test_the_cache_is_bounded_and_never_returns_another_preview(shop: APIClient, empty_redis: Redis) -> None:
    first = request_preview(shop)
    (place,) = empty_redis.keys("preview:*")
    value: Any = empty_redis.get(place)
    _, head, data = value.split(b"\n", 2)
    own, about = json.loads(head)
    # Another image has the same slot of the cache: the requested one is drawn and replaces it.
    preview_cache.keep_copy(f"{own[:12]}{'0' * 52}", data, about)
    assert empty_redis.get(place) != value
    assert request_preview(shop)["Server-Timing"].startswith("draw;dur=")
    value = empty_redis.get(place)
    assert json.loads(value.split(b"\n", 2)[1])[0] == own
    assert 0 < empty_redis.ttl(place) <= 3600
    assert request_preview(shop).content == first.content
    # A noisy photo of 1,600 px is larger than a slot.
    noise = Image.effect_noise((1200, 900), 120).convert("RGB")
    out = io.BytesIO()
    noise.save(out, "JPEG", quality=95)
    asset = upload(shop, out.getvalue()).json()["id"]
    large = request_preview(shop, design_data=factories.image_design_data(asset), width=1600, format="png")
    assert len(large.content) > 131_072
    assert len(empty_redis.keys("preview:*")) == 1


@pytest.mark.parametrize("how", ["other", "garbled", "unsigned", "empty"])
def test_a_cached_copy_that_others_wrote_is_no_copy(shop: APIClient, empty_redis: Redis, how: str) -> None:
    drawn = request_preview(shop)
    (place,) = empty_redis.keys("preview:*")
    value = empty_redis.get(place)
    assert isinstance(value, bytes)
    signature, head, data = value.split(b"\n", 2)
    foreign = {
        "other": b"\n".join([signature, head.replace(b"image/png", b"text/html"), b"<script>"]),
        "garbled": value[:-1],
        "unsigned": b"\n".join([head, data]),
        "empty": b"",
    }[how]
    empty_redis.set(place, foreign)
    again = request_preview(shop)
    assert (again.status_code, again["Content-Type"], again.content) == (200, drawn["Content-Type"], drawn.content)
    assert "draw" in again["Server-Timing"]
