"""Designs over HTTP: create, draw, edit, render again, delete."""

from __future__ import annotations

import hashlib
import io
import re

from django.conf import settings
from PIL import Image
from rest_framework.test import APIClient

from designs.api import serializers
from designs.models import Design
from designs.tests.support.api_client import CREATE_BODY, DESIGNS_URL, create_published_design
from designs.tests.support.fixture_types import RunWorker


def test_a_posted_design_is_rendering_and_has_a_url(shop: APIClient) -> None:
    answer = shop.post(DESIGNS_URL, CREATE_BODY)
    design = answer.json()
    assert answer.status_code == 201
    assert answer["Location"] == f"http://testserver{DESIGNS_URL}/{design['id']}"
    assert (design["status"], design["revision"], design["published_revision"]) == ("rendering", 1, None)
    assert design["preview_url"] is None
    assert design["renditions"] == []
    assert answer["Retry-After"] == "1"


def test_a_drawn_design_is_published_with_its_six_files(shop: APIClient, work: RunWorker) -> None:
    design = create_published_design(shop, work)
    assert [rendition["name"] for rendition in design["renditions"]] == [
        "preview.png", "preview.webp", "thumbnail.png", "thumbnail.webp", "thumbnail-100.webp", "thumbnail-400.webp",
    ]  # fmt: skip
    assert re.search(rf"/media/designs/{design['id']}/1-1-[0-9a-f]{{8}}/preview\.png$", design["preview_url"])
    assert re.search(r"/1-1-[0-9a-f]{8}/thumbnail\.png$", design["thumbnail_url"])
    assert design["error"] is None


def test_each_file_matches_its_row(shop: APIClient, work: RunWorker) -> None:
    for rendition in create_published_design(shop, work)["renditions"]:
        data = b"".join(shop.get(rendition["url"]).streaming_content)  # type: ignore[attr-defined]
        assert (len(data), hashlib.sha256(data).hexdigest()) == (rendition["bytes"], rendition["sha256"])
        with Image.open(io.BytesIO(data)) as picture:
            assert picture.size == (rendition["width"], rendition["height"])
            assert (picture.format or "").lower() == rendition["format"]
            assert picture.convert("RGB").getpixel((1, 1)) == (255, 0, 0)


def test_the_files_are_stored_under_the_designs_own_folder(shop: APIClient, work: RunWorker) -> None:
    design = create_published_design(shop, work)
    folder = settings.STORAGE.root / "designs" / design["id"]
    assert len([file for file in folder.rglob("*") if file.is_file()]) == 6


def test_a_design_without_a_render_is_a_draft(shop: APIClient, work: RunWorker) -> None:
    draft = shop.post(DESIGNS_URL, {**CREATE_BODY, "render": False}).json()
    assert draft["status"] == "draft"
    assert work() == 0
    url = f"{DESIGNS_URL}/{draft['id']}"
    edited = shop.patch(url, {"design_data": {**CREATE_BODY["design_data"], "text": "Second"}}).json()
    assert (edited["status"], edited["revision"]) == ("draft", 2)
    assert shop.patch(url, {"render": True}).json()["status"] == "rendering"
    work()
    assert shop.get(url).json()["published_revision"] == 2


def test_metadata_and_external_id_are_returned_unchanged(shop: APIClient) -> None:
    own = {"metadata": {"cart": [1, 2.5, None, {"é": "✓"}]}, "external_id": "order-17"}
    design = shop.post(DESIGNS_URL, {**CREATE_BODY, **own}).json()
    assert {name: design[name] for name in own} == own


def test_an_edit_makes_a_new_revision_and_keeps_the_old_files_until_it_is_drawn(
    shop: APIClient, work: RunWorker
) -> None:
    design = create_published_design(shop, work)
    url = f"{DESIGNS_URL}/{design['id']}"
    edited = shop.patch(url, {"design_data": {**CREATE_BODY["design_data"], "text": "Other"}}).json()
    assert (edited["status"], edited["revision"], edited["published_revision"]) == ("rendering", 2, 1)
    assert edited["preview_url"] == design["preview_url"]
    work()
    again = shop.get(url).json()
    assert (again["status"], again["published_revision"]) == ("published", 2)
    assert re.search(r"/2-1-[0-9a-f]{8}/preview\.png$", again["preview_url"])


def test_a_metadata_change_makes_no_revision(shop: APIClient, work: RunWorker) -> None:
    design = create_published_design(shop, work)
    edited = shop.patch(f"{DESIGNS_URL}/{design['id']}", {"metadata": {"a": 1}}).json()
    assert (edited["revision"], edited["status"], edited["metadata"]) == (1, "published", {"a": 1})
    assert work() == 0


def test_a_repeated_render_request_is_drawn_again(shop: APIClient, work: RunWorker) -> None:
    design = create_published_design(shop, work)
    url = f"{DESIGNS_URL}/{design['id']}"
    answer = shop.post(f"{url}/render")
    assert (answer.status_code, answer.json()["number"], answer.json()["state"]) == (202, 2, "queued")
    work()
    renders = shop.get(f"{url}/renders").json()["results"]
    assert [(one["number"], one["state"], one["attempts"]) for one in renders] == [
        (2, "succeeded", 1),
        (1, "succeeded", 1),
    ]
    assert renders[0]["receipt"]["drawing_ms"] > 0


def test_every_version_of_the_data_can_be_read(shop: APIClient) -> None:
    url = f"{DESIGNS_URL}/{shop.post(DESIGNS_URL, CREATE_BODY).json()['id']}"
    shop.patch(url, {"design_data": {**CREATE_BODY["design_data"], "text": "Other"}})
    revisions = shop.get(f"{url}/revisions").json()["results"]
    assert [(one["number"], one["design_data"]["text"]) for one in revisions] == [(2, "Other"), (1, "Test")]


def test_the_preview_url_redirects_to_the_current_file(shop: APIClient, work: RunWorker) -> None:
    rendering = shop.post(DESIGNS_URL, CREATE_BODY).json()
    assert shop.get(f"{DESIGNS_URL}/{rendering['id']}/preview").status_code == 404
    work()
    answer = shop.get(f"{DESIGNS_URL}/{rendering['id']}/preview")
    assert answer.status_code == 302
    assert re.fullmatch(rf"/media/designs/{rendering['id']}/1-1-[0-9a-f]{{8}}/preview\.png", answer["Location"])


def test_a_deleted_design_is_gone_with_its_files(shop: APIClient, work: RunWorker) -> None:
    design = create_published_design(shop, work)
    url = f"{DESIGNS_URL}/{design['id']}"
    assert shop.delete(url).status_code == 204
    assert [shop.get(url).status_code, shop.delete(url).status_code, shop.get(f"{url}/renders").status_code] == [
        404
    ] * 3
    assert shop.get(DESIGNS_URL).json()["results"] == []
    assert Design.objects.get().deleted_at is not None


def test_every_url_works_with_a_trailing_slash(shop: APIClient, work: RunWorker) -> None:
    design = create_published_design(shop, work)
    for path in (
        DESIGNS_URL,
        f"{DESIGNS_URL}/{design['id']}",
        f"{DESIGNS_URL}/{design['id']}/renders",
        "/api/v1/products",
    ):
        assert shop.get(f"{path}/").json() == shop.get(path).json()
    assert shop.post(f"{DESIGNS_URL}/", CREATE_BODY).status_code == 201


def test_a_response_has_exactly_the_fields_of_the_schema(shop: APIClient, work: RunWorker) -> None:
    design = create_published_design(shop, work)
    assert set(design) == set(serializers.DesignOut().fields) - {"session"}  # in responses that started one
    assert set(design["renditions"][0]) == set(serializers.RenditionOut().fields)
    listed = shop.get(DESIGNS_URL).json()["results"][0]
    assert set(listed) == set(serializers.DesignListOut().fields)
    render = shop.get(f"{DESIGNS_URL}/{design['id']}/renders").json()["results"][0]
    assert set(render) == set(serializers.RenderOut().fields)
