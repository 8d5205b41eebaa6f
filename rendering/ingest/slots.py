"""A limit on how many images an installation decodes at once on this machine, across all its processes.

Each slot is a file with an advisory lock (flock), which the kernel releases when its holder dies. Written by hand:
semaphores of the standard library belong to one process tree, or stay taken when their holder is killed.
"""

import fcntl
import hashlib
import os
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rendering.ingest.temporary import name_temporary_folder

POLL_SECONDS = 0.02
_NAME_BYTES = 16  # of a holder, in the slot's file


class DecoderBusy(Exception):
    """As many images are being decoded as this machine allows."""


@contextmanager
def hold_slot(
    at_once: int, patience: float, *, installation: str = "", holder: str = "", most: int | None = None
) -> Iterator[None]:
    """Hold one of `at_once` slots until the end of the block; DecoderBusy if none is free within `patience` s.

    Raises TemporaryFilesUnusable where a slot's file cannot be made.

    `holder` gets at most `most` of the slots of this `installation`.
    """
    deadline = time.monotonic() + patience
    with name_temporary_folder():
        folder = _slot_folder(installation)
    name = hashlib.sha256(holder.encode()).digest()[:_NAME_BYTES]
    while True:
        with name_temporary_folder():
            descriptor = _take_slot(folder, at_once, name, at_once if most is None else most)
        if descriptor is not None:
            try:
                yield
            finally:
                _release(descriptor)
            return
        if time.monotonic() >= deadline:
            raise DecoderBusy(f"{at_once} images are being decoded already.")
        time.sleep(POLL_SECONDS)


def _slot_folder(installation: str) -> Path:
    """Return the folder of the slots; PermissionError if it is not private to this user."""
    names = ["customify-decoding", *([installation] if installation else []), str(os.geteuid())]
    folder = Path(tempfile.gettempdir()) / "-".join(names)
    folder.mkdir(mode=0o700, exist_ok=True)
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid() or status.st_mode & 0o077:
        raise PermissionError(f"{folder} is not this user's private folder: remove it, or set TMPDIR to another one.")
    return folder


def _take_slot(folder: Path, at_once: int, name: bytes, most: int) -> int | None:
    """Return the descriptor of a slot, now locked; None if there is none, or the holder has `most` already."""
    taken, held = None, 0
    for number in range(at_once):
        descriptor = os.open(folder / f"slot-{number}", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        if taken is None and _try_lock(descriptor):
            os.pwrite(descriptor, name, 0)  # before others are counted: who takes one at the same moment counts this
            taken = descriptor
            continue
        if os.pread(descriptor, _NAME_BYTES, 0) == name and _is_locked(descriptor):
            held += 1
        os.close(descriptor)
    if taken is not None and held >= most:
        _release(taken)
        return None
    return taken


def _try_lock(descriptor: int, kind: int = fcntl.LOCK_EX) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_locked(descriptor: int) -> bool:
    """Tell whether a slot is held; a shared lock, so that two that ask do not take each other for a holder."""
    if not _try_lock(descriptor, fcntl.LOCK_SH):
        return True
    fcntl.flock(descriptor, fcntl.LOCK_UN)
    return False


def _release(descriptor: int) -> None:
    fcntl.flock(descriptor, fcntl.LOCK_UN)  # closing is not enough: a process forked meanwhile holds it too
    os.close(descriptor)
