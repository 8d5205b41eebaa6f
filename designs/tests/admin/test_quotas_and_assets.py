"""Staff with permission set quotas, view uploads and delete them; staff without it do not."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db.models.functions import Now
from django.test import Client

from designs.models import Asset, Quota
from designs.tests.support import factories

QUOTAS, ASSETS = "/admin/designs/quota/", "/admin/designs/asset/"


@pytest.fixture
def asset(user: User) -> Asset:
    sizes = dict.fromkeys(("width", "height", "bytes", "working_width", "working_height", "working_bytes"), 100)
    hashes = {"sha256": "a" * 64, "working_sha256": "b" * 64}
    return Asset.objects.create(owner=user, format="png", stored_at=Now(), file_name="a.png", **sizes, **hashes)


@pytest.fixture
def clerk(db: None) -> Client:
    client = Client()
    client.force_login(factories.make_user("clerk", is_staff=True))
    return client


def limits(**values: Any) -> dict[str, Any]:
    return {"designs_limit": "", "renders_limit": "", "storage_limit": "", **values}


def test_a_user_is_given_limits_before_their_first_design(admin_client: Client, user: User) -> None:
    sent = limits(owner=user.pk, designs_limit=2)
    assert admin_client.post(f"{QUOTAS}add/", sent).status_code == 302
    row = Quota.objects.get()
    assert (row.owner, row.test, row.designs_limit, row.designs) == (user, False, 2, 0)
    again = admin_client.post(f"{QUOTAS}add/", sent)
    assert (again.status_code, Quota.objects.count()) == (200, 1)


def test_usage_counts_are_read_only(admin_client: Client, user: User) -> None:
    factories.make_design(user)
    row = Quota.objects.get()
    sent = limits(designs=99, storage_bytes=99, owner=1, storage_limit=5_000)
    assert admin_client.post(f"{QUOTAS}{row.pk}/change/", sent).status_code == 302
    row.refresh_from_db()
    assert (row.owner, row.designs, row.storage_bytes, row.storage_limit) == (user, 1, 0, 5_000)
    assert admin_client.post(f"{QUOTAS}{row.pk}/delete/", {"post": "yes"}).status_code == 403


def test_an_asset_is_viewed_and_deleted(admin_client: Client, asset: Asset) -> None:
    assert "a.png" in admin_client.get(ASSETS).content.decode()
    page = admin_client.get(f"{ASSETS}{asset.pk}/change/").content.decode()
    assert f"/files/assets/{asset.pk}/working.png?until=" in page
    Quota.objects.create(owner=asset.owner, month="2026-01-01", storage_bytes=200)
    assert admin_client.post(f"{ASSETS}{asset.pk}/delete/", {"post": "yes"}).status_code == 302
    asset.refresh_from_db()
    assert asset.deleted_at is not None
    assert Quota.objects.get().storage_bytes == 0
    assert LogEntry.objects.get().is_deletion()


def test_selected_uploads_are_deleted_through_the_use_case(admin_client: Client, asset: Asset) -> None:
    sent = {"action": "delete_selected", "_selected_action": [str(asset.pk)], "post": "yes"}
    admin_client.post(ASSETS, sent)
    asset.refresh_from_db()
    assert asset.deleted_at is not None  # the row stays until its files are deleted


def test_staff_without_permission_see_and_change_nothing(clerk: Client, asset: Asset, user: User) -> None:
    row = Quota.objects.create(owner=user, month="2026-01-01")
    for path in (QUOTAS, f"{QUOTAS}{row.pk}/change/", f"{QUOTAS}add/", ASSETS, f"{ASSETS}{asset.pk}/change/"):
        assert clerk.get(path).status_code == 403
    clerk.post(f"{ASSETS}{asset.pk}/delete/", {"post": "yes"})
    clerk.post(ASSETS, {"action": "delete_selected", "_selected_action": [str(asset.pk)], "post": "yes"})
    clerk.post(f"{QUOTAS}{row.pk}/change/", limits(designs_limit=1))
    asset.refresh_from_db()
    row.refresh_from_db()
    assert (asset.deleted_at, row.designs_limit) == (None, None)
