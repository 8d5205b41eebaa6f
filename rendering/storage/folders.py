"""Folders of a local disk: made durably, removed once they are empty, and walked in the order of keys."""

import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from rendering.storage.files import ListedFile

PARTIAL_SUFFIX = ".partial"
"""Suffix of files being written. Their names start with a dot, as no key does, so they are never served."""


def make_folder(folder: Path) -> None:
    """Create a folder durably, even while a garbage collector removes empty folders beside it."""
    for attempt in range(4):
        try:
            folder.mkdir()
        except FileExistsError:
            return
        except FileNotFoundError:
            if attempt == 3:
                raise
            make_folder(folder.parent)
        else:
            flush_folder(folder.parent)
            return


def flush_folder(folder: Path) -> None:
    """Flush the names in a folder to the disk: a file that was created or renamed there lasts from then on."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove_empty(folder: Path, root: Path) -> None:
    """Remove a folder and its parents below the root if they hold nothing but partial files of killed processes."""
    while folder != root and folder.is_relative_to(root):
        with suppress(FileNotFoundError):
            partial_files = _list_partial_files(folder)
            if partial_files is None:
                return
            for file in partial_files:
                file.unlink(missing_ok=True)
            try:
                folder.rmdir()
            except OSError:
                if folder.exists():  # another process has just written to it
                    return
        folder = folder.parent


def _list_partial_files(folder: Path) -> list[Path] | None:
    """Return the partial files in a folder, None if it holds anything else: known from its first such entry.

    The folder of all designs has as many entries as there are designs, and is looked at after each deletion.
    """
    partial_files = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if not entry.name.endswith(PARTIAL_SUFFIX):
                return None
            partial_files.append(Path(entry.path))
    return partial_files


def walk_files(folder: Path, prefix: str, behind: list[str]) -> Iterator[ListedFile]:
    """Yield the files of a folder by name; `behind` are the parts of the key to begin after, relative to the folder."""
    with suppress(FileNotFoundError):
        first = behind[0] if behind else ""
        for path in sorted(folder.iterdir()):
            name = path.name
            if name.startswith(".") or name < first:
                continue
            if path.is_dir():
                yield from walk_files(path, f"{prefix}{name}/", behind[1:] if name == first else [])
            elif name != first:
                with suppress(FileNotFoundError):
                    status = path.stat()
                    yield ListedFile(f"{prefix}{name}", status.st_size, datetime.fromtimestamp(status.st_mtime, UTC))
