"""The heartbeat of a process in HEARTBEAT_FILE, for a health check in the same container.

It holds the Unix time (s) until which the process will have written again, so its reader need not know how long a
process of that kind may be silent. It needs neither Redis nor the database: their outages are no reason to restart one.
"""

from __future__ import annotations

import logging
import time
from pathlib import Path

from django.conf import settings

log = logging.getLogger(__name__)


def beat_file(silence: float) -> None:
    """Promise the next heartbeat within `silence` s. A file that cannot be written is logged."""
    file: Path | None = settings.HEARTBEAT_FILE
    if file is None:
        return
    new = file.with_name(f"{file.name}.new")
    try:
        new.write_text(f"{time.time() + silence:.0f}\n")
        new.replace(file)  # a reader sees the old or the new one
    except OSError as error:
        log.warning("HEARTBEAT_FILE cannot be written, so health checks will fail: %s", error)
