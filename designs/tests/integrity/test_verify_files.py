"""`manage.py verify_files`: what is missing, damaged or superfluous, and what --repair makes of it."""

import os
import re
import signal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from designs import lifecycle, services
from designs.drawing.asset_cache import asset_cache
from designs.integrity import run
from designs.models import Asset, Design, Event, Garbage, Quota, Render, Rendition
from designs.reconciler.collection import collect_garbage
from designs.tests.support import factories
from designs.tests.support.fixture_types import MakeDesign, RunLane
from designs.tests.support.stored_files import (
    damage_file,
    list_named,
    list_stored,
    lose_file,
    path_of,
    truncate_file,
)
from rendering import keys, storage
from rendering.storage import StorageUnavailable, StoredFile

pytestmark = pytest.mark.django_db
HARM = {"missing": lose_file, "damaged": damage_file, "truncated": truncate_file}


def verify(*options: str, **more: Any) -> None:
    call_command("verify_files", "--rate", "0", *options, **more)


def verify_in_vain(*options: str) -> str:
    """Run the command, which must fail; return its last line."""
    with pytest.raises(CommandError) as failed:
        verify(*options)
    return str(failed.value)


def test_sound_files_are_compared_and_nothing_is_changed(
    published: Design, photo: Asset, capsys: pytest.CaptureFixture[str]
) -> None:
    before = list_stored()
    verify("--repair")
    output = capsys.readouterr().out
    assert "Compared 8 files by size and SHA-256: 0 missing, 0 damaged." in output
    assert "Listed 8 stored files: 0 orphans." in output
    assert "Repaired: nothing." in output
    assert list_stored() == before == list_named()
    assert not Garbage.objects.exists()


@pytest.mark.parametrize("harm", list(HARM))
def test_a_broken_rendition_is_named_and_nothing_is_changed_without_repair(
    published: Design, capsys: pytest.CaptureFixture[str], harm: str
) -> None:
    key = Rendition.objects.get(name="preview.png").key
    HARM[harm](key)
    left = list_stored()
    assert "1 files are missing, damaged or orphans. --repair" in verify_in_vain()
    output = capsys.readouterr().out
    assert re.search(rf"^{'missing' if harm == 'missing' else 'damaged'} +{key}", output, re.MULTILINE)
    assert list_stored() == left
    assert not Garbage.objects.exists()


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


def test_a_quick_check_compares_sizes_only(published: Design, capsys: pytest.CaptureFixture[str]) -> None:
    keys_of = dict(Rendition.objects.values_list("name", "key"))
    damage_file(keys_of["preview.png"])
    verify("--quick")
    assert "Compared 6 files by size: 0 missing, 0 damaged." in capsys.readouterr().out
    truncate_file(keys_of["preview.webp"])
    lose_file(keys_of["thumbnail.png"])
    verify_in_vain("--quick")
    assert "1 missing, 1 damaged" in capsys.readouterr().out


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


def test_an_outage_reports_no_file_as_missing_and_says_where_to_continue(
    published: Design, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: Any, **__: Any) -> Any:
        raise StorageUnavailable("Nobody is at home.")

    for name in ("measure_file", "file_exists", "save_files"):
        monkeypatch.setattr(storage, name, refuse)
    assert verify_in_vain("--repair") == "Nobody is at home. Continue with --start-at renditions:"
    output = capsys.readouterr().out
    assert "missing" not in output
    assert not Garbage.objects.exists()


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


def test_a_stopped_check_continues_where_it_was(
    make_design: MakeDesign,
    run_lane: RunLane,
    stored_at_once: None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for number in range(4):
        make_design(f"Number {number}")
    run_lane()
    monkeypatch.setattr("designs.integrity.expected.PAGE_ROWS", 5)
    compared: list[str] = []
    measure_file = storage.measure_file

    def measure_and_stop(key: str, **options: Any) -> Any:
        compared.append(key)
        if len(compared) == 7:
            os.kill(os.getpid(), signal.SIGINT)
        return measure_file(key, **options)

    monkeypatch.setattr(storage, "measure_file", measure_and_stop)
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(CommandError, match=r"Stopped. Continue with --start-at renditions:\d+") as stopped:
        verify()
    assert stopped.value.returncode == 130
    assert signal.getsignal(signal.SIGINT) is before
    assert "Compared 10 files" in capsys.readouterr().out
    verify("--start-at", str(stopped.value).rpartition(" ")[2])
    assert "Compared 14 files" in capsys.readouterr().out
    assert sorted(compared) == sorted(Rendition.objects.values_list("key", flat=True))


@pytest.mark.parametrize("position", ["", "elsewhere:3"])
def test_a_wrong_position_is_explained(position: str) -> None:
    assert "is no position" in verify_in_vain("--start-at", position)


def test_only_recent_files_are_compared(published: Design, photo: Asset, capsys: pytest.CaptureFixture[str]) -> None:
    old = published.created_at.replace(year=2020)
    Rendition.objects.filter(name__contains="thumbnail").update(created_at=old)
    Asset.objects.update(stored_at=old)
    for since in ("7d", "36h", "2021-01-01", "2021-01-01T12:30Z"):
        verify("--since", since)
        assert "Compared 2 files" in capsys.readouterr().out
    assert "is no time" in verify_in_vain("--since", "yesterday")
    assert "is no time" in verify_in_vain("--since", "2021-02-30")


def test_the_pace_is_limited(published: Design, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("designs.integrity.expected.PAGE_ROWS", 2)
    monkeypatch.setattr("designs.integrity.compare.time.monotonic", lambda: 100.0)
    monkeypatch.setattr("designs.integrity.compare.time.sleep", slept.append)
    call_command("verify_files", "--rate", "4", "--no-orphans")
    assert slept == [0.5, 1.0]  # three pages of two files; the clock of this test stands still


def test_progress_tells_the_position(
    published: Design, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run, "PROGRESS_EVERY", 0.0)
    verify()
    last = Rendition.objects.latest("pk").pk
    assert f"6 compared, 0 listed; 0 missing, 0 damaged, 0 orphans; at renditions:{last}" in capsys.readouterr().err


def test_a_file_discarded_during_the_check_is_not_missing(
    published: Design, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    measure_file = storage.measure_file

    def delete_design_first(key: str, **options: Any) -> Any:
        Rendition.objects.filter(key=key).delete()
        lose_file(key)
        return measure_file(key, **options)

    monkeypatch.setattr("designs.integrity.compare.ThreadPoolExecutor", InThisThread)
    monkeypatch.setattr(storage, "measure_file", delete_design_first)
    verify()
    assert "0 missing" in capsys.readouterr().out


class InThisThread:
    """Takes the place of a pool whose threads have database connections of their own."""

    def __init__(self, *_: Any, **__: Any) -> None:
        self.map = map

    def __enter__(self) -> "InThisThread":
        return self

    def __exit__(self, *_: object) -> None:
        pass


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
