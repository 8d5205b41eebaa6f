"""Assets over HTTP: any accepted image file is stored as its pixels."""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from rest_framework.test import APIClient

from designs.models import Asset, Quota
from designs.reconciler import tick
from designs.tests.support import factories, images
from designs.tests.support.uploads import ASSETS_URL, delete_stored_assets, upload
from rendering import storage
from rendering.ingest import clean
from rendering.ingest.clean import DecoderBusy
from rendering.storage import StorageUnavailable


def fetched(client: Client, url: str) -> tuple[Any, bytes]:
    parts = urlsplit(url)
    answer: Any = client.get(f"{parts.path}?{parts.query}")
    return answer, b"".join(answer.streaming_content)


def kept_files() -> list[str]:
    root = settings.STORAGE.root / "private" / "assets"
    return [path.name for path in root.rglob("*") if path.is_file()]


@pytest.fixture(autouse=True)
def no_stored_assets() -> None:
    delete_stored_assets()


def test_a_photo_is_stored_and_shown(shop: APIClient) -> None:
    answer = upload(shop, images.photo_bytes())
    asset = answer.json()
    assert answer.status_code == 201, asset
    assert answer["Location"] == f"http://testserver{ASSETS_URL}/{asset['id']}"
    assert {name: asset[name] for name in ("file_name", "format", "width", "height")} == {
        "file_name": "photo.jpg", "format": "jpeg", "width": 120, "height": 80,
    }  # fmt: skip
    shares = {one["share"] for one in asset["colors"]}
    assert max(shares) == pytest.approx(0.5, abs=0.02)
    shown, data = fetched(shop, asset["url"])
    assert (shown["Content-Type"], shown["X-Content-Type-Options"], len(data)) == (
        "image/jpeg",
        "nosniff",
        asset["bytes"],
    )
    with Image.open(io.BytesIO(data)) as picture:
        red, blue = (picture.convert("RGB").crop((x, 40, x + 1, 41)).tobytes() for x in (10, 110))
    assert max(abs(a - b) for a, b in zip(red + blue, (*images.RED, *images.BLUE), strict=True)) < 6
    assert shop.get(f"{ASSETS_URL}/{asset['id']}").json() == {**asset}
    assert [one["id"] for one in shop.get(ASSETS_URL).json()["results"]] == [asset["id"]]


def test_a_large_photo_has_a_working_copy_for_the_screen(shop: APIClient) -> None:
    asset = upload(shop, images.photo_bytes(2400, 1200)).json()
    sizes = []
    for name in ("url", "working_url"):
        with Image.open(io.BytesIO(fetched(shop, asset[name])[1])) as picture:
            sizes.append(picture.size)
    assert sizes == [(2400, 1200), (1600, 800)]
    row = Asset.objects.get()
    assert (row.working_width, row.working_height) == (1600, 800)
    assert Quota.objects.get().storage_bytes == row.stored_bytes > row.bytes
    assert sorted(kept_files()) == ["full.jpg", "working.jpg"]


def test_transparency_is_kept(shop: APIClient) -> None:
    asset = upload(shop, images.sticker_bytes(), "sticker.png").json()
    assert asset["format"] == "png"
    with Image.open(io.BytesIO(fetched(shop, asset["url"])[1])) as picture:
        corner, middle = (picture.crop((at, at, at + 1, at + 1)).tobytes() for at in (0, 50))
    assert (corner[3], middle) == (0, bytes((*images.BLUE, 255)))


def test_an_asset_is_kept_in_private_storage_only(shop: APIClient) -> None:
    asset = upload(shop, images.photo_bytes()).json()
    key = f"assets/{asset['id']}/full.jpg"
    assert storage.file_exists(key, alias="private")
    assert shop.get(f"/media/{key}").status_code == 404
    assert shop.get(f"/media/private/{key}").status_code == 404
    assert shop.get(f"/files/{key}").status_code == 404


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "unknown_format"),
        (b"GIF89a" + bytes(100), "unknown_format"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", "unknown_format"),
        (images.photo_bytes()[:400], "damaged"),
        (images.photo_bytes(20, 20), "too_small"),
    ],
)
def test_an_unusable_file_is_refused_with_a_reason(shop: APIClient, data: bytes, code: str) -> None:
    answer = upload(shop, data, "photo.png")
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, code)
    assert problem["errors"] == [{"pointer": "#/file", "code": code, "detail": problem["detail"]}]
    assert problem["detail"].endswith(".")
    assert (Asset.objects.count(), kept_files()) == (0, [])


def test_a_file_over_the_limit_is_413_and_not_decoded(shop: APIClient, settings: Any, monkeypatch: Any) -> None:
    settings.ASSET_MAX_BYTES = 5_000
    monkeypatch.setattr(clean, "ingest_picture", lambda *_, **__: pytest.fail("decoded"))
    answer = upload(shop, images.photo_bytes(400, 400) + bytes(5_000))
    problem = answer.json()
    assert (answer.status_code, problem["code"], bool(problem["request_id"])) == (413, "body_too_large", True)
    assert problem["detail"] == "This file is larger than 0.005 MB. Choose a smaller one, or save it smaller, as JPEG."
    assert not Asset.objects.exists()


def test_the_limits_are_settings(shop: APIClient, settings: Any) -> None:
    settings.ASSET_SIDE_MIN, settings.ASSET_MAX_ASPECT = 10, 2.0
    assert upload(shop, images.photo_bytes(20, 20)).status_code == 201
    assert upload(shop, images.photo_bytes(100, 20)).json()["code"] == "too_narrow"


def test_an_upload_takes_exactly_one_file(shop: APIClient) -> None:
    two = {"file": SimpleUploadedFile("a.jpg", images.photo_bytes()), "other": SimpleUploadedFile("b.jpg", b"x")}
    assert shop.post(ASSETS_URL, two, format="multipart").status_code == 400
    assert upload(shop, images.photo_bytes(), owner="somebody").json()["errors"][0]["code"] == "unknown_field"
    assert shop.post(ASSETS_URL, {"file": "not a file"}, format="multipart").status_code == 400
    assert shop.post(ASSETS_URL, {}, format="multipart").json()["errors"][0]["pointer"] == "#/file"
    answer = shop.post(ASSETS_URL, {"file": "x"}, format="json")
    assert answer.status_code == 415
    assert "multipart/form-data" in answer.json()["detail"]
    assert "Send JSON" not in answer.json()["detail"]
    broken = shop.generic("POST", ASSETS_URL, b"--x\r\nnonsense", content_type="multipart/form-data")
    assert broken.status_code == 400
    assert not Asset.objects.exists()


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd.jpg", "passwd.jpg"),
        ("C:\\Users\\me\\holiday.jpg", "holiday.jpg"),
        ("<img src=x onerror=alert(1)>.jpg", "<img src=x onerror=alert(1)>.jpg"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("a\u0007b\u200b.jpg", "ab.jpg"),
        ("é" * 300 + ".jpg", "é" * 200),
    ],
)
def test_a_file_name_is_never_a_path(shop: APIClient, admin_client: Client, name: str, shown: str) -> None:
    asset = upload(shop, images.photo_bytes(), name)
    assert asset.status_code == 201, asset.content
    assert asset.json()["file_name"] == shown
    assert sorted(kept_files()) == ["full.jpg"]
    for page in ("/admin/designs/asset/", f"/admin/designs/asset/{asset.json()['id']}/change/"):
        assert "<img src=x" not in admin_client.get(page).content.decode()


def test_too_many_concurrent_uploads_get_retry_after(shop: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: Any, **__: Any) -> None:
        raise DecoderBusy

    monkeypatch.setattr(clean, "ingest_picture", busy)
    answer = upload(shop, images.photo_bytes())
    assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (503, "decoder_busy", "2")


