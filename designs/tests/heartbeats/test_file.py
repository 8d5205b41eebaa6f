from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pytest_django import Settings

from customify.testing.spawn import PROJECT
from designs.heartbeats.file import beat_file


def check(file: Path) -> tuple[int, str]:
    """Run the health check of the image; return its exit status and what it says."""
    command = [sys.executable, PROJECT / "deploy/is_beating.py"]
    done = subprocess.run(
        command, env={**os.environ, "HEARTBEAT_FILE": str(file)}, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stderr


@pytest.fixture
def file(settings: Settings, tmp_path: Path) -> Path:
    settings.HEARTBEAT_FILE = tmp_path / "heartbeat"
    return tmp_path / "heartbeat"


def test_a_process_is_healthy_until_its_next_heartbeat_is_overdue(file: Path) -> None:
    beat_file(60)
    assert check(file) == (0, "")
    assert 50 < float(file.read_text()) - time.time() < 61
    beat_file(-30)
    assert check(file)[0] == 1
    assert "The heartbeat is 3" in check(file)[1]


def test_a_missing_or_broken_file_is_unhealthy(file: Path) -> None:
    assert check(file)[0] == 1
    assert f"There is no heartbeat in {file}" in check(file)[1]
    file.write_text("soon")
    assert check(file)[0] == 1


def test_a_heartbeat_replaces_the_file_at_once(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    beat_file(60)
    kept = file.open()
    beat_file(120)
    assert float(file.read_text()) - float(kept.read()) >= 59  # the old file was not written to
    assert [path.name for path in file.parent.iterdir()] == ["heartbeat"]
    kept.close()


def test_a_file_that_cannot_be_written_is_logged(
    settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings.HEARTBEAT_FILE = tmp_path / "missing" / "heartbeat"
    beat_file(60)
    assert "HEARTBEAT_FILE cannot be written" in caplog.text


def test_no_file_is_written_unless_it_is_asked_for(settings: Settings, tmp_path: Path) -> None:
    settings.HEARTBEAT_FILE = None
    beat_file(60)
    assert list(tmp_path.iterdir()) == []
