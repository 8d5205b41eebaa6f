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
from customify.testing.chaos import proxy
from customify.testing.chaos.end_state import EndState, hash_expected_files, read_end_state
from customify.testing.chaos.fleet import WORKERS_KEY, Fleet, ManagedProcess
from customify.testing.chaos.invariants import find_all_complaints
from customify.testing.chaos.load import AcceptedDesign, LoadClient
from customify.testing.chaos.plan import Plan, PlanSize

CLIENT_THREADS = 8  # threads
OVERSLEEP_SECONDS = 1.0  # s that a paused worker sleeps beyond its lease
WEB_KILLED_BEFORE_WAKE = "web was killed after the commit"
UNSETTLED_SQL = "SELECT count(*) FROM designs_render WHERE state IN ('queued', 'running')"
OLDEST_RUNNING_SQL = "SELECT coalesce(min(id), 0) FROM designs_render WHERE state = 'running'"
MAX_LOOKS = 50  # for a moment at which a worker has something in hand
UNCOLLECTED_SQL = """
SELECT (SELECT count(*) FROM designs_garbage) + (SELECT count(*) FROM designs_design WHERE deleted_at IS NOT NULL)
    + (SELECT count(*) FROM designs_render WHERE replaced_at IS NOT NULL AND collected_at IS NULL)
"""


@dataclass(slots=True)
class ChaosResult:
    """What was done, how long each part took (s), what is left, and the complaints about it."""

    counts: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, float] = field(default_factory=dict)
    storage: dict[str, int] = field(default_factory=dict)
    end_state: EndState = field(default_factory=EndState)
    complaints: list[str] = field(default_factory=list)
    server_errors: list[str] = field(default_factory=list)  # answers of 500 and more

    @property
    def lost_leases(self) -> int:
        """How many leases were lost: faults that hit a worker in the middle of something."""
        return sum(render.lost for render in self.end_state.renders)

    def __str__(self) -> str:
        attempts = sum(render.attempt for render in self.end_state.renders)
        spent = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in self.seconds.items())
        counted = f"{len(self.end_state.designs)} designs, {len(self.end_state.renders)} renders in {attempts} attempts"
        return "\n".join(
            [
                f"{counted}, {self.lost_leases} leases lost",
                f"done: {dict(self.counts)}",
                f"storage requests: {self.storage}",
                f"spent: {spent}",
                f"answers of 500 and more: {len(self.server_errors)}",
                f"complaints: {len(self.complaints)}",
                *self.complaints[:20],
            ]
        )


