"""Tests of ingest take slots of their own: those of the other processes of this run would be in the way."""

import tempfile
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def isolated_slots(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
