from __future__ import annotations

import pytest

from designs.scheduling.short_requests import MOST, STEP, ShortRequests


class Work:
    """Long work by a clock of its own: 10 ms of CPU time between two pauses."""

    def __init__(self) -> None:
        self.cpu, self.slept = 0.0, 0.0
        self.requests = ShortRequests(self.sleep, lambda: self.cpu)
        self.pause = self.requests.make_pause()

    def sleep(self, seconds: float) -> None:
        self.slept += seconds

    def go_on(self, steps: int = 1) -> float:
        """Return how long it has paused."""
        before = self.slept
        for _ in range(steps):
            self.cpu += 0.01
            self.pause()
        return self.slept - before


def test_long_work_does_not_pause_for_nobody() -> None:
    assert Work().go_on(100) == 0


def test_long_work_pauses_until_the_request_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    work = Work()
    work.go_on(10)
    request = work.requests.hold()
    request.__enter__()

    def answer(seconds: float) -> None:
        work.slept += seconds
        if work.slept >= 3 * STEP:
            request.__exit__(None, None, None)

    monkeypatch.setattr(work.requests, "_sleep", answer)
    assert work.go_on() == pytest.approx(3 * STEP)
    assert work.go_on(10) == 0


def test_long_work_ends_beside_requests_without_an_end() -> None:
    work = Work()
    with work.requests.hold(), work.requests.hold():
        assert work.go_on(100) == pytest.approx(MOST * 1.0, abs=2 * STEP)


def test_a_request_that_fails_is_answered_too() -> None:
    work = Work()
    with pytest.raises(ValueError, match="failed"), work.requests.hold():
        raise ValueError("failed")
    assert work.go_on() == 0
