"""Reads the files of assets in threads: waiting for the storage is not drawing, and has a limit of its own.

A storage that hangs would otherwise use up the time for drawing. And the signal that ends a drawing must not reach the
storage's client, which takes its exception for a failed request and tries again.

After a read that hung, reads are refused for as long as it took: a process spends half of its time on a storage that
hangs at most, and the rest on drawings that need nothing from it, however many others are tried again and again.
"""

from __future__ import annotations

import hashlib
import time
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from django.db import Error

from designs.drawing.asset_cache import asset_cache
from designs.drawing.timeouts import pause_hard_limit
from designs.models import Asset
from rendering import storage
from rendering.storage import StorageUnavailable

THREADS = 8  # one whose read hangs is lost until the storage's own time limit
HANGING_AFTER = 0.5  # s after which a failed read counts as one that hung


class AssetUnavailable(StorageUnavailable):
    """The storage does not deliver an asset's file as it was stored; one wrong answer does not prove it lost."""


class AssetReader:
    """Reads the assets of one drawing; all reads together may take `seconds`."""

    def __init__(self, seconds: float) -> None:
        self._seconds_left = seconds

    def read_copy(self, asset_id: str, key: str, sha256: str) -> bytes:
        """Return a copy's bytes, from memory if it was read lately.

        Raises AssetUnavailable for a missing or wrong file, and StorageUnavailable for one that is not read in time.
        """
        return asset_cache.get_or_fetch(sha256, lambda: self._read(asset_id, key, sha256))

    def _read(self, asset_id: str, key: str, sha256: str) -> bytes:
        data, actual = self._fetch(asset_id, key)
        if actual != sha256 and not _is_remade(asset_id, actual):
            message = f"The stored file of asset {asset_id} is not what was stored: upload the picture again."
            raise AssetUnavailable(message)
        return data

    def _fetch(self, asset_id: str, key: str) -> tuple[bytes, str]:
        refusal.check(asset_id)
        begun = time.monotonic()
        try:
            with pause_hard_limit():
                return _wait_for_copy(asset_id, key, max(0.0, self._seconds_left))
        except StorageUnavailable:
            refusal.begin(time.monotonic() - begun)
            raise
        finally:
            self._seconds_left -= time.monotonic() - begun


class ReadRefusal:
    """Refuses reads for a while after one that hung; without a lock, as a signal may end a drawing anywhere."""

    def __init__(self) -> None:
        self._ends = 0.0  # s on the monotonic clock

    def begin(self, took: float) -> None:
        """Refuse reads for as long as a failed one took, s, if it hung."""
        if took >= HANGING_AFTER:
            self._ends = time.monotonic() + took

    def check(self, asset_id: str) -> None:
        """Raise StorageUnavailable while reads are refused."""
        if time.monotonic() < self._ends:
            raise StorageUnavailable(f"The storage hangs, so asset {asset_id} is read later.")

    def end(self) -> None:
        """Allow the next read."""
        self._ends = 0.0


refusal = ReadRefusal()


def _wait_for_copy(asset_id: str, key: str, seconds: float) -> tuple[bytes, str]:
    read = _threads().submit(_fetch_copy, asset_id, key)
    try:
        return read.result(seconds)
    except TimeoutError as error:
        read.cancel()  # one that waits for a thread would be made for nobody, and before those that somebody waits for
        raise StorageUnavailable(f"The storage did not deliver asset {asset_id} in time.") from error


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(THREADS, thread_name_prefix="reading")


def _fetch_copy(asset_id: str, key: str) -> tuple[bytes, str]:
    """Return a file and its SHA-256."""
    try:
        data = storage.read_file(key, alias="private").data
    except FileNotFoundError as error:
        raise AssetUnavailable(f"Asset {asset_id} is not in the storage: upload the picture again.") from error
    return data, hashlib.sha256(data).hexdigest()


def _is_remade(asset_id: str, sha256: str) -> bool:
    """Tell whether an operator had the working copy made again from the full one since the render was requested."""
    try:
        return Asset.objects.filter_usable().filter(pk=asset_id, working_sha256=sha256).exists()
    except Error:  # a later attempt asks again
        return False
