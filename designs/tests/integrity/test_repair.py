"""`manage.py verify_files --repair`: what it makes of missing and damaged files."""

from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from designs import services
from designs.drawing.asset_cache import asset_cache
from designs.integrity.deletions import add_deletions
from designs.models import Asset, Design, Event, Garbage, Quota, Render, Rendition
from designs.reconciler.collection import collect_garbage
from designs.tests.support import factories
from designs.tests.support.file_check import HARM, verify, verify_in_vain
from designs.tests.support.fixture_types import RunLane
from designs.tests.support.stored_files import (
    list_named,
    list_stored,
    lose_file,
    path_of,
)
from rendering import storage
from rendering.storage import StorageUnavailable

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("harm", list(HARM))
def test_a_broken_render_is_drawn_again_under_new_keys(
    published: Design, capsys: pytest.CaptureFixture[str], settings: Settings, harm: str
) -> None:
    before = {row.name: (row.key, row.sha256, row.bytes) for row in Rendition.objects.all()}
    render, events, used = Render.objects.get(), Event.objects.count(), Quota.objects.get().storage_bytes
    HARM[harm](before["preview.png"][0])
    verify("--repair")
    assert "Repaired: 1 files drawn again." in capsys.readouterr().out

    after = {row.name: (row.key, row.sha256, row.bytes) for row in Rendition.objects.all()}
    assert {name: row[1:] for name, row in after.items()} == {name: row[1:] for name, row in before.items()}
    assert not {row[0] for row in before.values()} & {row[0] for row in after.values()}
    assert all(storage.measure_file(key).sha256 == sha256 for key, sha256, _ in after.values())
    again = Render.objects.get()
    assert (again.state, again.attempt, again.finished_at) == (render.state, render.attempt, render.finished_at)
    assert (Event.objects.count(), Quota.objects.get().storage_bytes) == (events, used)
    published.refresh_from_db()
    assert (published.status, published.published_render_id) == ("published", render.pk)
    verify()

    factories.make_garbage_due()
    collect_garbage()
    assert list_stored() == list_named()
    assert not Garbage.objects.exists()
    verify()


def test_files_of_a_replaced_render_are_discarded_instead_of_drawn(
    published: Design, run_lane: RunLane, capsys: pytest.CaptureFixture[str]
) -> None:
    old = Rendition.objects.get(name="preview.png")
    factories.edit_design(published, "Other")
    run_lane()
    lose_file(old.key)
    verify("--repair")
    assert "1 files discarded: a newer render had replaced it" in capsys.readouterr().out
    assert not Rendition.objects.filter(render=old.render_id).exists()
    collect_garbage()
    assert list_stored() == list_named()


def test_a_design_that_reuses_files_shows_the_files_drawn_again(published: Design) -> None:
    services.edit_design(published.pk, services.DesignEdit(design_data=factories.design_data()), None)
    assert Render.objects.latest("number").reuses is not None
    lose_file(Rendition.objects.get(name="preview.png").key)
    verify("--repair")
    assert all(storage.file_exists(row.key) for row in Rendition.objects.all())


def test_print_files_are_mended_in_the_private_storage(published: Design, run_lane: RunLane) -> None:
    factories.request_render_in_lane(published, "print")
    run_lane("print")
    key = Rendition.objects.get(render__lane="print", name="preview.png").key
    lose_file(key, "private")
    verify("--repair")
    again = Rendition.objects.get(render__lane="print", name="preview.png")
    assert again.key != key
    assert storage.measure_file(again.key, alias="private").sha256 == again.sha256


def test_a_working_copy_is_made_from_the_full_one_and_still_drawn_from(
    photo: Asset, photo_design: Design, run_lane: RunLane, stored_at_once: None, capsys: pytest.CaptureFixture[str]
) -> None:
    used = Quota.objects.get().storage_bytes
    lose_file(photo.keys.working, "private")
    verify("--repair")
    assert "Repaired: 1 files made from the full copy." in capsys.readouterr().out
    again = Asset.objects.get()
    stored = storage.measure_file(photo.keys.working, alias="private")
    assert (stored.size, stored.sha256) == (again.working_bytes, again.working_sha256)
    assert again.working_sha256 != photo.working_sha256, "the full copy is a JPEG: its pixels are not the upload's"
    assert Quota.objects.get().storage_bytes - used == again.working_bytes - photo.working_bytes
    run_lane()  # the render was requested with the hash of the copy that is lost
    assert Render.objects.get().state == "succeeded"
    verify()


def test_a_lost_photo_is_named_with_the_designs_that_need_it(
    photo: Asset, photo_design: Design, run_lane: RunLane, stored_at_once: None, capsys: pytest.CaptureFixture[str]
) -> None:
    run_lane()
    for key in photo.keys:
        lose_file(key, "private")
    lose_file(Rendition.objects.get(name="preview.png").key)
    asset_cache.clear()  # the command is a process of its own
    assert "3 files cannot be repaired" in verify_in_vain("--repair")
    lost = [line for line in capsys.readouterr().out.splitlines() if line.startswith("lost")]
    assert len(lost) == 3
    for line in lost[:2]:
        assert f"asset {photo.pk}, which designs {photo_design.pk} draw from: restore it from a backup" in line
    assert f"render 1 of design {photo_design.pk} cannot be drawn again: Asset {photo.pk}" in lost[2]
    factories.make_garbage_due()
    collect_garbage()
    assert list_stored() < list_named(), "files of the redraw that failed are left"


