"""Tests of ingest use slots of their own: other processes of this run decode images too."""

import tempfile
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def isolated_slots(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
