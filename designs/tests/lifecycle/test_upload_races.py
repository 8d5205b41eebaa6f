"""Uploads of a designer session at the same time do not exceed its limit together."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from django.contrib.auth.models import User
from django.db import connections
from pytest_django import Settings

from designs import lifecycle, services
from designs.lifecycle import QuotaExceededError
from designs.models import Asset, Quota
from designs.models.tenant import Tenant
from designs.services import assets
from designs.services.errors import DesignGoneError
from designs.tests.support import factories, images
from rendering.ingest import clean

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def photo(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A photo whose decoding takes no time."""
    file = tmp_path / "photo.jpg"
    file.write_bytes(images.photo_bytes())
    picture = clean.ingest_picture(file)
    monkeypatch.setattr(clean, "ingest_picture", lambda *_, **__: picture)
    return file


def test_eight_uploads_at_once_do_not_exceed_the_limit(
    user: User, settings: Settings, monkeypatch: pytest.MonkeyPatch, photo: Path
) -> None:
    settings.SESSION_UPLOADS = 3
    design, checked, check = factories.make_design(user, render=False), Barrier(8), lifecycle.check_upload_limit

    def check_together(design_id: object) -> None:
        check(design.pk)
        checked.wait(30)  # all have seen that there is room

    monkeypatch.setattr(lifecycle, "check_upload_limit", check_together)

    def upload(_: int) -> bool:
        try:
            assets.add_asset(Tenant(user.pk), photo, uploaded_for=design.pk)
        except QuotaExceededError:
            return False
        finally:
            connections["default"].close()
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(upload, range(8))) == 3
    stored = Asset.objects.filter(uploaded_for=design.pk)
    assert stored.count() == 3
    assert Quota.objects.get().storage_bytes == sum(asset.stored_bytes for asset in stored)


def test_nothing_is_kept_for_a_design_that_is_deleted_meanwhile(
    user: User, monkeypatch: pytest.MonkeyPatch, photo: Path
) -> None:
    design, check = factories.make_design(user, render=False), lifecycle.check_upload_limit

    def check_and_delete(design_id: object) -> None:
        check(design.pk)
        services.delete_design(design.pk, user.pk)

    monkeypatch.setattr(lifecycle, "check_upload_limit", check_and_delete)
    with pytest.raises(DesignGoneError):
        assets.add_asset(Tenant(user.pk), photo, uploaded_for=design.pk)
    assert not Asset.objects.exists()
