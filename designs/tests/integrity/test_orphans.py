"""`manage.py verify_files`: stored files that no row accounts for are found, and deleted by --repair."""

import os
from typing import Any
from uuid import uuid4

import pytest
from pytest_django import Settings

from designs import lifecycle, services
from designs.integrity import run
from designs.models import Asset, Design, Render
from designs.reconciler.collection import collect_garbage
from designs.tests.support import factories
from designs.tests.support.file_check import verify, verify_in_vain
from designs.tests.support.fixture_types import MakeDesign
from designs.tests.support.stored_files import (
    list_named,
    list_stored,
    path_of,
)
from rendering import keys, storage
from rendering.storage import StorageUnavailable, StoredFile

pytestmark = pytest.mark.django_db


def store_orphans(design: Design) -> set[str]:
    """Store what a restore of an older database leaves: files of attempts, designs and assets that no row knows."""
    public = [
        keys.rendition_key(design.pk, 1, 1, "preview.png", "0af19c3d"),
        keys.rendition_key(design.pk, 7, 1, "preview.png"),
        keys.rendition_key(uuid4(), 1, 2, "thumbnail.webp", "0af19c3d"),
    ]
    private = [keys.asset_key(uuid4(), "full.jpg"), keys.rendition_key(design.pk, 3, 1, "print.png", "0af19c3d")]
    storage.save_files([StoredFile(key, b"orphan") for key in public])
    storage.save_files([StoredFile(key, b"orphan") for key in private], alias="private")
    return {*public, *(f"private/{key}" for key in private)}


def test_orphans_are_named_then_deleted(published: Design, photo: Asset, capsys: pytest.CaptureFixture[str]) -> None:
    before = list_stored()
    orphans = store_orphans(published)
    path_of("designs/notes.txt").write_text("an operator's own")
    assert "5 files are missing, damaged or orphans" in verify_in_vain()
    output = capsys.readouterr().out
    assert {line.split()[1] for line in output.splitlines() if line.startswith("orphan")} == orphans
    assert "5 orphans, 1 not ours and left alone" in output
    verify("--repair")
    assert "5 orphans deleted" in capsys.readouterr().out
    assert list_stored() == before | {"designs/notes.txt"}


@pytest.mark.parametrize("is_discarded", [False, True])
def test_files_that_somebody_still_accounts_for_are_no_orphans(
    published: Design, photo: Asset, make_design: MakeDesign, settings: Settings, is_discarded: bool
) -> None:
    running, dead, deleted = make_design("Running"), make_design("Dead"), make_design("Deleted")
    works = {work.design_id: work for work in factories.claim_renders(lease=60)}
    for work in works.values():
        factories.store_files(work)
    factories.publish_render(works[deleted.pk])
    services.delete_design(deleted.pk, None)
    factories.lose_lease(works[dead.pk])
    factories.claim_next_render()
    photo.deleted_at = photo.created_at
    photo.save()
    if is_discarded:
        assert lifecycle.discard_deleted_assets() == 1
    probe = keys.rendition_key(uuid4(), 0, 0, "preview.png")  # of a health check
    storage.save_files([StoredFile(probe, b"probe")])
    before = list_stored()
    run.FileCheck(run.CheckOptions(repair=True), print, print).run()
    assert list_stored() == before
    assert running.pk in {row.design_id for row in Render.objects.filter(state="running")}
    os.utime(path_of(probe), (0, 0))
    run.FileCheck(run.CheckOptions(repair=True), print, print).run()
    assert before - list_stored() == {probe}


def test_the_files_of_another_database_are_not_deleted(published: Design, capsys: pytest.CaptureFixture[str]) -> None:
    others = {keys.rendition_key(uuid4(), 1, 1, "preview.png", "0af19c3d") for _ in range(80)}
    storage.save_files([StoredFile(key, b"not ours") for key in others])
    assert "Only 6 of 86 stored files belong to this database: is it the right one?" in verify_in_vain("--repair")
    assert others < list_stored()
    verify("--repair", "--delete-most")
    assert list_stored() == list_named()


def test_a_storage_that_may_not_be_listed_is_compared_all_the_same(
    published: Design, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(**_: Any) -> Any:
        raise StorageUnavailable("ListObjectsV2 was refused with AccessDenied.")

    monkeypatch.setattr(storage, "list_files", refuse)
    verify()
    output = capsys.readouterr().out
    assert "Compared 6 files" in output
    assert "Not looked for orphans: ListObjectsV2 was refused with AccessDenied. Looking for orphans needs" in output


def test_garbage_collected_during_the_listing_is_no_orphan(
    published: Design, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    list_files = storage.list_files

    def collect_meanwhile(**options: Any) -> Any:
        listed = list(list_files(**options))
        if Design.objects.filter(deleted_at=None).exists():
            services.delete_design(published.pk, None)
            assert collect_garbage() == 1
        return iter(listed)

    monkeypatch.setattr(storage, "list_files", collect_meanwhile)
    verify()
    assert "Listed 6 stored files: 0 orphans." in capsys.readouterr().out
