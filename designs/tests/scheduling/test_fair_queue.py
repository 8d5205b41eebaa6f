"""Who gets the next turn, with a clock that the tests set."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass, field

import pytest

from designs.scheduling import Caller, Cost, FairQueue, QueueFullError, QueueSize, Turn
from designs.scheduling.fair_queue import COMPANY_SECONDS

SIZE = QueueSize(runners=2, dear=1, places=20, of_tenant=15, of_session=2)


@dataclass
class Simulation:
    """A queue whose running turns end when the test says so; `started` names those that began, in order."""

    size: QueueSize = SIZE
    now: float = 0.0
    started: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    running: dict[str, Turn] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.queue = FairQueue(self.size, lambda: self.now)

    def enter(self, name: str, tenant: Hashable, session: Hashable = None, *, cost: Cost = Cost.CHEAP) -> Turn:
        def start() -> None:
            self.started.append(name)
            self.running[name] = turn

        turn = Turn(Caller(tenant, session), start, lambda: self.dropped.append(name), lambda: cost)
        self.queue.enter(turn)
        return turn

    def end(self, name: str) -> None:
        self.queue.leave(self.running.pop(name))

    def end_oldest(self) -> str:
        name = next(iter(self.running))
        self.end(name)
        return name


def test_turns_start_at_once_while_there_are_runners() -> None:
    shop = Simulation()
    for name in ("a1", "a2", "a3"):
        shop.enter(name, "a")
    assert shop.started == ["a1", "a2"]
    shop.end("a1")
    assert shop.started == ["a1", "a2", "a3"]


def test_the_next_turn_is_for_whoever_has_the_fewest_running() -> None:
    shop = Simulation()
    for number in range(10):
        shop.enter(f"a{number}", "a")
    shop.enter("b0", "b")
    shop.enter("b1", "b")
    shop.end("a0")
    assert shop.started[2:] == ["b0"]
    shop.end("a1")  # one of each runs, and both wait
    shop.end("b0")
    assert shop.started[2:] == ["b0", "a2", "b1"]


def test_no_tenant_has_more_than_half_while_others_wait() -> None:
    shop = Simulation(QueueSize(runners=4, dear=3, places=100, of_tenant=60, of_session=2))
    for number in range(50):
        shop.enter(f"a{number}", "a")
    for number in range(20):
        shop.enter(f"b{number}", "b")
    for _ in range(4):
        shop.end_oldest()
    for _ in range(16):
        shop.end_oldest()
        assert Counter(name[0] for name in shop.running) == {"a": 2, "b": 2}


def test_three_tenants_take_turns() -> None:
    shop = Simulation()
    for name in "abc":
        for number in range(5):
            shop.enter(f"{name}{number}", name)
    for _ in range(8):
        shop.end_oldest()
    assert [Counter(name[0] for name in shop.started[at : at + 3]) for at in (1, 4, 7)] == [Counter("abc")] * 3


def test_callers_of_a_tenant_take_turns() -> None:
    shop = Simulation(QueueSize(runners=1, dear=1, places=20, of_tenant=15, of_session=2))
    for number in range(8):
        shop.enter(f"key{number}", "a")
    shop.enter("session", "a", "s1")
    shop.end("key0")
    shop.end("session")
    assert shop.started == ["key0", "session", "key1"]


def test_a_session_has_one_running_turn_and_two_places() -> None:
    shop = Simulation()
    shop.enter("s1", "a", "s")
    shop.enter("s2", "a", "s")
    with pytest.raises(QueueFullError):
        shop.enter("s3", "a", "s")
    shop.enter("t1", "a", "t")
    assert shop.started == ["s1", "t1"]
    shop.end("s1")
    assert shop.started == ["s1", "t1", "s2"]


def test_dear_turns_leave_a_runner_for_others() -> None:
    shop = Simulation()
    for number in range(6):
        shop.enter(f"a{number}", "a", cost=Cost.DEAR)
        shop.enter(f"b{number}", "b", cost=Cost.DEAR)
    assert shop.started == ["a0"]
    for number in range(20):  # the other runner is free at once, as often as somebody comes
        shop.enter(f"c{number}", "c")
        shop.end(f"c{number}")
    shop.end("a0")
    assert shop.started[-1] == "b0"


def test_turns_of_unknown_cost_are_started_one_by_one() -> None:
    shop = Simulation()
    for name in ("a0", "a1"):
        shop.enter(name, "a", cost=Cost.UNKNOWN)
    assert shop.started == ["a0"]
    shop.enter("b0", "b", cost=Cost.DEAR)  # the other may turn out to be dear, too
    assert shop.started == ["a0"]
    shop.enter("c0", "c", cost=Cost.UNKNOWN)
    assert shop.started == ["a0", "c0"]
    shop.end("a0")
    assert shop.started == ["a0", "c0", "a1"]
    shop.end("a1")
    shop.end("c0")
    assert shop.started == ["a0", "c0", "a1", "b0"]


def test_a_tenant_alone_may_use_every_runner_for_dear_turns() -> None:
    shop = Simulation(QueueSize(runners=2, dear=2, places=20, of_tenant=15, of_session=2))
    for number in range(4):
        shop.enter(f"a{number}", "a", cost=Cost.DEAR)
    assert shop.started == ["a0", "a1"]
    shop.enter("b0", "b")
    for name in ("a0", "b0", "a1"):
        shop.end(name)
    assert shop.started == ["a0", "a1", "b0", "a2"]  # from now on half of the runners
    shop.now += COMPANY_SECONDS + 1
    shop.end("a2")
    assert shop.started[4:] == ["a3"]
    shop.enter("a4", "a", cost=Cost.DEAR)
    assert shop.started[5:] == ["a4"]


def test_a_dear_turn_holds_up_only_itself() -> None:
    shop = Simulation()
    shop.enter("a0", "a", cost=Cost.DEAR)
    shop.enter("a1", "a", cost=Cost.DEAR)
    shop.enter("a2", "a")
    assert shop.started == ["a0", "a2"]


def test_one_runner_serves_dear_turns_too() -> None:
    shop = Simulation(QueueSize(runners=1, dear=1, places=20, of_tenant=15, of_session=2))
    shop.enter("a0", "a", cost=Cost.DEAR)
    shop.enter("a1", "a", cost=Cost.DEAR)
    shop.enter("b0", "b", cost=Cost.DEAR)
    shop.end("a0")
    shop.end("b0")
    assert shop.started == ["a0", "b0", "a1"]


def test_a_tenant_has_a_share_of_the_places() -> None:
    shop = Simulation()
    for number in range(SIZE.of_tenant):
        shop.enter(f"a{number}", "a")
    with pytest.raises(QueueFullError):
        shop.queue.check_place(Caller("a"))
    with pytest.raises(QueueFullError):
        shop.enter("one more", "a")
    shop.enter("b0", "b")
    assert shop.dropped == []
    assert len(shop.queue) == SIZE.of_tenant + 1


def test_in_a_full_queue_the_largest_share_gives_up_its_newest_turn() -> None:
    shop = Simulation()
    for number in range(15):
        shop.enter(f"a{number}", "a")
    for number in range(5):
        shop.enter(f"b{number}", "b")
    shop.enter("c0", "c")
    assert shop.dropped == ["a14"]
    assert len(shop.queue) == SIZE.places
    for number in range(1, 7):
        shop.enter(f"c{number}", "c")
    assert {name[0] for name in shop.dropped} == {"a"}
    with pytest.raises(QueueFullError):  # equal shares displace nobody
        shop.enter("c7", "c")
    shop.end("a0")
    assert shop.started[-1] == "b0"


def test_a_waiting_turn_can_be_given_up_and_leaves_once() -> None:
    shop = Simulation()
    shop.enter("a0", "a")
    shop.enter("a1", "a")
    waiting = shop.enter("a2", "a")
    shop.queue.leave(waiting)
    shop.queue.leave(waiting)
    shop.end("a0")
    shop.end("a1")
    assert shop.started == ["a0", "a1"]
    assert len(shop.queue) == 0
    shop.enter("a3", "a")
    assert shop.started[-1] == "a3"


def test_a_flood_of_dear_turns_delays_a_rare_caller_by_nothing() -> None:
    """A minute of an attacker's turns of 2.5 s, and every second one of 5 ms of somebody else."""
    shop = Simulation()
    ends: dict[str, float] = {}
    delays = []
    for tick in range(12_000):  # of 5 ms
        shop.now = tick * 0.005
        for name in [name for name in shop.running if name not in ends]:
            ends[name] = shop.now + (2.5 if name.startswith("a") else 0.005)
        for name in [name for name in shop.running if ends[name] <= shop.now]:
            shop.end(name)
        if tick % 20 == 0 and len(shop.queue) < 12:
            shop.enter(f"a{tick}", "a", cost=Cost.DEAR)
        if tick % 200 == 7:
            shop.enter(f"b{tick}", "b")
            delays.append(shop.started[-1] == f"b{tick}")
    assert len(delays) == 60
    assert all(delays)
