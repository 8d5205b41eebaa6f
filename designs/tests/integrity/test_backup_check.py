"""`manage.py backup_check`: a dump and a copy of the files are compared without restoring either."""

import gzip
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from customify.testing.services import postgres_programs
from designs import lifecycle, services
from designs.models import Asset, Design, Render, Rendition
from designs.reconciler.collection import collect_garbage
from designs.tests.support import factories
from designs.tests.support.fixture_types import RunLane
from designs.tests.support.stored_files import list_stored, lose_file

postgres_only = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="dumps by pg_dump")
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def filled(published: Design, photo: Asset, run_lane: RunLane) -> None:
    """A design with previews and print files, an asset that is stored and two that are not any more, or not yet."""
    factories.request_render_in_lane(published, "print")
    run_lane("print")
    for name in ("stored_at", "deleted_at"):
        values = {"stored_at": None} if name == "stored_at" else {"deleted_at": photo.created_at}
        copy = Asset.objects.get(pk=photo.pk)
        copy.pk, copy.sha256 = None, "0" * 64
        copy._state.adding = True
        copy.id = Asset._meta.pk.get_default()
        for field, value in values.items():
            setattr(copy, field, value)
        copy.save()


def run_pg_dump(*options: str) -> bytes:
    database = connection.settings_dict
    url = f"postgres://{database['USER']}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    command = [str(postgres_programs() / "pg_dump"), *options, url]
    return subprocess.run(command, check=True, capture_output=True).stdout


def plain(path: Path) -> None:
    path.write_bytes(run_pg_dump("--no-owner"))


def zipped(path: Path) -> None:
    path.write_bytes(gzip.compress(run_pg_dump("--no-owner")))


def archive(path: Path) -> None:
    path.write_bytes(run_pg_dump("--format=custom"))


def folder(path: Path) -> None:
    run_pg_dump("--format=directory", f"--file={path}")


@pytest.fixture
def programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """pg_restore of the server's version."""
    monkeypatch.setenv("PATH", str(postgres_programs()), prepend=":")


def check(*arguments: object, **options: Any) -> None:
    call_command("backup_check", *map(str, arguments), **options)


@postgres_only
@pytest.mark.usefixtures("filled", "programs")
@pytest.mark.parametrize("dump", [plain, zipped, archive, folder])
def test_a_backup_is_completed_then_found_complete(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], dump: Callable[[Path], None]
) -> None:
    dump(tmp_path / "dump")
    (tmp_path / "files").mkdir()
    with pytest.raises(CommandError, match=r"2 files of uploaded pictures would be lost, and 12 drawn files"):
        check(tmp_path / "dump", tmp_path / "files")
    check(tmp_path / "dump", tmp_path / "files", "--copy")
    assert "Copied 14 files from the storage." in capsys.readouterr().out
    check(tmp_path / "dump", tmp_path / "files")
    output = capsys.readouterr().out
    assert "Compared 14 files by size and SHA-256: 0 missing or damaged." in output
    assert "Copied" not in output
    copied = {str(path.relative_to(tmp_path / "files")) for path in (tmp_path / "files").rglob("*") if path.is_file()}
    assert copied == list_stored()
    newest = Rendition.objects.latest("created_at").created_at
    assert f"stored at {newest:%Y-%m-%d %H:%M:%S}" in output


def copy_database(path: Path) -> None:
    """Write a SQLite file with the three tables, as the service on SQLite has them."""
    with sqlite3.connect(path) as target:
        for model in (Render, Rendition, Asset):
            columns = [field.attname for field in model._meta.concrete_fields]
            target.execute(f"CREATE TABLE {model._meta.db_table} ({', '.join(columns)})")
            for row in model.objects.values_list(*columns):
                values = [value.hex if isinstance(value, UUID) else value for value in row]
                target.execute(
                    f"INSERT INTO {model._meta.db_table} VALUES ({', '.join('?' * len(columns))})",
                    [value if value is None else str(value) for value in values],
                )
    target.close()


@pytest.mark.usefixtures("filled")
def test_a_copy_of_a_sqlite_database_is_read_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy_database(tmp_path / "db.sqlite3")
    check(tmp_path / "db.sqlite3", tmp_path / "files", "--copy")
    assert "Compared 14 files by size and SHA-256: 0 missing or damaged." in capsys.readouterr().out


@pytest.fixture
def backup(filled: None, tmp_path: Path) -> Path:
    """A complete backup."""
    copy_database(tmp_path / "dump")
    check(tmp_path / "dump", tmp_path / "files", "--copy")
    return tmp_path


