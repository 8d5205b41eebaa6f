"""A limit on how many images are decoded at once on this machine, across all processes.

Each slot is a file with an advisory lock (flock), which the kernel releases when its holder dies. Written by hand:
semaphores of the standard library belong to one process tree, or stay taken when their holder is killed.
"""

import fcntl
import os
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

POLL_SECONDS = 0.02


class DecoderBusy(Exception):
    """As many images are being decoded as this machine allows."""


@contextmanager
def hold_slot(at_once: int, patience: float) -> Iterator[None]:
    """Hold one of `at_once` slots until the end of the block; DecoderBusy if none is free within `patience` s."""
    folder, deadline = _slot_folder(), time.monotonic() + patience
    while True:
        for number in range(at_once):
            if (descriptor := _try_lock(folder / f"slot-{number}")) is not None:
                try:
                    yield
                finally:
                    fcntl.flock(
                        descriptor, fcntl.LOCK_UN
                    )  # closing is not enough: a process forked meanwhile holds it too
                    os.close(descriptor)
                return
        if time.monotonic() >= deadline:
            raise DecoderBusy(f"{at_once} images are being decoded already.")
        time.sleep(POLL_SECONDS)


def _slot_folder() -> Path:
    """Return the folder of the slots; PermissionError if it is not private to this user."""
    folder = Path(tempfile.gettempdir()) / f"customify-decoding-{os.geteuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid() or status.st_mode & 0o077:
        raise PermissionError(f"{folder} is not this user's private folder: remove it, or set TMPDIR to another one.")
    return folder


def _try_lock(file: Path) -> int | None:
    """Lock a file and return its descriptor; None if another process holds the lock."""
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor
