"""Compares a database dump with a copy of the files, and completes the copy from the storage.

The dump is made first. Files never change and are kept for a while after rows stop naming them, so that whatever the
dump names can still be copied afterwards; a copy that was made first would lack what was stored meanwhile. Only those
of designs and assets that were deleted in between are gone: the database tells these from missing ones.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from uuid import UUID

from django.db import Error

from designs.integrity.compare import THREADS, Comparison, Verdict, be_patient
from designs.integrity.copies import FolderCopy
from designs.integrity.deletions import add_deletions, find_deletion, is_file_listed, knows_any, read_deletions
from designs.integrity.dump import Dump, DumpRow
from designs.integrity.expected import ExpectedFile, asset_files
from designs.models import Asset
from designs.renders.lanes import storage_alias
from rendering import storage
from rendering.storage import StorageUnavailable

PAGE = 500
_TABLES = ("designs_rendition", "designs_asset")
_ASSET_NUMBERS = ("width", "height", "bytes", "working_width", "working_height", "working_bytes")


@dataclass(slots=True)
class BackupReport:
    """What a backup holds: numbers of files, and those that are not in the copy as the dump says."""

    compared: int = 0
    copied: int = 0
    broken: list[Comparison] = field(default_factory=list)
    deleted: int = 0  # since the dump, so that no copy can have them, and none needs to
    newest: str = ""  # time of the newest row, as the dump has it
    not_asked: str = ""  # why the database could not tell deleted files from missing ones

    @property
    def broken_assets(self) -> int:
        """The number of broken files that no drawing can make again."""
        return sum(one.file.asset_id is not None for one in self.broken)


@dataclass(slots=True)
class BackupCheck:
    """One check of a dump and a folder; `complete` copies from the storage what the folder lacks."""

    dump: Dump
    folder: FolderCopy
    with_hash: bool = True
    complete: bool = False
    tell_progress: Callable[[str], None] = lambda _: None
    report: BackupReport = field(default_factory=BackupReport)

    def run(self) -> BackupReport:
        """Compare every file that the dump names. Raises DumpError, and StorageUnavailable or OSError while copying."""
        listed = read_deletions(self.folder.root)
        with ThreadPoolExecutor(THREADS, thread_name_prefix="comparing") as threads:
            for page in self._read_pages():
                for comparison, was_copied in threads.map(self._check_file, page):
                    self.report.compared += 1
                    self.report.copied += was_copied
                    if comparison.verdict is not Verdict.SOUND and is_file_listed(listed, comparison.file):
                        self.report.deleted += 1
                    elif comparison.verdict is not Verdict.SOUND:
                        self.report.broken.append(comparison)
                self.tell_progress(f"{self.report.compared} compared, {len(self.report.broken)} missing or damaged")
        if self.complete and self.report.broken:
            self._sort_out_deleted()
        return self.report

    def _sort_out_deleted(self) -> None:
        """Take what was deleted since the dump off the broken files, and list it for a restore."""
        try:
            entries = [find_deletion(one.file) for one in self.report.broken]
            if any(entries) and not knows_any(self._read_pages()):
                self.report.not_asked = "it names no file of the dump: is DATABASE_URL the database of the dump?"
                return
        except Error as error:
            self.report.not_asked = str(error).strip()
            return
        add_deletions(self.folder.root, filter(None, entries))
        self.report.deleted += sum(map(bool, entries))
        self.report.broken = [one for one, entry in zip(self.report.broken, entries, strict=True) if not entry]

    def _read_pages(self) -> Iterator[list[ExpectedFile]]:
        files = self._read_files()
        while page := list(islice(files, PAGE)):
            yield page

    def _read_files(self) -> Iterator[ExpectedFile]:
        lanes = {row["id"]: row["lane"] for _, row in self.dump.read_rows(["designs_render"]) if is_private(row)}
        for table, row in self.dump.read_rows(_TABLES):
            if table == "designs_rendition":
                self.report.newest = max(self.report.newest, row["created_at"] or "")
                yield _rendition_file(row, lanes.get(row["render_id"]) or "preview")
            elif row["stored_at"] is not None and row["deleted_at"] is None:
                self.report.newest = max(self.report.newest, row["stored_at"])
                yield from asset_files(_build_asset(row))

    def _check_file(self, file: ExpectedFile) -> tuple[Comparison, bool]:
        """Return what is in the copy in the end, and whether it was copied now."""
        found = self.folder.compare_file(file, with_hash=self.with_hash)
        if found.verdict is Verdict.SOUND or not self.complete:
            return found, False
        was_copied = be_patient(partial(_copy_file, file, self.folder.root))
        return (self.folder.compare_file(file) if was_copied else found), was_copied


def is_private(row: DumpRow) -> bool:
    """Tell whether a render's files are in the private storage."""
    return storage_alias(row["lane"] or "") == "private"


def _copy_file(file: ExpectedFile, root: Path) -> bool:
    """Copy a file from the storage under a temporary name, then rename it; False where it is not stored any more."""
    try:
        data = storage.read_file(file.key, alias=file.alias).data
    except FileNotFoundError:
        return False
    except StorageUnavailable:
        # S3 answers "access denied" for a missing file if the credentials may not list.
        if storage.file_exists(file.key, alias=file.alias):
            raise
        return False
    target = root / file.path
    target.parent.mkdir(parents=True, exist_ok=True)
    partial_file = target.with_name(f".{target.name}.partial")
    with partial_file.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    partial_file.replace(target)
    return True


def _rendition_file(row: DumpRow, lane: str) -> ExpectedFile:
    return ExpectedFile(
        storage_alias(lane),
        str(row["key"]),
        int(row["bytes"] or 0),
        str(row["sha256"]),
        rendition_id=int(row["id"] or 0),
    )


def _build_asset(row: DumpRow) -> Asset:
    numbers = {name: int(row[name] or 0) for name in _ASSET_NUMBERS}
    texts = {name: row[name] for name in ("format", "sha256", "working_sha256")}
    return Asset(pk=UUID(str(row["id"])), **numbers, **texts)


def list_problems(comparisons: Iterable[Comparison]) -> Iterator[str]:
    """Yield a line for each broken file of a copy, with what a restore does about it."""
    for one in comparisons:
        after = "lost" if one.file.asset_id is not None else "drawn again after a restore"
        yield f"{one} ({after})"