def test_broken_copies_are_named_and_completed(backup: Path, capsys: pytest.CaptureFixture[str]) -> None:
    missing = next((backup / "files").rglob("full.jpg"))
    missing.unlink()
    damaged = next((backup / "files").rglob("preview.png"))
    damaged.write_bytes(b"x" * damaged.stat().st_size)
    check(backup / "dump", backup / "files", "--quick", "--copy")
    assert "Copied 1 files" in capsys.readouterr().out
    missing.unlink()
    with pytest.raises(CommandError, match="1 files of uploaded pictures would be lost, and 1 drawn files"):
        check(backup / "dump", backup / "files")
    output = capsys.readouterr().out
    assert f"missing  {missing.relative_to(backup / 'files')} (lost)" in output
    assert f"damaged  {damaged.relative_to(backup / 'files')}: SHA-256" in output
    assert "(drawn again after a restore)" in output
    check(backup / "dump", backup / "files", "--copy")
    check(backup / "dump", backup / "files")


def test_a_file_that_is_not_stored_any_more_is_missing_in_the_backup(
    backup: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = Rendition.objects.filter(render__lane="preview").latest("pk").key
    lose_file(key)
    (backup / "files" / key).unlink()
    with pytest.raises(CommandError, match="0 files of uploaded pictures would be lost, and 1 drawn files"):
        check(backup / "dump", backup / "files", "--copy")


def delete_everything_of(design: Design) -> None:
    """Delete a design with its picture, and their files."""
    asset = Asset.objects.get(uses__revision__design=design)
    services.delete_design(design.pk, None)
    lifecycle.delete_asset(asset.pk)
    lifecycle.discard_deleted_assets()
    collect_garbage()


@pytest.fixture
def photo_dump(published: Design, photo_design: Design, run_lane: RunLane, tmp_path: Path) -> Path:
    """A dump that names the files of two designs, one of them with a picture, and no copy yet."""
    run_lane()
    copy_database(tmp_path / "dump")
    return tmp_path


def test_what_was_deleted_since_the_dump_needs_no_copy(
    photo_dump: Path, photo_design: Design, capsys: pytest.CaptureFixture[str]
) -> None:
    copies, drawn = len(list_stored()), Rendition.objects.filter(render__design=photo_design).count()
    delete_everything_of(photo_design)
    kept = list_stored()
    assert copies - len(kept) == drawn + 2
    check(photo_dump / "dump", photo_dump / "files", "--copy")
    output = capsys.readouterr().out
    assert f"{drawn + 2} files were deleted since the dump, and need no copy." in output
    assert f"Compared {copies} files by size and SHA-256: 0 missing or damaged." in output
    check(photo_dump / "dump", photo_dump / "files")  # the folder knows
    assert f"{drawn + 2} files were deleted since the dump" in capsys.readouterr().out
    lose_file(next(path for path in kept if path.endswith("preview.png")))
    shutil.rmtree(photo_dump / "files" / "designs")
    with pytest.raises(CommandError, match="0 files of uploaded pictures would be lost, and 1 drawn files"):
        check(photo_dump / "dump", photo_dump / "files", "--copy")


def test_another_database_does_not_tell_what_was_deleted(photo_dump: Path) -> None:
    for key in list_stored():
        lose_file(key)
    Rendition.objects.all().delete()
    Asset.objects.all().delete()
    with pytest.raises(CommandError, match=r"2 files of uploaded pictures .* is DATABASE_URL the database of the dump"):
        check(photo_dump / "dump", photo_dump / "files", "--copy")


@postgres_only
@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_dump_that_is_cut_off_is_noticed(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    dump = pack(run_pg_dump("--no-owner"))
    (tmp_path / "files").mkdir()
    for kept in (len(dump) // 2, len(dump) - 200):
        (tmp_path / "dump").write_bytes(dump[:kept])
        with pytest.raises(CommandError, match=r"is not complete|cannot be read"):
            check(tmp_path / "dump", tmp_path / "files", "--copy")


@pytest.mark.parametrize(
    ("content", "problem"),
    [(b"", "is not complete"), (b"PGDMP....", "pg_restore"), (b"SQLite format 3\0" + bytes(200), "cannot be read")],
)
@pytest.mark.usefixtures("programs")
def test_what_is_no_dump_is_explained(tmp_path: Path, content: bytes, problem: str) -> None:
    (tmp_path / "dump").write_bytes(content)
    with pytest.raises(CommandError, match=problem):
        check(tmp_path / "dump", tmp_path)


def test_what_does_not_exist_is_explained(tmp_path: Path) -> None:
    (tmp_path / "dump").write_bytes(b"")
    with pytest.raises(CommandError, match=r"There is no .*nowhere"):
        check(tmp_path / "nowhere", tmp_path)
    with pytest.raises(CommandError, match=r"There is no .*nowhere"):
        check(tmp_path / "dump", tmp_path / "nowhere")
