"""What the work of each caller has taken lately."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass

HALF_LIFE = 30.0  # s after which what was recorded counts half
MAX_CALLERS = 1_000  # more than that are forgotten, the oldest first


@dataclass(slots=True)
class _Costs:
    """Sums of costs, and of their squares, as of `time`."""

    time: float
    total: float = 0.0
    squares: float = 0.0


class CostHistory:
    """Costs by caller. A step of it is safe among threads; two at once may lose one record."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._costs: dict[Hashable, _Costs] = {}

    def record(self, caller: Hashable, cost: float) -> None:
        """Record the cost, s, of a finished piece of work."""
        now = self._clock()
        costs = self._costs.pop(caller, None) or _Costs(now)
        weight = 0.5 ** ((now - costs.time) / HALF_LIFE)
        self._costs[caller] = _Costs(now, costs.total * weight + cost, costs.squares * weight + cost * cost)
        while len(self._costs) > MAX_CALLERS:
            self._costs.pop(next(iter(self._costs)), None)

    def expect(self, caller: Hashable) -> float | None:
        """Return how long (s) a piece of work takes that somebody finds running; None for unknown callers.

        That is the mean weighted by time: a thousand short ones between two long ones do not lower it much, because
        the long ones are what is running most of the time.
        """
        costs = self._costs.get(caller)
        return costs.squares / costs.total if costs is not None and costs.total > 0 else None
