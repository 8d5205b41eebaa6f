"""Runs a plan against a fleet: load and faults at once, then quiet, then the end state with the verdicts on it."""

from __future__ import annotations

import sqlite3
import time
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field

import psycopg
import redis

from customify.testing.chaos import plan as plans
from customify.testing.chaos import proxy, snapshot, verdicts
from customify.testing.chaos.fleet import STARTED, Fleet, Process
from customify.testing.chaos.load import Client, Promise
from customify.testing.chaos.plan import Plan, Size

CLIENTS = 8  # threads
PAST_LEASE = 1.0  # s that a paused worker sleeps beyond its lease
KILLED_IN_TIME = "web was killed after the commit"
UNSETTLED = "SELECT count(*) FROM designs_render WHERE state IN ('queued', 'running')"
OLDEST_IN_HAND = "SELECT coalesce(min(id), 0) FROM designs_render WHERE state = 'running'"
LOOKS = 50  # for a moment at which a worker has something in hand
UNCOLLECTED = """
SELECT (SELECT count(*) FROM designs_garbage) + (SELECT count(*) FROM designs_design WHERE deleted_at IS NOT NULL)
    + (SELECT count(*) FROM designs_render WHERE replaced_at IS NOT NULL AND collected_at IS NULL)
"""


@dataclass(slots=True)
class Outcome:
    """What was done, how long each part took (s), what is left, and the complaints about it."""

    done: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, float] = field(default_factory=dict)
    storage: dict[str, int] = field(default_factory=dict)
    end: snapshot.Snapshot = field(default_factory=snapshot.Snapshot)
    complaints: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)  # answers of 500 and more

    @property
    def lost(self) -> int:
        """How many leases were lost: faults that hit a worker in the middle of something."""
        return sum(render.lost for render in self.end.renders)

    def __str__(self) -> str:
        attempts = sum(render.attempt for render in self.end.renders)
        spent = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in self.seconds.items())
        counted = f"{len(self.end.designs)} designs, {len(self.end.renders)} renders in {attempts} attempts"
        return "\n".join(
            [
                f"{counted}, {self.lost} leases lost",
                f"done: {dict(self.done)}",
                f"storage requests: {self.storage}",
                f"spent: {spent}",
                f"answers of 500 and more: {len(self.refusals)}",
                f"complaints: {len(self.complaints)}",
                *self.complaints[:20],
            ]
        )


