"""Time limits on drawing one render, in a worker that forks no child."""

from __future__ import annotations

import faulthandler
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


class TooSlowError(Exception):
    """Drawing took longer than its lane allows."""


@contextmanager
def soft_limit(seconds: float) -> Iterator[None]:
    """Raise TooSlowError in the main thread after `seconds`, between two bytecodes.

    RQ's job timeout uses SIGALRM too: its handler and the rest of its timer are restored.
    """

    def ring(_signum: int, _frame: FrameType | None) -> None:
        raise TooSlowError(f"It took longer than {seconds:g} s to draw.")

    handler = signal.signal(signal.SIGALRM, ring)
    left, _ = signal.setitimer(signal.ITIMER_REAL, seconds)
    begun = time.monotonic()
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
        if left:
            signal.setitimer(signal.ITIMER_REAL, max(0.001, left - (time.monotonic() - begun)))


def time_limit_check(seconds: float) -> Callable[[], None]:
    """Return a function that raises TooSlowError once `seconds` have passed from now; it works in any thread."""
    ends = time.monotonic() + seconds

    def check() -> None:
        if time.monotonic() > ends:
            raise TooSlowError(f"It took longer than {seconds:g} s to draw.")

    return check


@contextmanager
def hard_limit(seconds: float) -> Iterator[None]:
    """End the process after `seconds`, even in C code that holds the interpreter; its supervisor starts another."""
    faulthandler.dump_traceback_later(seconds, exit=True, file=sys.__stderr__ or 2)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()
