"""Compares stored files with what is expected of them; an outage of the storage never counts as missing files."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from typing import TypeVar
from uuid import uuid4

from designs.integrity.expected import ExpectedFile
from rendering import keys, storage
from rendering.storage import StorageUnavailable, StoredFile

Result = TypeVar("Result")
THREADS = 8
RETRY_PAUSES = (1.0, 3.0, 9.0)  # s; the storage itself has retried before each


def be_patient(request: Callable[[], Result]) -> Result:
    """Return what a request to the storage returns; repeat it some times where it raises StorageUnavailable."""
    for pause in RETRY_PAUSES:
        try:
            return request()
        except StorageUnavailable:
            time.sleep(pause)
    return request()


class Verdict(StrEnum):
    """What was found in the place of an expected file."""

    SOUND = "sound"
    MISSING = "missing"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class Comparison:
    """The verdict about one file; `detail` says what is wrong with a damaged one, in words."""

    file: ExpectedFile
    verdict: Verdict
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.verdict:<8} {self.file.path}{f': {self.detail}' if self.detail else ''}"


@dataclass(slots=True)
class Pace:
    """Keeps to at most so many files a second; 0 is no limit."""

    per_second: float
    free_at: float = 0.0  # on the monotonic clock

    def wait_for(self, count: int) -> None:
        """Wait until so many further files may be compared."""
        if self.per_second <= 0:
            return
        now = time.monotonic()
        if self.free_at > now:
            time.sleep(self.free_at - now)
        self.free_at = max(self.free_at, now) + count / self.per_second


@dataclass(slots=True)
class FileComparer:
    """Compares pages of files in parallel, at a limited pace; by size and SHA-256, or by size only."""

    with_hash: bool = True
    pace: Pace = field(default_factory=lambda: Pace(0))
    probed: set[str] = field(default_factory=set)  # storages that were seen to return what they store

    def compare_files(self, files: Sequence[ExpectedFile]) -> list[Comparison]:
        """Return a verdict for each file. Raises StorageUnavailable where the storage, not the file, is at fault."""
        self.pace.wait_for(len(files))
        with ThreadPoolExecutor(THREADS, thread_name_prefix="comparing") as threads:
            found = list(threads.map(self._compare_patiently, files))
        for comparison in found:
            if comparison.verdict is not Verdict.SOUND:
                self._probe(comparison.file.alias)
        return found

    def _compare_patiently(self, file: ExpectedFile) -> Comparison:
        try:
            return be_patient(partial(self._compare, file))
        except StorageUnavailable as error:
            return Comparison(file, Verdict.DAMAGED, f"it cannot be read ({error})")

    def _compare(self, file: ExpectedFile) -> Comparison:
        try:
            found = storage.measure_file(file.key, alias=file.alias, with_hash=self.with_hash)
        except FileNotFoundError:
            return Comparison(file, Verdict.MISSING)
        except StorageUnavailable:
            # S3 answers "access denied" for a missing file if the credentials may not list.
            if storage.file_exists(file.key, alias=file.alias):
                raise
            return Comparison(file, Verdict.MISSING)
        if found.size != file.size:
            return Comparison(file, Verdict.DAMAGED, f"{found.size} bytes instead of {file.size}")
        if self.with_hash and found.sha256 != file.sha256:
            return Comparison(file, Verdict.DAMAGED, f"SHA-256 {found.sha256[:12]}… instead of {file.sha256[:12]}…")
        return Comparison(file, Verdict.SOUND)

    def _probe(self, alias: str) -> None:
        """Store, read and delete a file: without the right to read, every file would seem to be missing."""
        if alias in self.probed:
            return
        be_patient(partial(probe_storage, alias))
        self.probed.add(alias)


def find_existing(keys_to_find: Sequence[str], alias: str) -> list[str]:
    """Return those of the keys under which a file is stored. Raises StorageUnavailable."""
    with ThreadPoolExecutor(THREADS, thread_name_prefix="comparing") as threads:
        exist = threads.map(lambda key: be_patient(partial(storage.file_exists, key, alias=alias)), keys_to_find)
        return [key for key, exists in zip(keys_to_find, exist, strict=True) if exists]


def probe_storage(alias: str) -> None:
    """Store, read and delete a small file; raises StorageUnavailable where that fails."""
    key = keys.rendition_key(uuid4(), 0, 0, "preview.png")
    storage.save_files([StoredFile(key, b"probe")], alias=alias)
    try:
        storage.read_file(key, alias=alias)
    except FileNotFoundError as error:
        raise StorageUnavailable(f"{key} was stored, and could not be read.") from error
    finally:
        storage.delete_files([key], alias=alias)