@dataclass(slots=True)
class Programme:
    """One run. Its methods belong to the thread that started the fleet's processes."""

    fleet: Fleet
    lease: float  # s
    client: Client
    outcome: Outcome = field(default_factory=Outcome)
    created: dict[int, Future[Promise]] = field(default_factory=dict)
    asleep: list[tuple[float, Process]] = field(default_factory=list)

    def run(self, size: Size, seed: int, *, patience: float = 120.0) -> Outcome:
        """Do what the plan says, wait until all is settled and collected (at most `patience` s each), and judge."""
        begun = time.monotonic()
        plan = plans.draw_plan(size, seed)
        with ThreadPoolExecutor(CLIENTS) as pool:
            asked = self.torment(plan, pool)
            while not all(one.done() for one in asked):
                self.pass_time(0.2)
        for one in asked:
            one.result()
        self.note("load and faults", begun)
        self.settle(patience)
        return self.judge()

    def torment(self, plan: Plan, pool: ThreadPoolExecutor) -> list[Future[Promise] | Future[None]]:
        """Ask for what each step says and do its fault."""
        asked: list[Future[Promise] | Future[None]] = []
        for step in plan.steps:
            asked += [self._ask(pool, what, number) for what, number in step.operations]
            self.pass_time(step.pause)
            self._do(step.fault, step.chance, pool, asked)
            self.outcome.done[step.fault] += 1
        return asked

    def settle(self, patience: float) -> None:
        """Wait until no render is unfinished, then without faults of the storage until nothing is left to collect.

        What takes longer than `patience` s is left as it is: the verdicts will say so.
        """
        begun = time.monotonic()
        self.pass_time_until(lambda: self.count(UNSETTLED) == 0, patience)
        self.note("settling", begun)
        begun = time.monotonic()
        control = self.fleet.site.control
        if control is not None:
            self.outcome.storage = control(mode=proxy.PASS)
        self.pass_time_until(lambda: self.count(UNCOLLECTED) == 0, patience)
        self.note("collecting", begun)

    def judge(self) -> Outcome:
        """Stop the fleet, read the end state and hold it against the promises."""
        begun = time.monotonic()
        self.fleet.resume_all()
        self.fleet.stop()
        self.outcome.done.update(self.fleet.ended)
        end = self.outcome.end = snapshot.take(self.fleet.site)
        self.outcome.refusals = list(self.client.ledger.refusals)
        promises = self.client.ledger.promises.values()
        self.outcome.complaints = verdicts.all_of(end, promises, snapshot.expected_files(end))
        self.note("judging", begun)
        return self.outcome

    def count(self, statement: str) -> int:
        """Return the number that a SELECT gives, or -1 while the database is away."""
        try:
            return int(self.fleet.site.query(statement)[0][0])
        except (psycopg.OperationalError, sqlite3.OperationalError):
            return -1

    def pass_time(self, seconds: float) -> None:
        """Let time pass: wake who has slept long enough, start again what has ended."""
        ends = time.monotonic() + seconds
        while True:
            for due, process in list(self.asleep):
                if time.monotonic() >= due:
                    self.asleep.remove((due, process))
                    process.resume()
            self.fleet.revive()
            left = ends - time.monotonic()
            if left <= 0:
                return
            time.sleep(min(0.1, left))

    def pass_time_until(self, holds: Callable[[], bool], patience: float) -> bool:
        """Let time pass until `holds` says yes; False where it does not within `patience` s."""
        ends = time.monotonic() + patience
        while not holds():
            if time.monotonic() > ends:
                return False
            self.pass_time(0.25)
        return True

    def wait_for_workers(self, count: int, seconds: float = 60.0) -> None:
        """Wait until so many workers have entered themselves in Valkey; TimeoutError says how many have."""
        with closing(redis.Redis.from_url(self.fleet.site.env["REDIS_URL"])) as client:
            if not self.pass_time_until(lambda: client.scard(STARTED) >= count, seconds):
                raise TimeoutError(f"{client.scard(STARTED)} of {count} workers serve after {seconds:g} s.")

    def note(self, part: str, begun: float) -> None:
        """Write down how long a part took that began at `begun` (monotonic s)."""
        self.outcome.seconds[part] = time.monotonic() - begun

    def _ask(self, pool: ThreadPoolExecutor, what: str, number: int) -> Future[Promise] | Future[None]:
        if what == plans.CREATE:
            self.created[number] = pool.submit(self.client.create, f"Design {number}", number % len(self.client.keys))
            return self.created[number]
        created = self.created[number]
        ways: dict[str, Callable[[Promise], None]] = {
            plans.EDIT: lambda promise: self.client.edit(promise, f"Edit of {number}"),
            plans.RENDER_AGAIN: self.client.render_again,
            plans.DELETE: self.client.delete,
        }
        # Its creation was submitted before, so a thread has it in hand: waiting for it cannot block the pool.
        return pool.submit(lambda: ways[what](created.result()))

    def _do(
        self, fault: str, chance: float, pool: ThreadPoolExecutor, asked: list[Future[Promise] | Future[None]]
    ) -> None:
        if fault == plans.KILL_WORKER:
            self._kill_with_work_in_hand(chance)
        elif fault == plans.PAUSE_WORKER:
            self.pass_time_until(
                lambda: self.count(OLDEST_IN_HAND) > 0, 1
            )  # one that is idle has nothing to lose either
            victim = self._victim(chance)
            victim.pause()
            self.asleep.append((time.monotonic() + self.lease + PAST_LEASE, victim))
        elif fault == plans.WIPE_VALKEY:
            self.fleet.site.wipe_valkey()
        elif fault == plans.RESTART_POSTGRES:
            self.fleet.site.restart_postgres()
        elif fault == plans.KILL_RECONCILER:
            self.fleet.processes["reconciler"].kill()
        elif fault == plans.KILL_WEB:
            # Whoever else waits for Valkey in the same server would hold this creation up.
            self.pass_time_until(lambda: all(one.done() for one in asked), 30)
            asked.append(self._kill_web_before_wake(pool))
        else:
            raise ValueError(f"No programme knows how to {fault}.")
        self.fleet.revive()

    def _victim(self, chance: float) -> Process:
        """Choose among the workers that have run longest: one that only starts has nothing to lose."""
        self.pass_time_until(lambda: bool(self.fleet.workers()), 60)
        workers = self.fleet.workers()
        return workers[int(chance * ((len(workers) + 1) // 2))]

    def _kill_with_work_in_hand(self, chance: float) -> None:
        """Kill a worker amid its work. A render takes a moment, so it is stopped first: what it has in hand stays."""
        for _ in range(LOOKS):
            victim = self._victim(chance)
            victim.pause()
            if (oldest := self.count(OLDEST_IN_HAND)) > 0:
                self.pass_time(0.05)
                if self.count(OLDEST_IN_HAND) == oldest:
                    break
            victim.resume()
            self.pass_time(0.02)
        victim.kill()

    def _kill_web_before_wake(self, pool: ThreadPoolExecutor) -> Future[Promise]:
        """Let a creation commit while Valkey, which it would tell, is stopped; kill the web server in that moment."""
        key = str(uuid.uuid4())
        self.fleet.site.pause_valkey(paused=True)
        try:
            asked = pool.submit(self.client.create, f"Design {key}", key=key)
            statement = f"SELECT count(*) FROM designs_idempotencykey WHERE key = '{key}'"  # noqa: S608 - our own key
            if self.pass_time_until(lambda: self.count(statement) == 1, 30):
                self.outcome.done[KILLED_IN_TIME] += not asked.done()
            self.fleet.processes["web"].kill()
        finally:
            self.fleet.site.pause_valkey(paused=False)
        return asked
