"""The RQ worker of every lane. It forks no child process, so fonts and the storage client are loaded once."""

from __future__ import annotations

import logging
from types import FrameType
from typing import Any

from redis.exceptions import RedisError
from rq.worker import SimpleWorker

from designs.worker import jobs  # noqa: F401  # import before the first job, not during it
from designs.worker.shutdown import request_shutdown, reset_shutdown
from rendering import storage
from rendering.fonts import catalogue

log = logging.getLogger(__name__)


class RenderWorker(SimpleWorker):
    """A SimpleWorker that handles SIGTERM between two designs and reconnects quickly when Redis returns."""

    max_connection_wait_time = 5.0  # s; RQ backs off up to 60

    def work(self, *args: Any, **kwargs: Any) -> bool:  # RQ's own signature
        """Load what every job needs, then run jobs until asked to stop."""
        reset_shutdown()
        catalogue.warm_fonts()
        storage.warm_storages()
        return bool(super().work(*args, **kwargs))

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        """Let the current job release the renders it has not begun, then stop."""
        request_shutdown()
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]  # RQ has no types

    def set_shutdown_requested_date(self) -> None:
        """Record the stop in Redis. A signal handler calls this during a job, so a lost Redis is only logged."""
        try:
            super().set_shutdown_requested_date()  # type: ignore[no-untyped-call]  # RQ has no types
        except RedisError as error:
            log.warning("the stop could not be recorded in Redis: %s", error)