def test_an_upload_during_a_storage_outage_keeps_nothing(
    shop: APIClient, monkeypatch: pytest.MonkeyPatch, empty_redis: Any
) -> None:
    def away(*_: Any, **__: Any) -> None:
        raise StorageUnavailable("S3 bucket 'secret-name' failed")

    with monkeypatch.context() as patch:
        patch.setattr(storage, "save_files", away)
        answer = upload(shop, images.photo_bytes())
    assert (answer.status_code, answer.json()["code"]) == (503, "storage_unavailable")
    assert "secret-name" not in answer.content.decode()
    assert shop.get(ASSETS_URL).json()["results"] == []
    assert Quota.objects.get().storage_bytes == 0
    assert tick.run_tick().swept_assets == 1
    assert not Asset.objects.exists()


def test_an_upload_over_the_quota_is_refused(shop: APIClient, settings: Any) -> None:
    settings.QUOTAS = {"live": (0, 0, 100), "test": (0, 0, 0)}
    answer = upload(shop, images.photo_bytes())
    assert (answer.status_code, answer.json()["code"]) == (403, "storage_quota_reached")
    assert (Asset.objects.count(), kept_files()) == (0, [])


def test_a_deleted_asset_is_gone_at_once_and_its_files_soon(shop: APIClient, empty_redis: Any) -> None:
    asset = upload(shop, images.photo_bytes()).json()
    assert shop.delete(f"{ASSETS_URL}/{asset['id']}").status_code == 204
    assert shop.get(f"{ASSETS_URL}/{asset['id']}").status_code == 404
    assert shop.delete(f"{ASSETS_URL}/{asset['id']}").status_code == 404
    assert Quota.objects.get().storage_bytes == 0
    assert kept_files() == ["full.jpg"]
    assert tick.count_due().swept_assets == 1
    tick.run_tick()
    assert (Asset.objects.count(), kept_files()) == (0, [])


def test_an_upload_whose_process_died_is_abandoned(shop: APIClient, empty_redis: Any) -> None:
    upload(shop, images.photo_bytes())
    Asset.objects.update(stored_at=None)  # as if the process had died before it was marked
    assert shop.get(ASSETS_URL).json()["results"] == []
    assert tick.run_tick().given_up_assets == 0  # the process may still be running
    Asset.objects.update(created_at=factories.seconds_ago(3_700))
    report = tick.run_tick()
    assert (report.given_up_assets, report.swept_assets) == (1, 1)
    assert (Asset.objects.count(), kept_files(), Quota.objects.get().storage_bytes) == (0, ["full.jpg"], 0)
    factories.make_garbage_due()
    assert tick.run_tick().swept == 1
    assert kept_files() == []


def test_uploads_of_test_keys_are_deleted_after_a_while(shop: APIClient, empty_redis: Any) -> None:
    from designs.tests.support.api_client import client_of

    trial = client_of("shop", test=True)
    old, live = upload(trial, images.photo_bytes()).json(), upload(shop, images.photo_bytes()).json()
    Asset.objects.update(created_at=factories.seconds_ago(31 * 86_400))
    tick.run_tick()
    assert trial.get(f"{ASSETS_URL}/{old['id']}").status_code == 404
    assert shop.get(f"{ASSETS_URL}/{live['id']}").status_code == 200


def test_the_browsable_api_uploads_with_a_session(shop: APIClient) -> None:
    from django.contrib.auth import get_user_model

    pages = Client(enforce_csrf_checks=True, headers={"Accept": "text/html"})
    pages.force_login(get_user_model().objects.get(username="shop"))
    page = pages.get(ASSETS_URL).content.decode()
    assert 'enctype="multipart/form-data"' in page
    assert 'type="file"' in page
    refused = pages.post(ASSETS_URL, {"file": SimpleUploadedFile("photo.jpg", images.photo_bytes())})
    assert refused.status_code == 403
    token = pages.cookies["csrftoken"].value
    form = {"file": SimpleUploadedFile("photo.jpg", images.photo_bytes()), "csrfmiddlewaretoken": token}
    assert pages.post(ASSETS_URL, form).status_code == 201
    assert Asset.objects.count() == 1
