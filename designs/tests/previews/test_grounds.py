"""The ground of a preview: nothing, or the colour of the variant."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image
from rest_framework.test import APIClient

from designs.models import Variant
from designs.tests.support import catalogue
from designs.tests.support.previews import PREVIEW_URL, error_codes, request_preview

pytestmark = pytest.mark.usefixtures("empty_redis", "variants")
ON_NAVY = catalogue.dark_text(variant="NAVY-S")


@pytest.fixture
def variants(shop: APIClient) -> None:
    """Variants of the T-shirt."""
    catalogue.make_variants()


def corner(answer: Any) -> tuple[int, ...]:
    """Return the pixel at the top left, RGBA."""
    assert answer.status_code == 200, answer.content
    pixel: Any = Image.open(io.BytesIO(answer.content)).convert("RGBA").getpixel((0, 0))
    return tuple(pixel)


@pytest.mark.parametrize("file_format", ["webp", "png", "jpeg"])
def test_the_product_shows_where_the_design_is_transparent(shop: APIClient, file_format: str) -> None:
    shown = corner(request_preview(shop, design_data=ON_NAVY, ground="product", format=file_format))
    assert shown[3] == 255
    assert all(abs(seen - meant) <= 2 for seen, meant in zip(shown[:3], (0x10, 0x18, 0x30), strict=True))


def test_by_default_the_ground_is_left_out(shop: APIClient) -> None:
    plain = request_preview(shop, design_data=ON_NAVY)
    assert corner(plain)[3] == 0
    assert request_preview(shop, design_data=ON_NAVY, ground="none").content == plain.content


def test_a_new_colour_of_the_variant_is_a_new_picture(shop: APIClient) -> None:
    before = request_preview(shop, design_data=ON_NAVY, ground="product", format="png")
    Variant.objects.update(color="#00FF00")
    after = request_preview(
        shop, {"If-None-Match": before["ETag"]}, design_data=ON_NAVY, ground="product", format="png"
    )
    assert corner(after) == (0, 255, 0, 255)


@pytest.mark.parametrize(
    ("data", "words"), [(catalogue.dark_text(), "names no variant"), (ON_NAVY, "NAVY-S is not known")]
)
def test_a_ground_of_unknown_colour_is_refused(shop: APIClient, data: dict[str, Any], words: str) -> None:
    Variant.objects.update(color="")
    answer = request_preview(shop, design_data=data, ground="product")
    assert error_codes(answer) == [("#/ground", "unknown_color")]
    assert words in answer.json()["detail"]
    signed = shop.post(f"{PREVIEW_URL}/urls", {"product_type": "t-shirt", "design_data": data, "ground": "product"})
    assert error_codes(signed) == [("#/ground", "unknown_color")]


def test_a_signed_address_shows_the_ground_too(shop: APIClient) -> None:
    body = {"product_type": "t-shirt", "design_data": ON_NAVY, "ground": "product", "format": "png"}
    address = shop.post(f"{PREVIEW_URL}/urls", body).json()["url"].removeprefix("http://testserver")
    assert corner(APIClient().get(address)) == (0x10, 0x18, 0x30, 255)


def test_a_variant_costs_one_query_and_none_where_it_is_not_named(shop: APIClient) -> None:
    counts = []
    for data in (catalogue.dark_text(), ON_NAVY):
        request_preview(shop, design_data=data)
        with CaptureQueriesContext(connection) as queries:
            assert request_preview(shop, design_data=data).status_code == 200
        counts.append(len(queries))
    assert counts[1] == counts[0] + 1
