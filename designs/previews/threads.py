"""The threads that draw previews, shared fairly among callers."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from typing import TypeVar

from django.conf import settings

from designs.scheduling import Caller, Cost, CostHistory, FairQueue, QueueFullError, QueueSize, ShortRequests, Turn
from rendering.engine.values import never_stop

DEAR = 0.25  # s of CPU time; a thread that draws for longer is one that others notice
# Previews that may wait for one thread. More are refused at once, so that a client can skip some. No caller may take
# all places: a page needs one preview at a time, and one more while it aborts that one.
MAX_WAITING, MAX_PER_TENANT, MAX_PER_SESSION = 16, 12, 2

T = TypeVar("T")


class BusyError(Exception):
    """The queue of previews is full, or this caller's share of it is, or it took too long."""


class PreviewThreads:
    """As many threads as RENDER_PREVIEW_THREADS, and the queue before them.

    Fonts belong to a thread: the request's own thread would load them again.
    """

    def __init__(self, count: int) -> None:
        self.queue = FairQueue(
            QueueSize(
                runners=count,
                dear=max(1, count - 1),
                places=count * (1 + MAX_WAITING),
                of_tenant=count * MAX_PER_TENANT,
                of_session=MAX_PER_SESSION,
            )
        )
        self.costs, self._short_requests = CostHistory(), ShortRequests()
        self._pool = ThreadPoolExecutor(count, thread_name_prefix="preview")

    def check_place(self, caller: Caller) -> None:
        """Raise BusyError where there is no place for the caller now."""
        try:
            self.queue.check_place(caller)
        except QueueFullError as error:
            raise BusyError from error

    @contextmanager
    def answering(self, caller: Caller) -> Iterator[None]:
        """Let dear drawings of others pause in this block, if the caller's are not dear."""
        if self.queue.size.runners == 1 or self._expect_cost(caller) is Cost.DEAR:
            yield
        else:
            with self._short_requests.hold():
                yield

    def run(self, caller: Caller, work: Callable[[Callable[[], None]], T], seconds: float) -> T:
        """Return the result of `work`, run by one of the threads; BusyError after `seconds`.

        `work` gets a function to call now and then, which lets it pause.

        If it runs then, it goes on, and keeps its place until it ends.
        """
        future: Future[T] = Future()

        def run_turn() -> None:
            if not future.set_running_or_notify_cancel():
                self.queue.leave(turn)
                return
            begun = time.thread_time()
            try:
                result = work(self._short_requests.make_pause() if turn.cost is Cost.DEAR else never_stop)
            except BaseException as error:  # noqa: BLE001  # the caller gets it
                self._end_turn(turn, begun)
                future.set_exception(error)
            else:
                self._end_turn(turn, begun)
                future.set_result(result)

        turn = Turn(caller, lambda: self._pool.submit(run_turn), future.cancel, lambda: self._expect_cost(caller))
        try:
            self.queue.enter(turn)
            return future.result(timeout=seconds)
        except (QueueFullError, CancelledError) as error:
            raise BusyError from error
        except TimeoutError as error:
            if future.cancel():
                self.queue.leave(turn)
            raise BusyError from error

    def _expect_cost(self, caller: Caller) -> Cost:
        seconds = self.costs.expect(caller)
        if seconds is not None:
            return Cost.DEAR if seconds > DEAR else Cost.CHEAP
        first = self.costs.expect(_newcomers(caller))
        return Cost.DEAR if first is not None and first > DEAR else Cost.UNKNOWN

    def _end_turn(self, turn: Turn, begun: float) -> None:
        cost = time.thread_time() - begun
        if self.costs.expect(turn.caller) is None:
            self.costs.record(_newcomers(turn.caller), cost)
        self.costs.record(turn.caller, cost)
        self.queue.leave(turn)


def _newcomers(caller: Caller) -> tuple[str, Hashable]:
    """Name the first turns of a tenant's callers in the history of costs.

    Somebody who starts one session after the other would be unknown each time, and take the thread that is left free.
    """
    return "first", caller.tenant


@cache
def preview_threads() -> PreviewThreads:
    """Return the threads of this process."""
    return PreviewThreads(settings.RENDER_PREVIEW_THREADS)
