"""The RQ worker of every lane: no child process, so fonts and the storage client are loaded once."""

from __future__ import annotations

import logging
from types import FrameType
from typing import Any

from redis.exceptions import RedisError
from rq.worker import SimpleWorker

from designs.worker import jobs  # noqa: F401  # loaded before the first job, not in it
from designs.worker.shutdown import request_shutdown, reset_shutdown
from rendering import storage
from rendering.fonts import catalogue

log = logging.getLogger(__name__)


class RenderWorker(SimpleWorker):
    """A SimpleWorker that hears SIGTERM between two designs and comes back quickly when Redis does."""

    max_connection_wait_time = 5.0  # s; RQ backs off up to 60

    def work(self, *args: Any, **kwargs: Any) -> bool:  # RQ's own signature
        """Load what every job needs, then serve until asked to stop."""
        reset_shutdown()
        catalogue.warm_fonts()
        storage.warm_storages()
        return bool(super().work(*args, **kwargs))

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        """Let the job in hand give back what it has not begun, then stop."""
        request_shutdown()
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]  # RQ has no types

    def set_shutdown_requested_date(self) -> None:
        """Tell Redis of the stop; called in a signal handler amid a job, which a lost Redis must not break."""
        try:
            super().set_shutdown_requested_date()  # type: ignore[no-untyped-call]  # RQ has no types
        except RedisError as error:
            log.warning("Redis did not hear of the stop: %s", error)
