"""A worker that is asked to stop before it has begun."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from designs.broker.queue import lane_queue
from designs.worker import shutdown
from designs.worker.rq_worker import RenderWorker
from rendering.fonts import catalogue


@pytest.fixture(autouse=True)
def own_handlers() -> Iterator[None]:
    """Put back what a worker changes in its process."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in handlers.items():
        signal.signal(number, handler)
    shutdown.reset_shutdown()


def test_a_worker_that_is_stopped_while_it_loads_ends_as_one_that_works(
    monkeypatch: pytest.MonkeyPatch, empty_redis: object
) -> None:
    queue = lane_queue("preview")
    monkeypatch.setattr(catalogue, "warm_fonts", lambda: os.kill(os.getpid(), signal.SIGTERM))
    assert RenderWorker([queue], connection=queue.connection).work() is False
