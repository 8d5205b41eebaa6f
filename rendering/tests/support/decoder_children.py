"""Programs put in the place of the child, or around it."""

from pathlib import Path

import pytest

from rendering.ingest import clean

REAL_CHILD = clean.CHILD_PROGRAM


def replace_child(program: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a program the child."""
    file = folder / "child.py"
    file.write_text(program)
    monkeypatch.setattr(clean, "CHILD_PROGRAM", file)


def probing_child(probe: str, before: str = "") -> str:
    """The real child, which runs `probe` in its last moment, as ingest as ever, and adds `said` to its answer.

    `before` runs first of all.
    """
    lines = probe.strip()
    return f"""
import json, os, runpy, sys
{before}
runpy.run_path({str(REAL_CHILD)!r}, run_name="__main__")
leave, said = os._exit, None
{lines}
os.write(1, b"\\n---" + json.dumps(said).encode())
"""