@pytest.fixture
def backup(tmp_path: Path, settings: Settings, published: Design, photo: Asset) -> Path:
    """A copy of all files."""
    import shutil

    return Path(shutil.copytree(settings.STORAGE.root, tmp_path / "backup"))


def test_files_are_copied_back_from_a_backup(backup: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {key: path_of("").joinpath(key).read_bytes() for key in list_stored()}
    for key in before:
        lose_file(key)
    damaged = next(path for path in backup.rglob("preview.png"))
    damaged.write_bytes(b"x" * damaged.stat().st_size)  # a backup may be damaged too
    verify("--repair", "--from", str(backup))
    output = capsys.readouterr().out
    assert "Repaired: 7 files copied from the backup, 1 files drawn again." in output
    after = {key: path_of("").joinpath(key).read_bytes() for key in list_named()}
    assert sorted(after.values()) == sorted(before.values())
    verify()


@pytest.mark.parametrize(("options", "problem"), [([], "needs --repair"), (["--repair"], "needs a folder")])
def test_a_backup_that_cannot_be_used_is_explained(options: list[str], problem: str, tmp_path: Path) -> None:
    assert problem in verify_in_vain(*options, "--from", str(tmp_path / "nothing"))


def test_denied_reading_is_an_outage_too(published: Design, monkeypatch: pytest.MonkeyPatch) -> None:
    """S3 says the same of a missing file, where the credentials may not list."""

    def deny(*_: Any, **__: Any) -> Any:
        raise StorageUnavailable("GetObject was refused with AccessDenied.")

    monkeypatch.setattr(storage, "measure_file", deny)
    monkeypatch.setattr(storage, "file_exists", lambda *_, **__: False)
    monkeypatch.setattr(storage, "read_file", deny)
    assert "GetObject was refused" in verify_in_vain("--repair")
    assert not Garbage.objects.exists()


def test_one_file_that_cannot_be_read_is_damaged(published: Design, monkeypatch: pytest.MonkeyPatch) -> None:
    bad, measure_file = Rendition.objects.get(name="preview.png").key, storage.measure_file

    def fail_for_one(key: str, **options: Any) -> Any:
        if key == bad:
            raise StorageUnavailable("Input/output error.")
        return measure_file(key, **options)

    monkeypatch.setattr(storage, "measure_file", fail_for_one)
    verify("--repair")
    assert not Rendition.objects.filter(key=bad).exists()
    assert Rendition.objects.count() == 6


def test_a_render_that_is_deleted_while_drawn_again_leaves_no_files(
    published: Design, monkeypatch: pytest.MonkeyPatch
) -> None:
    lose_file(Rendition.objects.get(name="preview.png").key)
    save_files = storage.save_files

    def delete_meanwhile(files: Any, **options: Any) -> None:
        save_files(files, **options)
        if len(files) > 1:
            services.delete_design(published.pk, None)

    monkeypatch.setattr(storage, "save_files", delete_meanwhile)
    verify_in_vain("--repair")
    factories.make_garbage_due()
    collect_garbage()
    assert list_stored() == set()
    assert not Garbage.objects.filter(again=False, due_at__isnull=True).exists()


def lose_all_of(design: Design, asset: Asset) -> None:
    for key in Rendition.objects.filter(render__design=design).values_list("key", flat=True):
        lose_file(key)
    for key in asset.keys.unique_keys():
        lose_file(key, "private")
    asset_cache.clear()


def test_what_was_deleted_after_the_dump_is_deleted_again(
    photo_design: Design, photo: Asset, run_lane: RunLane, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A restore brings rows back whose files went with the design: no copy has them, and nothing can draw them."""
    run_lane()
    lose_all_of(photo_design, photo)
    assert "cannot be repaired" in verify_in_vain("--repair", "--from", str(tmp_path))
    add_deletions(tmp_path, [f"asset {photo.pk}", f"design {photo_design.pk}"])
    verify("--repair", "--from", str(tmp_path))
    assert "8 files deleted again: they had been deleted after the dump" in capsys.readouterr().out
    photo_design.refresh_from_db()
    assert photo_design.deleted_at is not None
    assert not Asset.objects.filter_usable().exists()
    assert Quota.objects.get().storage_bytes == 0
    verify()


def test_a_design_outlives_its_picture_that_was_deleted_after_the_dump(
    photo_design: Design, photo: Asset, run_lane: RunLane, tmp_path: Path
) -> None:
    """It had been edited to draw without it; its files of before are in the backup."""
    run_lane()
    for key in photo.keys.unique_keys():
        lose_file(key, "private")
    add_deletions(tmp_path, [f"asset {photo.pk}"])
    verify("--repair", "--from", str(tmp_path))
    photo_design.refresh_from_db()
    assert (photo_design.status, photo_design.deleted_at) == ("published", None)
    verify()
