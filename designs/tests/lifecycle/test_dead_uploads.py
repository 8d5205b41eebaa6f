"""Files of dead and deleted assets are deleted twice: a PUT may arrive after its client has given up."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.contrib.auth.models import User

from designs import lifecycle
from designs.models import Asset, Garbage
from designs.models.tenant import Tenant
from designs.reconciler.collection import collect_garbage
from designs.services import assets
from designs.tests.support import factories, images
from designs.tests.support.uploads import delete_stored_assets
from rendering import storage
from rendering.storage import StorageUnavailable, StoredFile

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_stored_assets() -> Iterator[None]:
    yield
    delete_stored_assets()


@pytest.fixture
def tenant(user: User) -> Tenant:
    return Tenant(user.pk)


def add_photo(tenant: Tenant) -> Asset:
    source = settings.STORAGE.root / "upload"
    source.write_bytes(images.photo_bytes(2400, 1200))
    return assets.add_asset(tenant, source, "photo.jpg")


def stored(keys: list[str]) -> list[str]:
    return [key for key in keys if storage.file_exists(key, alias="private")]


def collect_due() -> int:
    """Discard deleted assets, and collect what is due."""
    lifecycle.discard_deleted_assets()
    return collect_garbage()


def fail_upload(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> list[StoredFile]:
    """Upload a photo to a storage that answers too late; return the files of its PUTs."""
    sent: list[StoredFile] = []

    def answer_too_late(files: list[StoredFile], **_: object) -> None:
        sent.extend(files)
        raise StorageUnavailable("Read timeout")

    with monkeypatch.context() as patch:
        patch.setattr(storage, "save_files", answer_too_late)
        with pytest.raises(StorageUnavailable):
            add_photo(tenant)
    return sent


def test_a_photo_whose_put_arrives_after_the_first_sweep_is_deleted_by_the_second(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = fail_upload(tenant, monkeypatch)
    keys = [file.key for file in late]
    assert collect_due() == 0  # its PUT may still be on its way
    assert not Asset.objects.exists()
    factories.make_garbage_due()
    assert collect_due() == 1
    storage.save_files(late, alias="private")
    assert collect_due() == 0
    assert stored(keys) == keys
    factories.make_garbage_due()
    assert collect_due() == 1
    assert stored(keys) == []
    assert not Garbage.objects.exists()


def test_a_photo_whose_put_arrives_within_the_grace_is_deleted_after_it(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = fail_upload(tenant, monkeypatch)
    lifecycle.discard_deleted_assets()
    waits = Garbage.objects.get().due_at - factories.database_time()
    assert settings.RENDER_GRACE * 0.9 < waits <= settings.RENDER_GRACE
    storage.save_files(late, alias="private")
    factories.make_garbage_due()
    assert collect_due() == 1
    assert stored([file.key for file in late]) == []


def test_a_deleted_photo_is_deleted_at_once_and_once_more_later(tenant: Tenant) -> None:
    asset = add_photo(tenant)
    keys = asset.keys.unique_keys()
    assert len(stored(keys)) == 2
    assets.delete_asset(asset.pk, tenant)
    assert collect_due() == 1
    assert stored(keys) == []
    assert (Asset.objects.count(), Garbage.objects.get().again) == (0, False)
    storage.save_files([StoredFile(keys[0], b"an earlier PUT, repeated since")], alias="private")
    factories.make_garbage_due()
    assert collect_due() == 1
    assert stored(keys) == []


def test_an_upload_that_was_given_up_while_it_was_stored_leaves_garbage(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_files = storage.save_files

    def collected_meanwhile(files: list[StoredFile], **options: str) -> None:
        Asset.objects.update(deleted_at=factories.seconds_ago())
        for _ in range(3):
            collect_due()
            factories.make_garbage_due()
        assert not Garbage.objects.exists()
        save_files(files, alias=options["alias"])

    with monkeypatch.context() as patch:
        patch.setattr(storage, "save_files", collected_meanwhile)
        with pytest.raises(StorageUnavailable, match="took too long"):
            add_photo(tenant)
    (garbage,) = lifecycle.claim_due_garbage()
    assert (garbage.alias, garbage.sweep_again, stored(garbage.keys)) == ("private", True, garbage.keys)


def test_the_row_and_its_garbage_change_together(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    asset = add_photo(tenant)
    assets.delete_asset(asset.pk, tenant)

    def fail(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("designs.lifecycle.assets.add_garbage", fail)
        with pytest.raises(KeyboardInterrupt):
            lifecycle.discard_deleted_assets()
    assert (Asset.objects.count(), Garbage.objects.count()) == (1, 0)
    assert (lifecycle.discard_deleted_assets(), Asset.objects.count(), Garbage.objects.count()) == (1, 0, 1)
