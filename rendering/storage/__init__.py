"""Public interface of the storage: save, read, delete and link to files on ``STORAGES["default"]`` or ``["private"]``.

Callers name files by key (``rendering.keys``) and do not know where they are stored. Every failure of a storage is
raised as ``StorageUnavailable``. The backends, ``local.LocalStorage`` and ``s3.S3Storage``, are not imported here, so
a process that uses local files never loads boto3.

The backends extend Django's and django-storages' own. By hand is what those lack: saving a set of files durably and in
parallel, URLs that stay the same within a window of time, errors that name the fix, and working without the right to
list a bucket.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import cast
from uuid import UUID

from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import Storage, storages

from rendering import keys
from rendering.storage.files import (
    DeletionResult,
    FetchedFile,
    FileSetStorage,
    ListedFile,
    MeasuredFile,
    StorageUnavailable,
    StoredFile,
)

__all__ = [
    "DeletionResult",
    "FetchedFile",
    "ListedFile",
    "MeasuredFile",
    "StorageUnavailable",
    "StoredFile",
    "delete_design_files",
    "delete_files",
    "delete_many_files",
    "file_exists",
    "file_url",
    "list_files",
    "measure_file",
    "purge_design_files",
    "read_file",
    "save_files",
    "signed_file_url",
    "warm_storages",
]


def warm_storages() -> None:
    """Create what all requests share (an S3 client takes about 50 ms); sends no request to the storage."""
    for alias in ("default", "private"):
        getattr(_get_storage(alias), "client", None)


def save_files(
    files: Sequence[StoredFile], *, alias: str = "default", before_each: Callable[[], None] | None = None
) -> None:
    """Store files, on S3 in parallel; when this returns, all of them are durable, and what was sent.

    ``before_each`` is called before each write, on the writing thread; if it raises, the remaining writes are skipped
    and its exception is raised here. Raises StorageUnavailable, and OSError if a file to be copied cannot be opened.
    After any exception some of the keys may exist: the caller deletes them.
    """
    _get_storage(alias).save_files(files, before_each)


def delete_files(keys: Iterable[str], *, alias: str = "default") -> None:
    """Delete files by key; a missing file is not an error. Raises StorageUnavailable."""
    _get_storage(alias).delete_files(keys)


def delete_many_files(
    keys: Iterable[str], *, alias: str = "default", keep_going: Callable[[], bool] = lambda: True
) -> DeletionResult:
    """Delete thousands of files: on S3 by DeleteObjects in parallel, one by one where the store lacks it.

    Unlike ``delete_files`` it goes on after a failure and raises none; the result says what is deleted. No further
    request is sent once ``keep_going()`` is false.
    """
    return _get_storage(alias).delete_many(keys, keep_going)


def delete_design_files(design_id: UUID, keys_of_design: Iterable[str], *, alias: str = "default") -> None:
    """Delete all files of a design, given their keys (known from database rows, so nothing is listed).

    Raises ValueError, before anything is deleted, if a key belongs to another design; StorageUnavailable.
    """
    prefix, design_keys = keys.design_prefix(design_id), list(keys_of_design)
    if foreign := [key for key in design_keys if not key.startswith(prefix)]:
        raise ValueError(f"{foreign[0]!r} is not a file of design {design_id}: nothing was deleted.")
    delete_files(design_keys, alias=alias)


def purge_design_files(design_id: UUID, *, alias: str = "default") -> int:
    """Delete everything below a design's prefix and return the number of files: a tool for operators.

    Needs the right to list the bucket (``s3:ListBucket``), unlike the service itself. Raises StorageUnavailable.
    """
    return _get_storage(alias).purge_prefix(keys.design_prefix(design_id))


def file_exists(key: str, *, alias: str = "default") -> bool:
    """Tell whether a file exists. Raises StorageUnavailable.

    S3 answers "access denied" for a missing file if the credentials may not list: that counts as missing.
    """
    return cast("Storage", _get_storage(alias)).exists(key)


def read_file(key: str, *, alias: str = "default") -> FetchedFile:
    """Read one file whole, with its content type and metadata. Raises FileNotFoundError, StorageUnavailable."""
    return _get_storage(alias).fetch_file(key)


def measure_file(key: str, *, alias: str = "default", with_hash: bool = True) -> MeasuredFile:
    """Return a file's size and SHA-256; without the hash only its first byte is read.

    Raises FileNotFoundError, StorageUnavailable. "Access denied" counts as missing without the hash only, as for
    `file_exists`.
    """
    return _get_storage(alias).measure_file(key, with_hash=with_hash)


def list_files(*, alias: str = "default", after: str = "") -> Iterator[ListedFile]:
    """Yield every file of a storage in an order that is always the same, those that come after a key: for operators.

    Needs the right to list the bucket (``s3:ListBucket``), unlike the service itself. Raises StorageUnavailable.
    """
    return _get_storage(alias).list_files(after)


def file_url(key: str, *, alias: str = "default") -> str:
    """Return the URL of a file, public or signed as configured; for local storage a path such as ``/media/…``.

    Sends no request. URLs of private files are always signed.
    """
    return cast("Storage", _get_storage(alias)).url(key)


def signed_file_url(key: str, expires: int, *, alias: str = "default") -> str:
    """Return a URL that works for at most ``expires`` seconds and at least half of that.

    All calls within the same half get the same URL. For public files on a local disk it is the plain URL.
    """
    return _get_storage(alias).signed_url(key, expires)


def _get_storage(alias: str) -> FileSetStorage:
    storage = storages[alias]
    if not isinstance(storage, FileSetStorage):
        kind = f"{type(storage).__module__}.{type(storage).__qualname__}"
        raise ImproperlyConfigured(
            f"STORAGES[{alias!r}] is {kind}, which cannot store sets of files: build STORAGES with"
            " rendering.storage_config.storages_setting."
        )
    return storage
