"""An upload that finds no room on this machine is a 503, and the log says which folder."""

from __future__ import annotations

import tempfile
from typing import Any

import pytest
from rest_framework.test import APIClient

from designs.models import Asset
from designs.tests.support import images
from designs.tests.support.uploads import ASSETS_URL, upload
from rendering.tests.support.full_disk import open_full_disk


def assert_unavailable(response: Any, caplog: pytest.LogCaptureFixture, named: str) -> None:
    assert (response.status_code, response.json()["code"]) == (503, "storage_unavailable")
    assert int(response["Retry-After"]) > 0
    assert named in caplog.text
    assert not Asset.objects.exists()


def test_an_upload_without_a_temporary_folder_is_503(
    shop: APIClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/missing")
    assert_unavailable(upload(shop, images.photo_bytes()), caplog, "The folder /missing: No such file")


def test_an_upload_that_fills_the_disk_is_503(
    shop: APIClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    files = "django.core.files.uploadedfile.tempfile"  # Django's own module, which imports the name
    monkeypatch.setattr(f"{files}.NamedTemporaryFile", open_full_disk)
    assert_unavailable(upload(shop, images.photo_bytes()), caplog, f"The folder {tempfile.gettempdir()}: No space left")


def test_decoding_that_fills_the_disk_is_503(
    shop: APIClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(tempfile, "TemporaryFile", open_full_disk)
    assert_unavailable(upload(shop, images.photo_bytes()), caplog, "No space left")


def test_the_same_upload_is_taken_afterwards(shop: APIClient) -> None:
    assert upload(shop, images.photo_bytes()).status_code == 201
    assert shop.get(ASSETS_URL).json()["results"]
