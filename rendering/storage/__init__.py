"""Saving, deleting and addressing files, on whichever storage is configured (``STORAGES["default"]``, ``["private"]``).

Callers name files by key (``rendering.keys``) and never learn where they lie. Failures of the storage, whatever it is,
come out as ``StorageUnavailable``. The storages themselves, ``local.LocalStorage`` and ``s3.S3Storage``, are not
imported here, so that a process on local files never pays for loading boto3.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import cast
from uuid import UUID

from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import Storage, storages

from rendering import keys
from rendering.storage.files import FetchedFile, FileSetStorage, StorageUnavailable, StoredFile

__all__ = [
    "FetchedFile",
    "StorageUnavailable",
    "StoredFile",
    "delete_design_files",
    "delete_files",
    "file_exists",
    "file_url",
    "purge_design_files",
    "read_file",
    "save_files",
    "signed_file_url",
    "warm_storages",
]


def warm_storages() -> None:
    """Make what every request shares (an S3 client takes some 50 ms), without asking the storage anything."""
    for alias in ("default", "private"):
        getattr(_get_storage(alias), "client", None)


def save_files(
    files: Sequence[StoredFile], *, alias: str = "default", before_each: Callable[[], None] | None = None
) -> None:
    """Store a design's files, on S3 in parallel; when this returns all of them are durable.

    ``before_each`` is asked before each write, on the writing thread, and stops the rest by raising: what it raises
    comes out of here, and the caller then deletes the keys. Raises StorageUnavailable; then any of the keys may exist.
    FileNotFoundError (any OSError of opening it) for a path that cannot be read.
    """
    _get_storage(alias).save_files(files, before_each)


def delete_files(keys: Iterable[str], *, alias: str = "default") -> None:
    """Delete files by key, asking nothing first; a missing file is no error. Raises StorageUnavailable."""
    _get_storage(alias).delete_files(keys)


def delete_design_files(design_id: UUID, keys_of_design: Iterable[str], *, alias: str = "default") -> None:
    """Delete all files of a design, given their keys (they follow from rows, so nothing is listed).

    Raises ValueError, before anything is deleted, for a key that is not this design's; StorageUnavailable.
    """
    prefix, doomed = keys.design_prefix(design_id), list(keys_of_design)
    if strangers := [key for key in doomed if not key.startswith(prefix)]:
        raise ValueError(f"{strangers[0]!r} is not a file of design {design_id}: nothing was deleted.")
    delete_files(doomed, alias=alias)


def purge_design_files(design_id: UUID, *, alias: str = "default") -> int:
    """Delete whatever lies under a design's prefix and return how many files that were: an operator's tool.

    Needs the right to list (``s3:ListBucket``), which the service itself does without. Raises StorageUnavailable.
    """
    return _get_storage(alias).purge_prefix(keys.design_prefix(design_id))


def file_exists(key: str, *, alias: str = "default") -> bool:
    """Tell whether a file is there. Raises StorageUnavailable.

    Where the credentials may not list, S3 answers "access denied" for a missing file: that counts as missing.
    """
    return cast("Storage", _get_storage(alias)).exists(key)


def read_file(key: str, *, alias: str = "default") -> FetchedFile:
    """Read one file whole, with its content type and metadata. Raises FileNotFoundError, StorageUnavailable."""
    return _get_storage(alias).fetch_file(key)


def file_url(key: str, *, alias: str = "default") -> str:
    """Return the address of a file: public or signed, as the storage is configured; a local one is an absolute path.

    Makes no request. A private file's address is always signed.
    """
    return cast("Storage", _get_storage(alias)).url(key)


def signed_file_url(key: str, expires: int, *, alias: str = "default") -> str:
    """Return an address that works for at most ``expires`` seconds and at least half of them, the same for all callers
    within each half. On local disk a public file's plain address."""
    return _get_storage(alias).signed_url(key, expires)


def _get_storage(alias: str) -> FileSetStorage:
    storage = storages[alias]
    if not isinstance(storage, FileSetStorage):
        kind = f"{type(storage).__module__}.{type(storage).__qualname__}"
        raise ImproperlyConfigured(
            f"STORAGES[{alias!r}] is {kind}, which cannot store whole sets of files: build STORAGES with"
            " rendering.storage_config.storages_setting."
        )
    return storage
