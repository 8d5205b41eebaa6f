"""Memory cache of asset files, by their hash: while a shopper edits, the same photo is drawn at every change."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress

from django.conf import settings


class AssetCache:
    """Least recently used files go first; at most RENDER_CACHE_MEGABYTES in a process.

    Without a lock: the alarm that ends a drawing could interrupt the thread that holds it. Each step is atomic by
    itself, and a thread that finds nothing between two steps of another reads the file once more.
    """

    def __init__(self) -> None:
        self._files: OrderedDict[str, bytes] = OrderedDict()

    def get_or_fetch(self, sha256: str, fetch: Callable[[], bytes]) -> bytes:
        """Return the file with this SHA-256, from memory or from `fetch`, which must return that very file.

        A file larger than a quarter of the cache is not kept.
        """
        most = settings.RENDER_CACHE_MEGABYTES * 1_000_000
        data = self._files.pop(sha256, None)
        if data is None:
            data = fetch()
        if len(data) <= most // 4:
            self._files[sha256] = data
        with suppress(KeyError):  # another thread has made room meanwhile
            while sum(map(len, list(self._files.values()))) > most:
                self._files.popitem(last=False)
        return data

    def clear(self) -> None:
        """Keep nothing."""
        self._files.clear()


asset_cache = AssetCache()
