"""An item of a list equals the design's own answer without its files."""

from __future__ import annotations

from rest_framework.test import APIClient

from designs.models import Design, Rendition
from designs.tests.support.api_client import CREATE_BODY, DESIGNS_URL, create_published_design
from designs.tests.support.fixture_types import RunWorker


def test_a_list_item_equals_the_detail_without_files_in_every_state(shop: APIClient, work: RunWorker) -> None:
    failed = create_published_design(shop, work, metadata={"order": 1}, external_id="7")["id"]
    Design.objects.filter(pk=failed).update(status="failed", error_code="too_slow", error_message="It took long.")
    create_published_design(shop, work, product_type="mug")
    shop.post(DESIGNS_URL, {**CREATE_BODY, "render": False})
    made = shop.post(DESIGNS_URL, CREATE_BODY).json()
    listed = shop.get(DESIGNS_URL).json()["results"]
    shown = [shop.get(f"{DESIGNS_URL}/{one['id']}").json() for one in listed]
    assert [one["status"] for one in listed] == ["rendering", "draft", "published", "failed"]
    for one, whole in zip(listed, shown, strict=True):
        assert {**one, **{name: whole[name] for name in ("renditions", "largest_file")}} == whole
    assert made == shown[0]


def test_a_list_item_links_the_main_preview(shop: APIClient, work: RunWorker) -> None:
    design = create_published_design(shop, work)
    for png in (True, False):
        (listed,) = shop.get(DESIGNS_URL).json()["results"]
        files = list(Rendition.objects.filter(render__design=design["id"]))
        for kind in ("preview", "thumbnail"):
            standing = Rendition.pick_main(kind, files)
            assert standing is not None
            assert (standing.format == "png") is png
            assert listed[f"{kind}_url"].endswith(standing.key)
        Rendition.objects.filter(format="png").delete()
