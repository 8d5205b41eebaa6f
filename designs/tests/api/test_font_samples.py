"""Samples of fonts over HTTP: public images that browsers may keep."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.test import Client
from PIL import Image
from rest_framework.test import APIClient

from rendering.fonts import sample_sprite, samples

FOR_EVER = "public, max-age=31536000, immutable"
SAMPLE, SPRITE = "/api/v1/fonts/Lobster-Regular/sample", "/api/v1/fonts/samples.webp"


@pytest.fixture
def fonts(shop: APIClient) -> dict[str, Any]:
    """The list of fonts."""
    listed: dict[str, Any] = shop.get("/api/v1/fonts").json()
    return listed


def test_each_font_has_a_public_sample_that_may_be_kept_for_ever(fonts: dict[str, Any], client: Client) -> None:
    pictures = set()
    for font in fonts["results"]:
        answer = client.get(font["sample_url"], headers={"Accept": "image/avif,image/png"})
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
        assert answer["Cache-Control"] == FOR_EVER
        assert answer["ETag"].strip('"') == font["sample_url"].rpartition("=")[2]
        pictures.add(answer.content)
        with Image.open(io.BytesIO(answer.content)) as picture:
            assert picture.size == (600, 160)
            assert len(picture.getcolors() or []) > 2
    assert len(pictures) > 80


def test_one_image_shows_every_font_at_the_listed_place(fonts: dict[str, Any], client: Client) -> None:
    answer = client.get(fonts["samples_url"], headers={"Accept": "image/avif,image/webp,*/*"})
    assert (answer.status_code, answer["Content-Type"], answer["Cache-Control"]) == (200, "image/webp", FOR_EVER)
    with Image.open(io.BytesIO(answer.content)) as sprite:
        assert sprite.size == (fonts["samples_width"], fonts["samples_height"])
        cells = [font["sample"] for font in fonts["results"]]
        shown = [sprite.crop((c["x"], c["y"], c["x"] + c["width"], c["y"] + c["height"])) for c in cells]
    assert len({(c["x"], c["y"]) for c in cells}) == len(cells) > 80
    assert all(min(one.convert("L").tobytes()) < 64 for one in shown)
    assert all(max(one.convert("L").tobytes()) == 255 for one in shown)
    assert len({one.tobytes() for one in shown}) > 80


@pytest.mark.parametrize("url", [SAMPLE, SPRITE])
def test_without_its_version_an_image_is_kept_for_a_day(client: Client, url: str) -> None:
    assert client.get(url)["Cache-Control"] == "public, max-age=86400"


def test_an_outdated_sample_is_shown_and_not_kept_for_ever(client: Client) -> None:
    answer = client.get(f"{SAMPLE}?v=0123456789abcdef")
    assert (answer.status_code, answer["Cache-Control"]) == (200, "public, max-age=86400")


def test_an_outdated_sprite_is_not_found_because_its_places_differ(client: Client) -> None:
    answer = client.get(f"{SPRITE}?v=0123456789abcdef")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert "Fetch /api/v1/fonts again" in answer.json()["detail"]
    assert "Cache-Control" not in answer


@pytest.mark.parametrize("url", [SAMPLE, SPRITE])
def test_an_unchanged_image_is_not_modified_and_not_drawn(
    client: Client, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tag = client.get(url)["ETag"]
    samples.draw_sample.cache_clear()
    sample_sprite._draw_sprite.cache_clear()
    monkeypatch.delattr(samples, "draw")
    monkeypatch.delattr(sample_sprite, "draw")
    answer = client.get(url, headers={"If-None-Match": tag})
    assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", tag)


@pytest.mark.parametrize("url", [SAMPLE, SPRITE])
def test_images_vary_with_no_cookie(client: Client, url: str) -> None:
    """Else no shared cache would keep them."""
    answer = client.get(url)
    assert "cookie" not in answer["Vary"].lower()
    assert "Set-Cookie" not in answer


def test_a_sample_of_an_unknown_font_is_not_found(client: Client) -> None:
    missing = client.get("/api/v1/fonts/Comic-Sans/sample")
    assert (missing.status_code, missing["Content-Type"]) == (404, "application/problem+json")
    assert "no font of this name" in missing.json()["detail"]
