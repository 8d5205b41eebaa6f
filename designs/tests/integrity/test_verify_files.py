"""`manage.py verify_files`: what is missing or damaged, its pace, and how it continues."""

import os
import re
import signal
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from designs.integrity import run
from designs.models import Asset, Design, Garbage, Rendition
from designs.tests.support.file_check import HARM, verify, verify_in_vain
from designs.tests.support.fixture_types import MakeDesign, RunLane
from designs.tests.support.stored_files import (
    damage_file,
    list_named,
    list_stored,
    lose_file,
    truncate_file,
)
from rendering import storage
from rendering.storage import StorageUnavailable

pytestmark = pytest.mark.django_db


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


def test_a_quick_check_compares_sizes_only(published: Design, capsys: pytest.CaptureFixture[str]) -> None:
    keys_of = dict(Rendition.objects.values_list("name", "key"))
    damage_file(keys_of["preview.png"])
    verify("--quick")
    assert "Compared 6 files by size: 0 missing, 0 damaged." in capsys.readouterr().out
    truncate_file(keys_of["preview.webp"])
    lose_file(keys_of["thumbnail.png"])
    verify_in_vain("--quick")
    assert "1 missing, 1 damaged" in capsys.readouterr().out


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
