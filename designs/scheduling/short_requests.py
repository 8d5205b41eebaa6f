"""Long work pauses while short requests are answered: they share one interpreter, and C code does not give it up."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock

STEP = 0.002  # s of one pause
MOST = 0.5  # s of pauses for each s of CPU time, so that long work ends in the end


class ShortRequests:
    """Counts the short requests of this process that are being answered."""

    def __init__(
        self, sleep: Callable[[float], None] = time.sleep, cpu_clock: Callable[[], float] = time.thread_time
    ) -> None:
        self._sleep, self._cpu_clock = sleep, cpu_clock
        self._count, self._lock = 0, Lock()

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Count one until the end of the block."""
        with self._lock:
            self._count += 1
        try:
            yield
        finally:
            with self._lock:
                self._count -= 1

    def make_pause(self) -> Callable[[], None]:
        """Return a function that long work, which begins now in this thread, calls now and then."""
        begun, paused = self._cpu_clock(), 0.0

        def pause() -> None:
            nonlocal paused
            while self._count and paused < MOST * (self._cpu_clock() - begun):
                self._sleep(STEP)
                paused += STEP

        return pause
