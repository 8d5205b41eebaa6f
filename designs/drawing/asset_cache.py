"""Pictures that were read lately, by their hash: an editing shopper's photo is drawn again at every change."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress

from django.conf import settings

# Without a lock, for an alarm that ends a drawing may ring while it is held. Each step is whole by itself, and whoever
# finds nothing between two of another thread's reads the file once more.
_cache: OrderedDict[str, bytes] = OrderedDict()


def get_or_fetch(sha256: str, fetch: Callable[[], bytes]) -> bytes:
    """Return the file with this SHA-256, from memory or else from `fetch`, whose result is that file.

    At most RENDER_CACHE_MEGABYTES are kept in a process, what was used last the longest; no file takes more than a
    quarter of them.
    """
    most = settings.RENDER_CACHE_MEGABYTES * 1_000_000
    data = _cache.pop(sha256, None)
    if data is None:
        data = fetch()
    if len(data) <= most // 4:
        _cache[sha256] = data
    with suppress(KeyError):  # another thread has made room meanwhile
        while sum(map(len, list(_cache.values()))) > most:
            _cache.popitem(last=False)
    return data


def clear_cache() -> None:
    """Keep nothing."""
    _cache.clear()
