"""A list shows of each design what its own answer shows, but for the files."""

from __future__ import annotations

from collections.abc import Callable

from rest_framework.test import APIClient

from designs.models import Design, Rendition
from designs.tests.support.api_client import BODY, DESIGNS, published


def test_in_every_state(shop: APIClient, work: Callable[[], int]) -> None:
    failed = published(shop, work, metadata={"order": 1}, external_id="7")["id"]
    Design.objects.filter(pk=failed).update(status="failed", error_code="too_slow", error_message="It took long.")
    published(shop, work, product_type="mug")
    shop.post(DESIGNS, {**BODY, "render": False})
    made = shop.post(DESIGNS, BODY).json()
    listed = shop.get(DESIGNS).json()["results"]
    shown = [shop.get(f"{DESIGNS}/{one['id']}").json() for one in listed]
    assert [one["status"] for one in listed] == ["rendering", "draft", "published", "failed"]
    assert [{**one, "renditions": whole["renditions"]} for one, whole in zip(listed, shown, strict=True)] == shown
    assert made == shown[0]


def test_the_picture_is_the_one_that_stands_for_its_kind(shop: APIClient, work: Callable[[], int]) -> None:
    design = published(shop, work)
    for png in (True, False):
        (listed,) = shop.get(DESIGNS).json()["results"]
        files = list(Rendition.objects.filter(render__design=design["id"]))
        for kind in ("preview", "thumbnail"):
            standing = Rendition.pick_main(kind, files)
            assert standing is not None
            assert (standing.format == "png") is png
            assert listed[f"{kind}_url"].endswith(standing.key)
        Rendition.objects.filter(format="png").delete()
