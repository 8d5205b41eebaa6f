"""Uploads over HTTP."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

ASSETS_URL = "/api/v1/assets"


def upload(client: Client, data: bytes, name: str = "photo.jpg", **fields: Any) -> Any:
    """Upload an asset; return the answer."""
    file = SimpleUploadedFile(name, data, "application/octet-stream")  # the declared type is ignored
    return client.post(ASSETS_URL, {"file": file, **fields}, format="multipart")


def delete_stored_assets() -> None:
    """Delete the files of every asset from the test's storage."""
    for path in (settings.STORAGE.root / "private" / "assets").rglob("*"):
        if path.is_file():
            path.unlink()
