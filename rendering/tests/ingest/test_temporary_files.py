"""Without room for temporary files an upload is neither taken nor judged."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from rendering.ingest.clean import TemporaryFilesUnusable, ingest_picture
from rendering.ingest.temporary import check_temporary_space
from rendering.tests.support.full_disk import open_full_disk


def photo() -> bytes:
    buffer = io.BytesIO()
    Image.effect_noise((300, 200), 90).convert("RGB").save(buffer, "JPEG")
    return buffer.getvalue()


def test_a_full_disk_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "TemporaryFile", open_full_disk)
    with pytest.raises(TemporaryFilesUnusable, match=rf"The folder {tempfile.gettempdir()}: No space left.*Make room"):
        ingest_picture(photo())


def test_an_answer_without_room_does_not_blame_the_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    """The child cannot write its answer: without a status of its own the picture would be "too complex"."""
    openers: Iterator[Callable[[], Any]] = iter([tempfile.TemporaryFile, tempfile.TemporaryFile, open_full_disk])

    def open_next() -> Any:
        return next(openers)()

    monkeypatch.setattr(tempfile, "TemporaryFile", open_next)
    with pytest.raises(TemporaryFilesUnusable, match="the decoded image could not be written"):
        ingest_picture(photo())


def test_a_missing_folder_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/missing")
    with pytest.raises(TemporaryFilesUnusable, match="The folder /missing: No such file"):
        ingest_picture(photo())


def test_a_slot_that_cannot_be_made_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(TemporaryFilesUnusable, match=f"The folder {tmp_path}: Permission denied"):
        ingest_picture(photo())


def test_all_folders_are_named_where_none_can_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    def find_none() -> str:
        raise FileNotFoundError(2, "No usable temporary directory found in […]")

    monkeypatch.setattr(tempfile, "gettempdir", find_none)
    monkeypatch.setattr(tempfile, "TemporaryFile", find_none)
    monkeypatch.setenv("TMPDIR", "/own")
    with pytest.raises(TemporaryFilesUnusable, match="None of the folders /own, /tmp, /var/tmp"):
        check_temporary_space(1)


def test_the_free_bytes_are_compared_with_what_is_needed() -> None:
    free = check_temporary_space(1)
    assert free > 1
    with pytest.raises(TemporaryFilesUnusable, match="one upload may take"):
        check_temporary_space(free * 2)
