"""Poison: a design that ends its worker each time fails after five leases; all others are published."""

import pytest

from customify.testing.chaos.fault_run import UNSETTLED_SQL
from customify.testing.chaos.plan import SEED_VARIABLE, choose_seed
from customify.tests.support.chaos.programmes import report, running_site

pytestmark = pytest.mark.chaos(seconds=35)

NEIGHBOURS = 30
RENDERS = """
SELECT d.id, d.status, d.error_code, r.state, r.lost, r.attempt FROM designs_design d
JOIN designs_render r ON r.design_id = d.id
"""
PUBLISHED_BEFORE_ITS_END = """
SELECT count(*) FROM designs_event p, designs_event f
WHERE p.type = 'published' AND f.type = 'failed' AND p.created_at < f.created_at
"""


def test_a_design_that_kills_its_worker_each_time_fails_alone() -> None:
    report(f"{SEED_VARIABLE}={choose_seed()}")
    # Two workers are killed by drawing it, and restarted as by any supervisor.
    with running_site(lease=3, storage="local", worker_class="designs.tests.support.workers.MisbehavingWorker") as (
        _,
        fleet,
        programme,
    ):
        killer = programme.client.create_design("KILL")
        neighbours = {programme.client.create_design(f"Neighbour {number}").id for number in range(NEIGHBOURS)}
        assert programme.supervise_until(lambda: programme.count_rows(UNSETTLED_SQL) == 0, 120)
        rows = {str(row[0]): row[1:] for row in fleet.site.query_rows(RENDERS)}
        early = programme.count_rows(PUBLISHED_BEFORE_ITS_END)
        programme.wait_until_settled(60)
        outcome = programme.check_end_state()
        report(outcome)
    assert rows.pop(killer.id) == ("failed", "poison", "failed", 5, 5)
    assert rows.keys() == neighbours
    assert {row[:3] for row in rows.values()} == {("published", "", "succeeded")}
    # Renders claimed with it the first time lost one lease; after that it was claimed alone.
    assert max(row[3] for row in rows.values()) <= 1
    assert early == NEIGHBOURS
    assert [one for one in outcome.violations if killer.id not in one] == []
