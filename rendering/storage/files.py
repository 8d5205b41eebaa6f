"""What both storages share: values, the error, the interface beyond Django's, and the thread pool."""

from __future__ import annotations

import hashlib
import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

MAX_THREADS = 8
"""Requests in flight per process: the six standard files of a design, and two of another one."""

DELETION_THREADS = 4 * MAX_THREADS
"""Deletions in flight, as many as an S3 client has connections; only the reconciler deletes that much."""

Group = TypeVar("Group")


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file to store: its key, and its bytes or the path of a file to copy."""

    key: str
    content: bytes | Path


@dataclass(frozen=True, slots=True)
class FetchedFile:
    """A file that was read: its bytes, and the content type and metadata that the storage serves it with."""

    data: bytes
    content_type: str
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MeasuredFile:
    """What a storage holds under a key: the size in bytes, and the SHA-256 if the file was read whole."""

    size: int
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class ListedFile:
    """One entry of a listing: key, size in bytes, and time of the last change."""

    key: str
    size: int
    modified: datetime


def measure_chunks(chunks: Iterable[bytes]) -> MeasuredFile:
    """Return size and hash of a file that is read in chunks."""
    size, digest = 0, hashlib.sha256()
    for chunk in chunks:
        size += len(chunk)
        digest.update(chunk)
    return MeasuredFile(size, digest.hexdigest())


class StorageUnavailable(Exception):
    """The storage failed; a later attempt may succeed. The text names the cause and the fix."""


@dataclass(frozen=True, slots=True)
class DeletionResult:
    """What became of files to delete: the keys that are gone, and errors by key. Keys in neither were not tried."""

    deleted: frozenset[str] = frozenset()
    errors: Mapping[str, StorageUnavailable] = field(default_factory=dict)

    @classmethod
    def merge(cls, results: Iterable[DeletionResult]) -> DeletionResult:
        """Return the result of several deletions."""
        deleted: set[str] = set()
        errors: dict[str, StorageUnavailable] = {}
        for result in results:
            deleted |= result.deleted
            errors |= result.errors
        return cls(frozenset(deleted), errors)


class FileSetStorage(ABC):
    """What both storages offer beyond Django's ``Storage``: sets of files, signed URLs, and a purge for operators."""

    @abstractmethod
    def save_files(self, files: Sequence[StoredFile], before_each: Callable[[], None] | None) -> None:
        """Store all files or raise; ``before_each`` is called before each write; if it raises, the rest is skipped."""

    @abstractmethod
    def delete_files(self, names: Iterable[str]) -> None:
        """Delete files; a missing one is not an error."""

    @abstractmethod
    def delete_many(self, names: Iterable[str], keep_going: Callable[[], bool]) -> DeletionResult:
        """Delete as many files as possible while ``keep_going()``; a missing one counts as deleted."""

    @abstractmethod
    def purge_prefix(self, prefix: str) -> int:
        """List and delete everything below a prefix; return the number of files."""

    @abstractmethod
    def fetch_file(self, name: str) -> FetchedFile:
        """Read one file whole; raises FileNotFoundError."""

    @abstractmethod
    def measure_file(self, name: str, *, with_hash: bool) -> MeasuredFile:
        """Return the size of a file, and its hash if wanted; raises FileNotFoundError."""

    @abstractmethod
    def list_files(self, after: str) -> Iterator[ListedFile]:
        """Yield all files of this storage in a fixed order, those that come after a key."""

    @abstractmethod
    def signed_url(self, name: str, expires: int) -> str:
        """Return a URL that stops working after at most ``expires`` seconds, and not before half of them."""


@lru_cache(maxsize=1)
def _thread_pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(MAX_THREADS, thread_name_prefix="storage")


@lru_cache(maxsize=1)
def _deletion_threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(DELETION_THREADS, thread_name_prefix="deletion")


# Threads do not survive a fork, so a child starts its own pools.
os.register_at_fork(after_in_child=_thread_pool.cache_clear)
os.register_at_fork(after_in_child=_deletion_threads.cache_clear)


def delete_parallel(delete: Callable[[Group], DeletionResult], groups: Iterable[Group]) -> DeletionResult:
    """Call ``delete`` for each group of files, on threads of their own; return the result of all."""
    return DeletionResult.merge(_deletion_threads().map(delete, groups))


def run_parallel(calls: Iterable[Callable[[], None]]) -> None:
    """Run calls on the storage threads of this process; raise the first failure once all running calls have ended.

    After a failure no further call is started. An exception in the waiting thread itself (a time limit, Ctrl-C) is
    raised at once: calls that are running end on their own, within the timeouts of the storage.
    """
    futures: list[Future[None]] = [_thread_pool().submit(call) for call in calls]
    try:
        wait(futures, return_when=FIRST_EXCEPTION)
    finally:
        for future in futures:
            future.cancel()
    wait(futures)
    for future in futures:
        if not future.cancelled():
            future.result()
