"""All faults at once: a thousand designs on PostgreSQL, and fewer on SQLite."""

import pytest

from customify.testing.chaos import plan
from customify.testing.chaos.fault_run import WEB_KILLED_BEFORE_WAKE
from customify.testing.chaos.plan import PlanSize, choose_seed
from customify.testing.chaos.proxy import FAULT_KINDS
from customify.tests.support.chaos.programmes import assert_nothing_lost, run_fault_programme

WHOLE = PlanSize(
    designs=1_000,
    edits=50,
    rerenders=100,
    deletes=50,
    faults={
        plan.KILL_WORKER: 50,
        plan.PAUSE_WORKER: 12,
        plan.WIPE_VALKEY: 5,
        plan.RESTART_POSTGRES: 2,
        plan.KILL_RECONCILER: 5,
        plan.KILL_WEB: 4,
    },
    workers=5,
)
SQLITE = PlanSize(
    designs=300,
    edits=20,
    rerenders=30,
    deletes=20,
    faults={plan.KILL_WORKER: 20, plan.KILL_RECONCILER: 2, plan.WIPE_VALKEY: 1},
    workers=3,
)
SHORT = PlanSize(
    designs=120,
    edits=10,
    rerenders=12,
    deletes=10,
    faults={
        plan.KILL_WORKER: 3,
        plan.PAUSE_WORKER: 1,
        plan.WIPE_VALKEY: 1,
        plan.RESTART_POSTGRES: 1,
        plan.KILL_RECONCILER: 1,
        plan.KILL_WEB: 1,
    },
    workers=3,
)


@pytest.mark.chaos(seconds=160)
def test_a_thousand_designs_survive_every_fault() -> None:
    outcome = run_fault_programme(WHOLE, choose_seed())
    assert_nothing_lost(outcome, WHOLE)
    assert len(outcome.end_state.designs) == WHOLE.designs - WHOLE.deletes + outcome.counts[plan.KILL_WEB]
    # The faults did hit: workers died with claimed renders, and the storage had every kind of fault.
    assert outcome.lost_leases > 0
    assert outcome.counts[WEB_KILLED_BEFORE_WAKE] > 0
    assert all(outcome.storage.get(kind) for kind in FAULT_KINDS)


@pytest.mark.chaos(seconds=45)
def test_sqlite_survives_killed_workers_without_lock_errors() -> None:
    outcome = run_fault_programme(SQLITE, choose_seed(), database="sqlite", storage="local")
    assert_nothing_lost(outcome, SQLITE)
    assert outcome.lost_leases > 0
    assert outcome.server_errors == []


@pytest.mark.chaos_short
def test_some_designs_survive_one_fault_of_each_kind() -> None:
    # Whether so few faults hit a claimed render is chance; only the whole programme checks that.
    outcome = run_fault_programme(SHORT, choose_seed(), lease=5)
    assert_nothing_lost(outcome, SHORT)
