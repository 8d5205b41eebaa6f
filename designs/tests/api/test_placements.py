"""The long form over HTTP: layers on the front and the back, with the product's rules and print areas."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from PIL import Image
from rest_framework.test import APIClient

from designs.models import Design, Product
from designs.tests.support.api_client import CREATE_BODY, DESIGNS_URL, create_published_design
from designs.tests.support.fixture_types import RunWorker
from rendering.engine.schema import EXAMPLE


def layer(text: str = "Front", **more: Any) -> dict[str, Any]:
    return {"type": "text", "text": text, "font": "Pacifico-Regular", "size": 24, "color": "#FFD166", **more}


def data(**sides: list[dict[str, Any]]) -> dict[str, Any]:
    ground = {"type": "color", "color": "#1F3A5F"}
    return {"version": 1, "placements": {name: {"background": ground, "layers": side} for name, side in sides.items()}}


def opened(shop: APIClient, url: str) -> Image.Image:
    return Image.open(io.BytesIO(b"".join(shop.get(url).streaming_content)))  # type: ignore[attr-defined]


def test_both_placements_are_drawn_and_the_main_one_is_shown(shop: APIClient, work: RunWorker) -> None:
    both = data(back=[layer("Back")], front=[layer("Front"), layer("more", rotation=20, opacity=0.5)])
    design = create_published_design(shop, work, design_data=both)
    names = [one["name"] for one in design["renditions"]]
    assert names == [
        *("preview.png", "preview.webp", "thumbnail.png", "thumbnail.webp", "thumbnail-100.webp", "thumbnail-400.webp"),
        *("preview-back.png", "preview-back.webp", "thumbnail-back.png", "thumbnail-back.webp"),
        *("thumbnail-back-100.webp", "thumbnail-back-400.webp"),
    ]
    assert design["preview_url"].endswith("/preview.png")
    front, back = (opened(shop, one["url"]) for one in design["renditions"][:7:6])
    assert front.size == back.size == (450, 600)  # the print area is 300 × 400 mm
    assert front.convert("RGB").tobytes() != back.convert("RGB").tobytes()
    assert design["design_data"] == both


def test_a_single_placement_is_shown_whichever_it_is(shop: APIClient, work: RunWorker) -> None:
    design = create_published_design(shop, work, design_data=data(back=[layer("Back")]))
    assert len(design["renditions"]) == 6
    assert design["preview_url"].endswith("/preview.png")


def test_findings_name_the_placement_and_the_layer(shop: APIClient, work: RunWorker) -> None:
    long = layer("A line that is far too long", box={"x": 0, "y": 0, "width": 50, "height": 50})
    design = create_published_design(shop, work, design_data=data(front=[layer()], back=[layer(), long]))
    (finding,) = (one for one in design["preflight"] if one["code"] == "text_shrunk")
    assert (finding["code"], finding["placement"], finding["layer"]) == ("text_shrunk", "back", 1)


def test_a_layer_against_the_products_rules_is_refused_at_its_pointer(shop: APIClient) -> None:
    answer = shop.post(
        DESIGNS_URL, {**CREATE_BODY, "design_data": data(front=[layer("x" * 51), layer(size=40)], sleeve=[layer()])}
    )
    assert answer.status_code == 400
    assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [
        ("#/design_data/placements/front/layers/0/text", "too_long"),
        ("#/design_data/placements/front/layers/1/size", "too_large"),
        ("#/design_data/placements/sleeve", "unknown_placement"),
    ]


def test_changed_product_rules_apply_to_the_next_design(shop: APIClient) -> None:
    body = {**CREATE_BODY, "design_data": data(front=[layer(size=40)])}
    assert shop.post(DESIGNS_URL, body).status_code == 400
    Product.objects.filter(slug="t-shirt").update(size_max=100)
    assert shop.post(DESIGNS_URL, body).status_code == 201


def test_settings_limit_layers_and_characters(shop: APIClient, settings: LazySettings) -> None:
    settings.RENDER_MAX_LAYERS, settings.RENDER_MAX_CODE_POINTS = 2, 10
    three = shop.post(DESIGNS_URL, {**CREATE_BODY, "design_data": data(front=[layer("a")] * 3)}).json()
    assert three["errors"][0]["code"] == "too_many"
    long = shop.post(DESIGNS_URL, {**CREATE_BODY, "design_data": data(front=[layer("a" * 11)])}).json()
    assert long["errors"][0]["code"] == "too_long"


def test_changing_the_area_of_an_unused_placement_redraws_nothing(shop: APIClient, work: RunWorker) -> None:
    design = create_published_design(shop, work)
    Product.objects.get(slug="t-shirt").print_areas.filter(placement="back").update(width_mm=10)
    shop.patch(f"{DESIGNS_URL}/{design['id']}", {"design_data": CREATE_BODY["design_data"]})
    assert work() == 0
    assert shop.get(f"{DESIGNS_URL}/{design['id']}").json()["published_revision"] == 2


@pytest.mark.usefixtures("catalogue")
def test_the_admin_shows_the_text_of_every_layer(shop: APIClient, admin_client: Client) -> None:
    shop.post(DESIGNS_URL, {**CREATE_BODY, "design_data": data(front=[layer("First")], back=[layer("Second")])})
    page = admin_client.get("/admin/designs/design/").content.decode()
    assert "First" in page
    assert "Second" in page
    design = Design.objects.get()
    assert admin_client.get(f"/admin/designs/design/{design.pk}/change/").status_code == 200


def test_the_example_of_the_documentation_is_drawn_without_a_finding(shop: APIClient, work: RunWorker) -> None:
    assert create_published_design(shop, work, design_data=EXAMPLE)["preflight"] == []
