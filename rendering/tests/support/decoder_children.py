"""Programs that replace the decoder child, or wrap it."""

from pathlib import Path

import pytest

from rendering.ingest import clean

REAL_CHILD = clean.CHILD_PROGRAM


def replace_child(program: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let ingest start this program instead of the child."""
    file = folder / "child.py"
    file.write_text(program)
    monkeypatch.setattr(clean, "CHILD_PROGRAM", file)


def probing_child(probe: str, before: str = "") -> str:
    """Return a program: the real child, which runs `probe` before it ends and appends `result` to its answer as JSON.

    `before` runs first, before the child.
    """
    lines = probe.strip()
    return f"""
import json, os, runpy, sys
{before}
runpy.run_path({str(REAL_CHILD)!r}, run_name="__main__")
leave, result = os._exit, None
{lines}
os.write(1, b"\\n---" + json.dumps(result).encode())
"""
