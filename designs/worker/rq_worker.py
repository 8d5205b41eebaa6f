"""The RQ worker of every lane. It forks no child process, so fonts and the storage client are loaded once."""

from __future__ import annotations

import logging
import time
from contextlib import suppress
from types import FrameType
from typing import Any
from uuid import uuid4

from redis import Redis
from redis.client import Pipeline
from redis.exceptions import RedisError
from rq.exceptions import StopRequested
from rq.worker import SimpleWorker

from designs.heartbeats.file import beat_file
from designs.worker import jobs  # noqa: F401  # import before the first job, not during it
from designs.worker.shutdown import is_shutdown_requested, request_shutdown, reset_shutdown
from rendering import storage
from rendering.fonts import catalogue

PAUSE_AFTER_FAILURE = 1.0  # s between two loops of RQ
UNKNOWN_ADDRESS = "unknown"  # as RQ says it

log = logging.getLogger(__name__)


class RenderWorker(SimpleWorker):
    """A SimpleWorker that handles SIGTERM between two designs, and outlives every failure of Redis.

    RQ's own loop ends at an error such as READONLY (after a failover) or OOM, and its end raises without Redis.
    """

    max_connection_wait_time = 5.0  # s; RQ backs off up to 60
    _has_failed = False

    def work(self, *args: Any, **kwargs: Any) -> bool:  # RQ's own signature
        """Load what every job needs, then run jobs until asked to stop."""
        reset_shutdown()
        may_end = any(kwargs.get(option) for option in ("burst", "max_jobs", "max_idle_time"))
        with suppress(StopRequested):  # raised by the signal handler wherever it interrupts
            self._install_signal_handlers()  # type: ignore[no-untyped-call]  # RQ has no types
            catalogue.warm_fonts()
            storage.warm_storages()
            while not is_shutdown_requested():
                try:
                    worked = bool(super().work(*args, **kwargs))
                    if may_end or is_shutdown_requested():
                        return worked
                    log.warning("Redis failed; working on in %s s", PAUSE_AFTER_FAILURE)
                except RedisError as error:  # before RQ's loop
                    if may_end:
                        raise
                    log.warning("Redis is not available, next try in %s s: %s", PAUSE_AFTER_FAILURE, error)
                beat_file(self.worker_ttl)
                time.sleep(PAUSE_AFTER_FAILURE)
        return False

    def _set_ip_address(self, connection: Redis) -> None:
        """Ask Redis for this worker's address, which the dashboard shows; a worker may start while it is away."""
        try:
            super()._set_ip_address(connection)
        except RedisError as error:
            self.ip_address = UNKNOWN_ADDRESS
            log.warning("Redis is not available: %s", error)

    def heartbeat(self, timeout: int | None = None, pipeline: Pipeline | None = None) -> None:
        """Send a heartbeat to Redis, and write one into the file: RQ sends them in time for the next `timeout` s."""
        beat_file(timeout or self.worker_ttl + 60)  # as RQ's own default; first, because Redis may be away
        super().heartbeat(timeout, pipeline)

    def register_birth(self) -> None:
        """Register as a worker, under a new name after a failure: Redis may not know that the last loop has ended."""
        if self._has_failed:
            self.name = uuid4().hex
        self._has_failed = True  # unless this loop is the last
        if self.ip_address == UNKNOWN_ADDRESS:
            self._set_ip_address(self.connection)
        super().register_birth()  # type: ignore[no-untyped-call]  # RQ has no types

    def teardown(self) -> None:
        """Sign off; without Redis the entry of this worker expires by itself."""
        for sign_off in (super().teardown, self.unsubscribe):
            try:
                sign_off()  # type: ignore[no-untyped-call]  # RQ has no types
            except RedisError as error:
                log.warning("the worker could not sign off: %s", error)

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
