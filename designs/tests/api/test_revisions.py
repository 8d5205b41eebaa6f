"""A design at each of its revisions, with the files that are kept."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from designs.models import Rendition
from designs.tests.support.api_client import CREATE_BODY, create_published_design
from designs.tests.support.fixture_types import RunWorker
from designs.tests.support.orders import BOX, TEXTS, hash_files
from rendering import storage


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_design_is_shown_at_each_of_its_revisions(shop: APIClient, edited: str, number: int) -> None:
    shown = shop.get(f"{edited}?revision={number}").json()
    assert shown["design_data"]["text"] == TEXTS[number]
    assert (shown["revision"], shown["published_revision"], shown["status"]) == (number, number, "published")
    assert {file["revision"] for file in shown["renditions"]} == {number}
    assert shown["preview_url"] in {file["url"] for file in shown["renditions"]}
    single = shop.get(f"{edited}/revisions/{number}").json()
    assert (single["number"], single["design_data"]) == (number, shown["design_data"])
    assert hash_files(single) == hash_files(shown)
    for file in single["renditions"]:
        key = Rendition.objects.get(sha256=file["sha256"], name=file["name"]).key
        assert hashlib.sha256(storage.read_file(key).data).hexdigest() == file["sha256"]


def test_a_revision_without_files_says_so(shop: APIClient, edited: str) -> None:
    shop.patch(edited, {"design_data": {**CREATE_BODY["design_data"], "text": "Saved"}, "render": False})
    shown = shop.get(f"{edited}?revision=4").json()
    assert (shown["status"], shown["published_revision"], shown["renditions"]) == ("draft", None, [])
    assert (shown["preview_url"], shown["largest_file"]) == (None, None)
    newest = shop.get(edited).json()
    assert (newest["status"], newest["revision"], newest["published_revision"]) == ("published", 4, 3)


def test_finishing_renders_what_was_only_saved(shop: APIClient, edited: str, work: RunWorker) -> None:
    shop.patch(edited, {"design_data": {**CREATE_BODY["design_data"], "text": "Saved"}, "render": False})
    assert shop.post(f"{edited}/finish").json()["status"] == "rendering"
    work()
    assert shop.get(edited).json()["published_revision"] == 4


@pytest.mark.parametrize("where", ["?revision=9", "/revisions/9"])
def test_a_revision_that_is_none_is_not_found(shop: APIClient, edited: str, where: str) -> None:
    answer = shop.get(edited + where)
    assert answer.status_code == 404
    assert answer.json()["code"] == "unknown_revision"
    assert "revisions 1 to 3" in answer.json()["detail"]


@pytest.mark.parametrize("raw", ["0", "-1", "x", "1.5", "9999999999", ""])
def test_a_malformed_revision_is_refused(shop: APIClient, edited: str, raw: str) -> None:
    assert shop.get(f"{edited}?revision={raw}").json()["errors"][0]["parameter"] == "revision"


def test_files_name_their_placement_and_resolution(shop: APIClient, work: RunWorker) -> None:
    layers = [{"type": "text", "text": "A", "font": "Bebas-Bold", "size": 20, "color": "#112233", "box": BOX}]
    placements = {name: {"layers": layers} for name in ("front", "back")}
    shown = create_published_design(shop, work, design_data={"version": 1, "placements": placements})
    seen = [(file["placement"], file["name"], file["dpi"]) for file in shown["renditions"]]
    products = shop.get("/api/v1/products").json()["results"]
    (shirt,) = [one for one in products if one["product_type"] == "t-shirt"]
    sides = {area["placement"]: max(area["width_mm"], area["height_mm"]) for area in shirt["print_areas"]}
    assert ("front", "preview.png", round(600 / sides["front"] * 25.4, 2)) == seen[0]
    assert ("back", "thumbnail-back.png", round(200 / sides["back"] * 25.4, 2)) in seen
    half = len(seen) // 2
    assert [one[0] for one in seen] == ["front"] * half + ["back"] * half
    assert [one[1].replace("-back", "") for one in seen[half:]] == [one[1] for one in seen[:half]]
    largest = shown["largest_file"]
    assert (largest["name"], largest["dpi"]) == ("preview.png", seen[0][2])
    assert "RENDER_OUTPUTS" in largest["reason"]


def test_files_of_earlier_versions_have_neither(shop: APIClient, edited: str) -> None:
    Rendition.objects.update(placement="", dpi=None)
    shown = shop.get(edited).json()
    assert {(file["placement"], file["dpi"]) for file in shown["renditions"]} == {(None, None)}
    assert shown["largest_file"]["dpi"] is None


def test_what_another_tab_has_changed_is_not_finished(shop: APIClient, edited: str) -> None:
    seen = shop.get(edited)["ETag"]
    shop.patch(edited, {"design_data": {**CREATE_BODY["design_data"], "text": "Other"}})
    refused = shop.post(f"{edited}/finish", headers={"If-Match": seen})
    assert (refused.status_code, refused.json()["code"]) == (412, "edited_meanwhile")
    assert shop.post(f"{edited}/finish", headers={"If-Match": refused.json()["etag"]}).status_code == 200


def test_a_revision_that_is_only_saved_does_not_expire(shop: APIClient, edited: str, settings: Any) -> None:
    settings.DRAFT_KEEP = timedelta(days=7)
    shop.patch(edited, {"design_data": {**CREATE_BODY["design_data"], "text": "Saved"}, "render": False})
    assert shop.get(f"{edited}?revision=4").json()["expires_at"] is None
