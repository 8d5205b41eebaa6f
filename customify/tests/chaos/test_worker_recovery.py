"""Claims of a killed worker are published soon after their lease, by the database's clock."""

import pytest

from customify.testing.chaos.fault_run import UNSETTLED_SQL
from customify.testing.chaos.fleet import Fleet, ManagedProcess
from customify.tests.support.chaos.programmes import report, running_site

pytestmark = pytest.mark.chaos

LEASE, BAR = 5.0, 10.0  # s
NOW = "SELECT now()"
DONE = "SELECT max(finished_at), min(attempt), max(attempt), max(lost) FROM designs_render"


def test_recovery_takes_a_lease_and_ten_seconds_at_most() -> None:
    # The reconciler runs at its default interval; the drawing hangs in a sleep that no signal ends. Another worker
    # takes over, so that the time that a busy machine needs to start one is not measured.
    variables = {"RENDER_RECONCILE_INTERVAL": "5"}
    bad = "designs.tests.support.workers.MisbehavingWorker"
    with running_site(LEASE, 2, storage="local", worker_class=bad, variables=variables) as (place, fleet, programme):
        for text in ("HANG", "beside it"):
            programme.client.create_design(text)
        assert programme.supervise_until(lambda: bool(find_hanging(fleet)), 60)
        ((killed,),) = place.query_rows(NOW)
        find_hanging(fleet)[0].kill_child()
        assert programme.supervise_until(lambda: programme.count_rows(UNSETTLED_SQL) == 0, 60)
        ((done, *attempts),) = place.query_rows(DONE)
    seconds = (done - killed).total_seconds()
    report(f"published {seconds:.1f} s after the kill, with a lease of {LEASE:g} s; attempts and losses {attempts}")
    assert attempts[1:] == [2, 1], "the kill missed"
    assert seconds <= LEASE + BAR


def find_hanging(fleet: Fleet) -> list[ManagedProcess]:
    """Return the worker that draws the design which hangs; none before."""
    return [worker for worker in fleet.running_workers() if "drawing HANG" in worker.read_log_end()]
