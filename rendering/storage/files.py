"""What the storages share: the values that go in and out, the error they raise, and the threads they use."""

import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

MAX_THREADS = 8
"""Requests in flight a process: a design's standard six files at once, and room for a neighbour's."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file to store: its key, and its bytes or the path of a file that is streamed from disk."""

    key: str
    content: bytes | Path


@dataclass(frozen=True, slots=True)
class FetchedFile:
    """A file read back: its bytes, and the content type and metadata that the storage serves it with."""

    data: bytes
    content_type: str
    metadata: Mapping[str, str] = field(default_factory=dict)


class StorageUnavailable(Exception):  # a state of the world, not a mistake
    """The storage could not do what was asked; later it may. The text names the cause and the mend."""


class FileSetStorage(ABC):
    """What a storage of ours can do beside Django's ``Storage``: sets of files, signed URLs, an operator's purge."""

    @abstractmethod
    def save_files(self, files: Sequence[StoredFile], before_each: Callable[[], None] | None) -> None:
        """Store all files or raise; ``before_each`` is called before each write and stops the rest by raising."""

    @abstractmethod
    def delete_files(self, names: Iterable[str]) -> None:
        """Delete files; a missing one is no error."""

    @abstractmethod
    def purge_prefix(self, prefix: str) -> int:
        """Delete everything below a prefix by listing it; return how many files that were."""

    @abstractmethod
    def fetch_file(self, name: str) -> FetchedFile:
        """Read one file whole; raises FileNotFoundError."""

    @abstractmethod
    def signed_url(self, name: str, expires: int) -> str:
        """Return a URL that stops working after at most ``expires`` seconds, and not before half of them."""


@lru_cache(maxsize=1)
def _thread_pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(MAX_THREADS, thread_name_prefix="storage")


# Threads do not survive a fork: a child starts its own.
os.register_at_fork(after_in_child=_thread_pool.cache_clear)


def run_parallel(calls: Iterable[Callable[[], None]]) -> None:
    """Run calls on the process's storage threads; raise the first failure once none of these calls is running any more.

    After a failure no further call is begun. An exception in the waiting thread itself (a time limit, Ctrl-C) is not
    held up: calls that are running end on their own, within the storage's bounded timeouts.
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
