"""How much memory this machine, or the container on it, may use, and what follows for uploads.

Settings import this module, so nothing here may import models or apps.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

# Limits of a container (control groups, version 2 and 1); the word "max" and huge numbers stand for none.
_LIMIT_FILES = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))

MEGAPIXELS, MEGAPIXELS_OF_SMALL_MACHINES = 50, 25  # of an upload, unless ASSET_MAX_MEGAPIXELS says otherwise
BYTES_OF_DECODER = 1_000_000_000  # that decoding the largest image takes at most (docs/decisions/0016)
_SHARE = 0.5  # of the memory that decoders may take together


def find_memory() -> float:
    """Return the bytes of memory that this process may use, infinity if that is unknown."""
    found = float("inf")
    with contextlib.suppress(ValueError, OSError, AttributeError):  # not on every platform
        found = float(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    for file in _LIMIT_FILES:
        with contextlib.suppress(ValueError, OSError):
            found = min(found, int(file.read_text()))
    return found


def default_megapixels(decoders: int) -> int:
    """Return how many megapixels an upload may have where so many are decoded at once."""
    has_room = decoders * BYTES_OF_DECODER <= _SHARE * find_memory()
    return MEGAPIXELS if has_room else MEGAPIXELS_OF_SMALL_MACHINES
