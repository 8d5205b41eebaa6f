"""Uploads of drawn files to the storage, in threads: meanwhile the worker draws the next design."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import cache

from designs.drawing.draw import DrawnRender, files_to_store
from designs.lifecycle import ClaimedRender
from designs.renders.lanes import storage_alias
from rendering import storage

MAX_UPLOADS = 4  # renders that a worker uploads at once: enough to hide S3's latency
TIMEOUT_MESSAGE = "Storing took too long for the lease."


class UploadTimeoutError(Exception):
    """The lease would end before this render is stored."""


@cache
def upload_threads() -> Executor:
    """Return the threads that upload; one that hangs with its disk is lost until the disk answers."""
    return ThreadPoolExecutor(MAX_UPLOADS, thread_name_prefix="storing")


@dataclass(slots=True)
class RenderUpload:
    """The upload of one render's files; `deadline` in s on the monotonic clock."""

    work: ClaimedRender
    drawn: DrawnRender
    deadline: float
    future: Future[float]  # ms that storing took
    has_storing_events: bool = False  # the design's events say that this render is being stored

    @classmethod
    def start_upload(cls, work: ClaimedRender, drawn: DrawnRender, deadline: float) -> RenderUpload:
        """Begin to store a drawing under the keys of its attempt."""
        return cls(work, drawn, deadline, upload_threads().submit(_store_files, work, drawn, deadline))

    def is_finished(self, timeout: float = 0) -> bool:
        """Tell whether the upload has ended, with or without an error; wait up to `timeout` s for it."""
        return bool(wait([self.future], max(0, timeout)).done)

    def wait_until_stored(self) -> float:
        """Wait until the files are durable; return the ms that took.

        Raises StorageUnavailable, and UploadTimeoutError at the deadline; the sweep deletes what is written after that.
        """
        if not self.is_finished(self.deadline - time.monotonic()):
            self.future.cancel()
            raise UploadTimeoutError(TIMEOUT_MESSAGE)
        return self.future.result()


def _store_files(work: ClaimedRender, drawn: DrawnRender, deadline: float) -> float:
    begun = time.monotonic()
    storage.save_files(
        files_to_store(work, drawn), alias=storage_alias(work.lane), before_each=_deadline_check(deadline)
    )
    return round((time.monotonic() - begun) * 1000, 2)


def _deadline_check(deadline: float) -> Callable[[], None]:
    def check() -> None:
        if time.monotonic() > deadline:
            raise UploadTimeoutError(TIMEOUT_MESSAGE)

    return check