@dataclass(slots=True)
class ChaosRun:
    """One run. Its methods belong to the thread that started the fleet's processes."""

    fleet: Fleet
    lease: float  # s
    client: LoadClient
    result: ChaosResult = field(default_factory=ChaosResult)
    created: dict[int, Future[AcceptedDesign]] = field(default_factory=dict)
    paused_workers: list[tuple[float, ManagedProcess]] = field(default_factory=list)

    def run_plan(self, size: PlanSize, seed: int, *, patience: float = 120.0) -> ChaosResult:
        """Do what the plan says, wait until all is settled and collected (at most `patience` s each), and judge."""
        begun = time.monotonic()
        plan = plans.draw_plan(size, seed)
        with ThreadPoolExecutor(CLIENT_THREADS) as pool:
            asked = self.inject_faults(plan, pool)
            while not all(one.done() for one in asked):
                self.supervise_for(0.2)
        for one in asked:
            one.result()
        self.record_duration("load and faults", begun)
        self.wait_until_settled(patience)
        return self.check_end_state()

    def inject_faults(self, plan: Plan, pool: ThreadPoolExecutor) -> list[Future[AcceptedDesign] | Future[None]]:
        """Ask for what each step says and do its fault."""
        asked: list[Future[AcceptedDesign] | Future[None]] = []
        for step in plan.steps:
            asked += [self._submit_operation(pool, what, number) for what, number in step.operations]
            self.supervise_for(step.pause)
            self._inject_fault(step.fault, step.chance, pool, asked)
            self.result.counts[step.fault] += 1
        return asked

    def wait_until_settled(self, patience: float) -> None:
        """Wait until no render is unfinished, then without faults of the storage until nothing is left to collect.

        What takes longer than `patience` s is left as it is: the verdicts will say so.
        """
        begun = time.monotonic()
        self.supervise_until(lambda: self.count_rows(UNSETTLED_SQL) == 0, patience)
        self.record_duration("settling", begun)
        begun = time.monotonic()
        control = self.fleet.site.control
        if control is not None:
            self.result.storage = control(mode=proxy.PASS)
        self.supervise_until(lambda: self.count_rows(UNCOLLECTED_SQL) == 0, patience)
        self.record_duration("collecting", begun)

    def check_end_state(self) -> ChaosResult:
        """Stop the fleet, read the end state and hold it against the promises."""
        begun = time.monotonic()
        self.fleet.resume_all()
        self.fleet.kill_all()
        self.result.counts.update(self.fleet.exit_counts)
        end = self.result.end_state = read_end_state(self.fleet.site)
        self.result.server_errors = list(self.client.ledger.server_errors)
        promises = self.client.ledger.accepted.values()
        self.result.complaints = find_all_complaints(end, promises, hash_expected_files(end))
        self.record_duration("judging", begun)
        return self.result

    def count_rows(self, statement: str) -> int:
        """Return the number that a SELECT gives, or -1 while the database is away."""
        try:
            return int(self.fleet.site.query_rows(statement)[0][0])
        except (psycopg.OperationalError, sqlite3.OperationalError):
            return -1

    def supervise_for(self, seconds: float) -> None:
        """Let time pass: wake who has slept long enough, start again what has ended."""
        ends = time.monotonic() + seconds
        while True:
            for due, process in list(self.paused_workers):
                if time.monotonic() >= due:
                    self.paused_workers.remove((due, process))
                    process.resume_child()
            self.fleet.restart_ended()
            left = ends - time.monotonic()
            if left <= 0:
                return
            time.sleep(min(0.1, left))

    def supervise_until(self, holds: Callable[[], bool], patience: float) -> bool:
        """Let time pass until `holds` says yes; False where it does not within `patience` s."""
        ends = time.monotonic() + patience
        while not holds():
            if time.monotonic() > ends:
                return False
            self.supervise_for(0.25)
        return True

    def wait_for_workers(self, count: int, seconds: float = 60.0) -> None:
        """Wait until so many workers have entered themselves in Valkey; TimeoutError says how many have."""
        with closing(redis.Redis.from_url(self.fleet.site.env["REDIS_URL"])) as client:
            if not self.supervise_until(lambda: client.scard(WORKERS_KEY) >= count, seconds):
                raise TimeoutError(f"{client.scard(WORKERS_KEY)} of {count} workers serve after {seconds:g} s.")

    def record_duration(self, part: str, begun: float) -> None:
        """Write down how long a part took that began at `begun` (monotonic s)."""
        self.result.seconds[part] = time.monotonic() - begun

    def _submit_operation(
        self, pool: ThreadPoolExecutor, what: str, number: int
    ) -> Future[AcceptedDesign] | Future[None]:
        if what == plans.CREATE:
            self.created[number] = pool.submit(
                self.client.create_design, f"Design {number}", number % len(self.client.keys)
            )
            return self.created[number]
        created = self.created[number]
        ways: dict[str, Callable[[AcceptedDesign], None]] = {
            plans.EDIT: lambda promise: self.client.edit_design(promise, f"Edit of {number}"),
            plans.RENDER_AGAIN: self.client.rerender_design,
            plans.DELETE: self.client.delete_design,
        }
        # Its creation was submitted before, so a thread has it in hand: waiting for it cannot block the pool.
        return pool.submit(lambda: ways[what](created.result()))

    def _inject_fault(
        self, fault: str, chance: float, pool: ThreadPoolExecutor, asked: list[Future[AcceptedDesign] | Future[None]]
    ) -> None:
        if fault == plans.KILL_WORKER:
            self._kill_busy_worker(chance)
        elif fault == plans.PAUSE_WORKER:
            self.supervise_until(
                lambda: self.count_rows(OLDEST_RUNNING_SQL) > 0, 1
            )  # one that is idle has nothing to lose either
            victim = self._pick_worker(chance)
            victim.pause_child()
            self.paused_workers.append((time.monotonic() + self.lease + OVERSLEEP_SECONDS, victim))
        elif fault == plans.WIPE_VALKEY:
            self.fleet.site.wipe_valkey()
        elif fault == plans.RESTART_POSTGRES:
            self.fleet.site.restart_postgres()
        elif fault == plans.KILL_RECONCILER:
            self.fleet.processes["reconciler"].kill_child()
        elif fault == plans.KILL_WEB:
            # Whoever else waits for Valkey in the same server would hold this creation up.
            self.supervise_until(lambda: all(one.done() for one in asked), 30)
            asked.append(self._kill_web_before_wake(pool))
        else:
            raise ValueError(f"No programme knows how to {fault}.")
        self.fleet.restart_ended()

    def _pick_worker(self, chance: float) -> ManagedProcess:
        """Choose among the workers that have run longest: one that only starts has nothing to lose."""
        self.supervise_until(lambda: bool(self.fleet.running_workers()), 60)
        workers = self.fleet.running_workers()
        return workers[int(chance * ((len(workers) + 1) // 2))]

    def _kill_busy_worker(self, chance: float) -> None:
        """Kill a worker amid its work. A render takes a moment, so it is stopped first: what it has in hand stays."""
        for _ in range(MAX_LOOKS):
            victim = self._pick_worker(chance)
            victim.pause_child()
            if (oldest := self.count_rows(OLDEST_RUNNING_SQL)) > 0:
                self.supervise_for(0.05)
                if self.count_rows(OLDEST_RUNNING_SQL) == oldest:
                    break
            victim.resume_child()
            self.supervise_for(0.02)
        victim.kill_child()

    def _kill_web_before_wake(self, pool: ThreadPoolExecutor) -> Future[AcceptedDesign]:
        """Let a creation commit while Valkey, which it would tell, is stopped; kill the web server in that moment."""
        key = str(uuid.uuid4())
        self.fleet.site.set_valkey_paused(paused=True)
        try:
            asked = pool.submit(self.client.create_design, f"Design {key}", key=key)
            statement = f"SELECT count(*) FROM designs_idempotencykey WHERE key = '{key}'"  # noqa: S608 - our own key
            if self.supervise_until(lambda: self.count_rows(statement) == 1, 30):
                self.result.counts[WEB_KILLED_BEFORE_WAKE] += not asked.done()
            self.fleet.processes["web"].kill_child()
        finally:
            self.fleet.site.set_valkey_paused(paused=False)
        return asked
