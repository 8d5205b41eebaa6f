"""A file on a disk without room."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def open_full_disk(*_: Any, **__: Any) -> Any:
    """Open a file to which every write fails with ENOSPC; in place of a function of `tempfile`."""
    return Path("/dev/full").open("w+b", buffering=0)
