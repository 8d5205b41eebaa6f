"""So many at once on this machine, whichever processes ask: a locked file each, freed by the death of its holder."""

import fcntl
import os
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

POLL_SECONDS = 0.02  # s


class DecoderBusy(Exception):
    """As many pictures are being decoded as this machine allows."""


@contextmanager
def hold_slot(at_once: int, patience: float) -> Iterator[None]:
    """Hold one of `at_once` slots; DecoderBusy where none is free within `patience` s."""
    folder, ends = _slot_folder(), time.monotonic() + patience
    while True:
        for number in range(at_once):
            if (held := _try_lock(folder / f"slot-{number}")) is not None:
                try:
                    yield
                finally:
                    fcntl.flock(held, fcntl.LOCK_UN)  # not merely closed: a process forked meanwhile holds it too
                    os.close(held)
                return
        if time.monotonic() >= ends:
            raise DecoderBusy(f"{at_once} pictures are being decoded.")
        time.sleep(POLL_SECONDS)


def _slot_folder() -> Path:
    """Return this user's own folder; PermissionError where it is somebody else's, or open to others."""
    folder = Path(tempfile.gettempdir()) / f"customify-decoding-{os.geteuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o077:
        raise PermissionError(f"{folder} is not this user's alone: remove it, or set TMPDIR to a folder of its own.")
    return folder


def _try_lock(file: Path) -> int | None:
    """Lock a file; None where another holds it."""
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor
