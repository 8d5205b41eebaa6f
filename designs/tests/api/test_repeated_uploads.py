"""An upload that is repeated with its Idempotency-Key makes one asset."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.db.models.functions import Now
from django.test import Client
from rest_framework.test import APIClient

from designs.models import Asset, IdempotencyKey
from designs.tests.support import images
from designs.tests.support.api_client import CREATE_BODY, DESIGNS_URL, client_of
from designs.tests.support.uploads import ASSETS_URL, delete_stored_assets, upload
from rendering import storage
from rendering.storage import StorageUnavailable

KEY = "cart-7-photo-1"


@pytest.fixture(autouse=True)
def no_stored_assets() -> None:
    delete_stored_assets()


def send(client: Client, data: bytes = b"", name: str = "photo.jpg", key: str = KEY) -> Any:
    file = SimpleUploadedFile(name, data or images.photo_bytes(), "application/octet-stream")
    return client.post(ASSETS_URL, {"file": file}, format="multipart", headers={"Idempotency-Key": key})


def test_a_repeated_upload_is_the_same_asset(shop: APIClient) -> None:
    first, again = send(shop), send(shop)
    assert (first.status_code, again.status_code) == (201, 201)
    assert (again.json()["id"], again["Location"]) == (first.json()["id"], first["Location"])
    assert ("Idempotent-Replayed" in first, again["Idempotent-Replayed"]) == (False, "true")
    assert Asset.objects.count() == 1
    assert send(shop, key="cart-7-photo-2").json()["id"] != first.json()["id"]
    assert upload(shop, images.photo_bytes()).json()["id"] != first.json()["id"]


def test_a_key_belongs_to_one_request_of_one_tenant(shop: APIClient) -> None:
    first = send(shop).json()["id"]
    for other in (send(shop, images.photo_bytes(90, 90)), send(shop, name="other.jpg")):
        assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    design = shop.post(DESIGNS_URL, CREATE_BODY, headers={"Idempotency-Key": KEY})
    assert (design.status_code, design.json()["code"]) == (422, "idempotency_key_reused")
    assert send(client_of("another shop")).json()["id"] != first
    assert send(client_of("shop", test=True)).json()["id"] != first


def test_the_key_of_a_design_is_no_key_of_an_upload(shop: APIClient) -> None:
    shop.post(DESIGNS_URL, CREATE_BODY, headers={"Idempotency-Key": KEY})
    assert (send(shop).status_code, Asset.objects.count()) == (422, 0)


def test_a_malformed_key_is_refused(shop: APIClient) -> None:
    assert send(shop, key="two words").json()["errors"][0]["code"] == "invalid_key"


def test_a_deleted_asset_is_gone_for_a_repeat(shop: APIClient) -> None:
    shop.delete(f"{ASSETS_URL}/{send(shop).json()['id']}")
    assert send(shop).status_code == 410


def test_a_repeat_of_a_failed_upload_begins_anew(shop: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise StorageUnavailable("The bucket is away.")

    with monkeypatch.context() as outage:
        outage.setattr(storage, "save_files", refuse)
        assert send(shop).status_code == 503
    assert send(shop, b"no picture").status_code == 422
    again = send(shop)
    assert (again.status_code, "Idempotent-Replayed" in again) == (201, False)


def test_a_repeat_amid_the_first_request_is_asked_to_wait(shop: APIClient) -> None:
    asset = send(shop).json()["id"]
    Asset.objects.filter(pk=asset).update(stored_at=None)
    early = send(shop)
    assert (early.status_code, early.json()["code"], early["Retry-After"]) == (503, "upload_in_progress", "2")
    Asset.objects.filter(pk=asset).update(stored_at=Now())
    assert send(shop).json()["id"] == asset


@pytest.mark.django_db(transaction=True)
def test_simultaneous_uploads_with_one_key_make_one_asset(shop: APIClient) -> None:
    def send_once(_: int) -> tuple[int, str]:
        try:
            answer = send(client_of("shop"))
            return answer.status_code, answer.json().get("id", answer.json().get("code"))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as threads:
        answers = set(threads.map(send_once, range(4)))
    assert len([answer for answer in answers if answer[0] == 201]) == 1
    assert {answer for answer in answers if answer[0] != 201} <= {(503, "upload_in_progress")}
    assert (Asset.objects.filter(deleted_at=None).count(), IdempotencyKey.objects.count()) == (1, 1)
