"""A backlog of garbage on a slow storage delays neither a preview nor a lost wake; two reconcilers share it."""

from __future__ import annotations

import re

import pytest

from customify.testing.chaos import proxy
from customify.testing.chaos.fault_run import UNSETTLED_SQL, ChaosRun
from customify.testing.chaos.fleet import Fleet, ManagedProcess
from customify.testing.chaos.site import Site
from customify.tests.support.chaos.programmes import report, running_site

pytestmark = pytest.mark.chaos(seconds=80)

ROWS, FILES = 10_000, 6  # of garbage
SLOW = 0.3  # s that every request to the storage takes longer
PREVIEWS = 20
LOST_WAKE_BAR = 10.0  # s
ADD_GARBAGE = f"""
INSERT INTO designs_garbage (design_id, number, attempt, lane, names, due_at, again)
SELECT gen_random_uuid(), 1, 1, 'preview', names, now(), false
FROM generate_series(1, {ROWS}),
    (SELECT jsonb_agg('preview-' || n || '.png') AS names FROM generate_series(1, {FILES}) n)
"""
DUE = "SELECT count(*) FROM designs_garbage"
# By the database's clock.
SECONDS = """
SELECT extract(epoch FROM {until} - requested_at) FROM designs_render WHERE design_id = '{design}'
"""


def seconds_until(site: Site, until: str, design: str) -> float:
    ((seconds,),) = site.query_rows(SECONDS.format(until=until, design=design))
    return float(seconds)


def publish_one(site: Site, programme: ChaosRun, name: str) -> float:
    """Create a design and wait until it is published; return the s that took."""
    promise = programme.client.create_design(name)
    assert programme.supervise_until(lambda: programme.count_rows(UNSETTLED_SQL) == 0, 60)
    return seconds_until(site, "finished_at", promise.id)


def publish_many(site: Site, programme: ChaosRun, name: str) -> float:
    """Publish designs one after the other; return the 95th percentile of the s that each took."""
    times = sorted(publish_one(site, programme, f"{name} {number}") for number in range(PREVIEWS))
    return times[int(PREVIEWS * 0.95) - 1]


def lose_wake(site: Site, programme: ChaosRun) -> float:
    """Lose the wake of a design; return the s until a worker claims it."""
    workers = programme.fleet.running_workers()
    for worker in workers:
        worker.pause_child()
    promise = programme.client.create_design("Lost wake")
    site.wipe_valkey()
    for worker in workers:
        worker.resume_child()
    assert programme.supervise_until(lambda: programme.count_rows(UNSETTLED_SQL) == 0, 60)
    return seconds_until(site, "started_at", promise.id)


def reconcilers(fleet: Fleet) -> list[ManagedProcess]:
    return [process for name, process in fleet.processes.items() if name.startswith("reconciler")]


def has_collected(reconciler: ManagedProcess) -> bool:
    """Tell whether a reconciler has reported attempts whose files it deleted."""
    return re.search(r"\bswept [1-9]", reconciler.log.read_text()) is not None


def test_ten_thousand_rows_of_garbage_delay_nothing() -> None:
    variables = {"RENDER_RECONCILE_INTERVAL": "5", "RENDER_GRACE": "30"}
    with running_site(lease=60, variables=variables) as (site, fleet, programme):
        assert site.control is not None
        site.control(mode=proxy.FAULTS, shares={"slow": 1.0}, slow=SLOW)
        fleet.start_reconciler("reconciler-2")
        publish_one(site, programme, "Warm up")
        idle = publish_many(site, programme, "Idle")
        site.execute_statement(ADD_GARBAGE)
        assert programme.supervise_until(lambda: all(map(has_collected, reconcilers(fleet))), 60), "they do not share"
        lost_wake = lose_wake(site, programme)
        busy = publish_many(site, programme, "Busy")
        left = programme.count_rows(DUE)
        report(f"previews: p95 {idle:.2f} s when idle, {busy:.2f} s beside a backlog; a lost wake: {lost_wake:.2f} s")
        report(f"rows of garbage left then: {left}")
        fleet.processes["reconciler"].kill_child()  # what it had claimed is due again after the grace
        programme.wait_until_settled(180)
        outcome = programme.check_end_state()
        report(outcome)
    assert left > 0, "the backlog was over before it could be in the way"
    assert lost_wake <= LOST_WAKE_BAR
    assert busy <= 2 * idle
    assert outcome.violations == []
    assert outcome.lost_leases == 0
