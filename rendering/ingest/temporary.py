"""The folder of temporary files (TMPDIR, /tmp): uploads, the decoder's answers and its slots lie there."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FIX = "Make room there, mount a file system that this user may write to, or set TMPDIR to another folder."


class TemporaryFilesUnusable(Exception):
    """Temporary files cannot be written; the text names the folder, the cause and the fix."""

    def __init__(self, cause: str) -> None:
        super().__init__(f"{_name_folder()}: {cause}. {FIX}")


@contextmanager
def name_temporary_folder() -> Iterator[None]:
    """Raise TemporaryFilesUnusable for an OSError of the block, which must do nothing but use temporary files."""
    try:
        yield
    except OSError as error:
        raise TemporaryFilesUnusable(error.strerror or str(error)) from error


def check_temporary_space(needed: int) -> int:
    """Write a file, and return the free bytes. Raises TemporaryFilesUnusable, also if `needed` bytes are not free."""
    with name_temporary_folder():
        with tempfile.TemporaryFile() as file:
            file.write(b"test")
            file.flush()
        status = os.statvfs(tempfile.gettempdir())
    free = status.f_bavail * status.f_frsize
    if free < needed:
        raise TemporaryFilesUnusable(f"{free / 1e6:.0f} MB are free, and one upload may take {needed / 1e6:.0f} MB")
    return free


def _name_folder() -> str:
    try:
        return f"The folder {tempfile.gettempdir()}"
    except FileNotFoundError:  # none can be written; its own text lists what was tried
        folders = dict.fromkeys(filter(None, [os.environ.get("TMPDIR"), "/tmp", "/var/tmp", str(Path.cwd())]))  # noqa: S108
        return f"None of the folders {', '.join(folders)}"
