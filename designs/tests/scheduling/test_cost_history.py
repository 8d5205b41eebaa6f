from __future__ import annotations

import pytest

from designs.scheduling import CostHistory
from designs.scheduling.cost_history import HALF_LIFE, MAX_CALLERS


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_nothing_is_expected_of_an_unknown_caller() -> None:
    assert CostHistory().expect("nobody") is None


def test_the_expected_cost_is_that_of_the_work_that_is_found_running() -> None:
    history = CostHistory(Clock())
    for cost in (3.0, 1.0):
        history.record("a", cost)
    # A moment chosen at random falls into the first with a chance of 3 in 4.
    assert history.expect("a") == pytest.approx(3 * 3 / 4 + 1 * 1 / 4)


def test_much_cheap_work_does_not_hide_dear_work() -> None:
    history = CostHistory(Clock())
    for _ in range(100):
        history.record("a", 0.002)
    history.record("a", 2.5)
    assert (history.expect("a") or 0) > 2


def test_one_dear_piece_amid_much_cheap_work_is_forgiven() -> None:
    history = CostHistory(Clock())
    history.record("a", 0.5)
    for _ in range(1_000):
        history.record("a", 0.002)
    assert (history.expect("a") or 9) < 0.25


def test_what_was_dear_is_forgotten_in_time() -> None:
    clock = Clock()
    history = CostHistory(clock)
    history.record("a", 2.0)
    for _ in range(60):
        clock.now += HALF_LIFE / 4
        history.record("a", 0.01)
    assert (history.expect("a") or 9) < 0.02


def test_the_oldest_callers_are_forgotten() -> None:
    history = CostHistory(Clock())
    for number in range(MAX_CALLERS + 5):
        history.record(number, 1.0)
    assert (history.expect(4), history.expect(5)) == (None, 1)
