"""Runs a plan against a fleet: load and faults together, then no faults until all work is done, then the checks."""

from __future__ import annotations

import sqlite3
import time
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field

import psycopg
import redis

from customify.testing.chaos import plan as plans
from customify.testing.chaos import proxy
from customify.testing.chaos.end_state import EndState, hash_expected_files, read_end_state
from customify.testing.chaos.fleet import WORKERS_KEY, Fleet, ManagedProcess
from customify.testing.chaos.invariants import find_all_violations
from customify.testing.chaos.load import AcceptedDesign, LoadClient
from customify.testing.chaos.plan import Plan, PlanSize

CLIENT_THREADS = 8
OVERSLEEP_SECONDS = 1.0  # s for which a worker stays paused beyond its lease
WEB_KILLED_BEFORE_WAKE = "web was killed after the commit"
UNSETTLED_SQL = "SELECT count(*) FROM designs_render WHERE state IN ('queued', 'running')"
OLDEST_RUNNING_SQL = "SELECT coalesce(min(id), 0) FROM designs_render WHERE state = 'running'"
LOOK_SECONDS = 8.0  # s in which a worker should begin a render, also one that is still starting
HELD_SECONDS = 0.15  # s; a render that is unfinished for so long is the one of the worker that is paused
UNCOLLECTED_SQL = """
SELECT (SELECT count(*) FROM designs_garbage) + (SELECT count(*) FROM designs_design WHERE deleted_at IS NOT NULL)
    + (SELECT count(*) FROM designs_render WHERE replaced_at IS NOT NULL AND collected_at IS NULL)
"""


@dataclass(slots=True)
class ChaosResult:
    """The counts of faults, the duration of each phase (s), the end state, and the violations about it."""

    counts: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, float] = field(default_factory=dict)
    storage: dict[str, int] = field(default_factory=dict)
    end_state: EndState = field(default_factory=EndState)
    violations: list[str] = field(default_factory=list)
    server_errors: list[str] = field(default_factory=list)  # responses with status 500 and above
    exit_logs: list[str] = field(default_factory=list)  # the ends of the logs of processes that ended by themselves

    @property
    def lost_leases(self) -> int:
        """The number of lost leases: faults that hit a worker while it held a render."""
        return sum(render.lost for render in self.end_state.renders)

    def __str__(self) -> str:
        attempts = sum(render.attempt for render in self.end_state.renders)
        durations = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in self.seconds.items())
        counted = f"{len(self.end_state.designs)} designs, {len(self.end_state.renders)} renders in {attempts} attempts"
        return "\n".join(
            [
                f"{counted}, {self.lost_leases} leases lost",
                f"faults: {dict(self.counts)}",
                f"storage requests: {self.storage}",
                f"durations: {durations}",
                f"responses of 500 and above: {len(self.server_errors)}",
                f"violations: {len(self.violations)}",
                *self.violations[:20],
                *(f"--- a process ended:\n{log}" for log in self.exit_logs[:5]),
            ]
        )


@dataclass(slots=True)
class ChaosRun:
    """One run. Call its methods from the thread that started the fleet's processes."""

    fleet: Fleet
    lease: float  # s
    client: LoadClient
    result: ChaosResult = field(default_factory=ChaosResult)
    created: dict[int, Future[AcceptedDesign]] = field(default_factory=dict)
    paused_workers: list[tuple[float, ManagedProcess]] = field(default_factory=list)

    def run_plan(self, size: PlanSize, seed: int, *, patience: float = 120.0) -> ChaosResult:
        """Run the plan, wait until all renders are settled and garbage is collected (`patience` s each), and check."""
        begun = time.monotonic()
        plan = plans.draw_plan(size, seed)
        with ThreadPoolExecutor(CLIENT_THREADS) as pool:
            futures = self.inject_faults(plan, pool)
            while not all(future.done() for future in futures):
                self.supervise_for(0.2)
        for future in futures:
            future.result()
        self.record_duration("load and faults", begun)
        self.wait_until_settled(patience)
        return self.check_end_state()

    def inject_faults(self, plan: Plan, pool: ThreadPoolExecutor) -> list[Future[AcceptedDesign] | Future[None]]:
        """Start the operations of each step and inject its fault; return the operations' futures."""
        futures: list[Future[AcceptedDesign] | Future[None]] = []
        for step in plan.steps:
            self.supervise_for(step.pause)
            # Right before the fault, so that it meets work: a render on local storage ends within milliseconds.
            futures += [self._submit_operation(pool, what, number) for what, number in step.operations]
            self._inject_fault(step.fault, step.chance, pool, futures)
            self.result.counts[step.fault] += 1
        return futures

    def wait_until_settled(self, patience: float) -> None:
        """Wait until no render is unfinished; then, without storage faults, until no garbage is left.

        Each wait ends after `patience` s; the checks then report what is left.
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
        """Stop the fleet, read the end state and compare it with the ledger."""
        begun = time.monotonic()
        self.fleet.resume_all()
        self.fleet.kill_all()
        self.result.counts.update(self.fleet.exit_counts)
        self.result.exit_logs = list(self.fleet.exit_logs)
        end = self.result.end_state = read_end_state(self.fleet.site)
        self.result.server_errors = list(self.client.ledger.server_errors)
        promises = self.client.ledger.accepted.values()
        self.result.violations = find_all_violations(end, promises, hash_expected_files(self.fleet.site, end))
        self.record_duration("checking", begun)
        return self.result

    def count_rows(self, statement: str) -> int:
        """Return the number that a SELECT returns, -1 while the database is down."""
        try:
            return int(self.fleet.site.query_rows(statement)[0][0])
        except (psycopg.OperationalError, sqlite3.OperationalError):
            return -1

    def supervise_for(self, seconds: float) -> None:
        """Wait; meanwhile resume workers whose pause is over, and restart what has ended."""
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
        """Supervise until `holds()` is true; return False if it is not after `patience` s."""
        ends = time.monotonic() + patience
        while not holds():
            if time.monotonic() > ends:
                return False
            self.supervise_for(0.25)
        return True

    def wait_for_workers(self, count: int, seconds: float = 60.0) -> None:
        """Wait until `count` workers have registered in Valkey. Raises TimeoutError."""
        with closing(redis.Redis.from_url(self.fleet.site.env["REDIS_URL"])) as client:
            if not self.supervise_until(lambda: client.scard(WORKERS_KEY) >= count, seconds):
                raise TimeoutError(
                    f"{client.scard(WORKERS_KEY)} of {count} workers have registered after {seconds:g} s."
                )

    def record_duration(self, part: str, begun: float) -> None:
        """Record the duration of a phase that began at `begun` (time.monotonic())."""
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
        operations: dict[str, Callable[[AcceptedDesign], None]] = {
            plans.EDIT: lambda promise: self.client.edit_design(promise, f"Edit of {number}"),
            plans.RENDER_AGAIN: self.client.rerender_design,
            plans.DELETE: self.client.delete_design,
        }
        # Its creation was submitted earlier, so a thread already runs it: waiting for it cannot block the pool.
        return pool.submit(lambda: operations[what](created.result()))

    def _inject_fault(
        self, fault: str, chance: float, pool: ThreadPoolExecutor, futures: list[Future[AcceptedDesign] | Future[None]]
    ) -> None:
        if fault == plans.KILL_WORKER:
            self._kill_busy_worker(chance, futures)
        elif fault == plans.PAUSE_WORKER:
            # An idle worker has no lease to lose.
            self.supervise_until(lambda: self.count_rows(OLDEST_RUNNING_SQL) > 0, 1)
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
            # Another request of the web server that waits for Valkey would delay this creation.
            self.supervise_until(lambda: all(future.done() for future in futures), 30)
            futures.append(self._kill_web_before_wake(pool))
        else:
            raise ValueError(f"Unknown fault: {fault}.")
        self.fleet.restart_ended()

    def _pick_worker(self, chance: float) -> ManagedProcess:
        """Choose among the oldest half of the workers: one that is still starting holds no render."""
        self.supervise_until(lambda: bool(self.fleet.running_workers()), 60)
        workers = self.fleet.running_workers()
        return workers[int(chance * ((len(workers) + 1) // 2))]

    def _kill_busy_worker(self, chance: float, operations: Sequence[Future[AcceptedDesign] | Future[None]]) -> None:
        """Kill a worker that holds a render; it is paused first, because a render takes only a moment."""
        ends = time.monotonic() + LOOK_SECONDS
        while time.monotonic() < ends and self._has_work(operations):
            if self.count_rows(OLDEST_RUNNING_SQL) > 0:
                victim = self._pick_worker(chance)
                victim.pause_child()
                if self._is_render_held():
                    victim.kill_child()
                    return
                victim.resume_child()
            self.supervise_for(0.01)
        self._pick_worker(chance).kill_child()

    def _has_work(self, operations: Sequence[Future[AcceptedDesign] | Future[None]]) -> bool:
        return not all(one.done() for one in operations) or self.count_rows(UNSETTLED_SQL) != 0

    def _is_render_held(self) -> bool:
        """Whether the oldest render in work stays that, while one worker is paused: others end theirs."""
        oldest = self.count_rows(OLDEST_RUNNING_SQL)
        ends = time.monotonic() + HELD_SECONDS
        while oldest > 0 and time.monotonic() < ends:
            self.supervise_for(0.02)
            if self.count_rows(OLDEST_RUNNING_SQL) != oldest:
                return False
        return oldest > 0

    def _kill_web_before_wake(self, pool: ThreadPoolExecutor) -> Future[AcceptedDesign]:
        """Kill the web server after a creation has committed and before it wakes a worker; Valkey is paused."""
        key = str(uuid.uuid4())
        self.fleet.site.set_valkey_paused(paused=True)
        try:
            creation = pool.submit(self.client.create_design, f"Design {key}", key=key)
            statement = f"SELECT count(*) FROM designs_idempotencykey WHERE key = '{key}'"  # noqa: S608 - our own key
            if self.supervise_until(lambda: self.count_rows(statement) == 1, 30):
                self.result.counts[WEB_KILLED_BEFORE_WAKE] += not creation.done()
            self.fleet.processes["web"].kill_child()
        finally:
            self.fleet.site.set_valkey_paused(paused=False)
        return creation
