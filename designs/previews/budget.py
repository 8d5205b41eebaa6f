"""How much drawing time the previews of a tenant may take in a minute, over all web processes.

Counted in CPU seconds after each drawing, so a tenant may exceed it by what is being drawn, and waits longer for that.
A session has a share of its tenant's budget, so that one shopper's page cannot use it up.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from math import ceil
from threading import Lock

from django.conf import settings

from designs.broker.counters import WINDOW_SECONDS, CounterStorage, RateWindow, add_count, counters, read_window
from designs.models.tenant import Tenant
from designs.scheduling import Caller

SESSION_SHARE = 0.25  # of the tenant's budget
# The counts of other processes are up to a second old, because reading them takes as long as drawing a small preview.
READ_EVERY, COUNT_AT_ONCE = 1.0, 0.25  # s; s of drawing time that is counted without delay
MAX_ACCOUNTS = 1_000
UNIT = 1_000  # counts in a second


class BudgetUsedUpError(Exception):
    """The drawing time of a minute is used up; `limit` and `wait` in s."""

    def __init__(self, limit: int, wait: int) -> None:
        super().__init__(f"{limit} s of drawing are used up.")
        self.limit, self.wait = limit, wait


@dataclass(slots=True)
class _Account:
    """What this process knows of one counter; `uncounted` is drawing time that it has not passed on yet."""

    window: RateWindow
    read_at: float
    uncounted: int = 0

    @property
    def remaining(self) -> float:
        return max(0, self.window.remaining - self.uncounted) / UNIT


_accounts: dict[tuple[str, str, int], _Account] = {}
_lock = Lock()


class DrawingBudget:
    """The budget of one caller; without RENDER_PREVIEW_BUDGET nothing is limited."""

    def __init__(self, caller: Caller) -> None:
        self._names: list[tuple[str, str, int]] = []
        limit = settings.RENDER_PREVIEW_BUDGET * UNIT
        if limit:
            tenant = Tenant(*caller.tenant)  # type: ignore[misc]  # any hashable, for the queue
            self._names.append(("drawing", f"{tenant.owner_id}-{'test' if tenant.is_test else 'live'}", limit))
        if limit and caller.session is not None:
            self._names.append(("drawing-session", str(caller.session), ceil(limit * SESSION_SHARE)))

    def check(self) -> None:
        """Raise BudgetUsedUpError where nothing is left."""
        if (least := self._find_least()) and not least.remaining:
            window = least.window
            wait = max(1, ceil(window.seconds_to_wait)) if not window.remaining else 1
            raise BudgetUsedUpError(window.limit // UNIT, wait)

    def charge(self, seconds: float) -> None:
        """Count drawing time."""
        for name in self._names:
            with _lock:
                if (account := _accounts.get(name)) is not None:
                    account.uncounted += round(seconds * UNIT)

    def to_headers(self) -> dict[str, str]:
        """Return the members of RateLimit-Policy and RateLimit, empty without a limit: the tighter of two budgets."""
        least = self._find_least()
        if least is None:
            return {}
        quota = f'"drawing";q={least.window.limit // UNIT};w={WINDOW_SECONDS};qu="drawing-seconds"'
        left = f'"drawing";r={int(least.remaining)};t={ceil(least.window.ends_in)}'
        return {"RateLimit-Policy": quota, "RateLimit": left}

    def _find_least(self) -> _Account | None:
        return min((_read_account(name) for name in self._names), key=lambda one: one.remaining, default=None)


def reset_for_tests() -> None:
    """Forget what other processes have counted, and what they have not been told."""
    _accounts.clear()


def _read_account(name: tuple[str, str, int]) -> _Account:
    now = time.monotonic()
    with _lock:
        account = _accounts.get(name)
        if account and now - account.read_at < READ_EVERY and account.uncounted < COUNT_AT_ONCE * UNIT:
            return account
        amount = account.uncounted if account else 0
        if account:
            account.uncounted, account.read_at = 0, now  # others need not read it too
    window = counters.call(partial(_count_and_read, name, amount))
    with _lock:
        uncounted = account.uncounted if account else 0  # by other threads, meanwhile
        _accounts.pop(name, None)
        _accounts[name] = account = _Account(window, now, uncounted)
        while len(_accounts) > MAX_ACCOUNTS:
            _accounts.pop(next(iter(_accounts)))
    return account


def _count_and_read(name: tuple[str, str, int], amount: int, storage: CounterStorage) -> RateWindow:
    kind, caller, limit = name
    if amount:
        add_count(storage, limit, amount, kind, caller)
    return read_window(storage, limit, kind, caller)
