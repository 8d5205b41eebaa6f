"""Time limits on drawing one render, in a worker that forks no child."""

from __future__ import annotations

import faulthandler
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

_hard_limits: list[float] = []  # s; of the worker's one drawing at a time
_TIMER_STEP = 0.01  # s; the timer never rings sooner again


class TooSlowError(Exception):
    """Drawing took longer than its lane allows."""


@contextmanager
def soft_limit(seconds: float) -> Iterator[None]:
    """Raise TooSlowError in the main thread once it has used `seconds` of CPU time, between two bytecodes.

    CPU time, because a busy machine says nothing about the design. Read files before: a library that waits for a server
    might take the exception for an error of its own.
    """
    check = time_limit_check(seconds)
    ends = time.thread_time() + seconds

    def ring(_signum: int, _frame: FrameType | None) -> None:
        check()
        # The timer counts all threads of the process, and others upload meanwhile.
        signal.setitimer(signal.ITIMER_PROF, max(_TIMER_STEP, ends - time.thread_time()))

    handler = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, handler)


def time_limit_check(seconds: float) -> Callable[[], None]:
    """Return a function that raises TooSlowError once this thread has used `seconds` of CPU time from now on.

    The thread that draws must call both.
    """
    ends = time.thread_time() + seconds

    def check() -> None:
        if time.thread_time() >= ends:
            raise TooSlowError(f"It took longer than {seconds:g} s to draw.")

    return check


@contextmanager
def hard_limit(seconds: float) -> Iterator[None]:
    """End the process after `seconds`, even in C code that holds the interpreter; its supervisor starts another."""
    _hard_limits.append(seconds)
    _arm_hard_limit(seconds)
    try:
        yield
    finally:
        _hard_limits.pop()
        faulthandler.cancel_dump_traceback_later()


@contextmanager
def pause_hard_limit() -> Iterator[None]:
    """Wait for something without being ended: the process' hard limit, if there is one, begins anew afterwards."""
    if not _hard_limits:
        yield
        return
    faulthandler.cancel_dump_traceback_later()
    try:
        yield
    finally:
        _arm_hard_limit(_hard_limits[-1])


def _arm_hard_limit(seconds: float) -> None:
    faulthandler.dump_traceback_later(seconds, exit=True, file=sys.__stderr__ or 2)
