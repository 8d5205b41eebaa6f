"""A database that answers but cannot record results: no design fails, and no lease counts as lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import psycopg
import pytest

from customify.testing.chaos import proxy
from customify.testing.chaos.fault_run import UNSETTLED_SQL, ChaosRun
from customify.testing.chaos.site import Site
from customify.tests.support.chaos.programmes import report, running_site

pytestmark = pytest.mark.chaos(seconds=70)

LEASE = 4.0  # s; with less, the hard limit ends drawings on a busy machine
LOCK_TIMEOUT = 5.0  # s; longer than a lease, so that others may claim the render meanwhile
PAUSE = 2.0  # s between two attempts, at most
# s; longer than five attempts that each wait for a lock: five lost leases would make a render poison.
OUTAGE = 5 * (LOCK_TIMEOUT + PAUSE) + 5
RUNNING_SQL = "SELECT count(*) FROM designs_render WHERE state = 'running'"
PUT_BACK_SQL = "SELECT count(*) FROM designs_render WHERE failures > 0"
FAILED_SQL = "SELECT count(*) FROM designs_render WHERE state = 'failed'"


def connect(place: Site) -> psycopg.Connection:
    return psycopg.connect(place.env["DATABASE_URL"], autocommit=True)


@contextmanager
def lock_renditions(place: Site) -> Iterator[None]:
    """Lock a table that publishing writes, and claiming does not."""
    with connect(place) as admin, admin.transaction():
        admin.execute("LOCK TABLE designs_rendition IN EXCLUSIVE MODE")
        yield


@contextmanager
def hold_quotas(place: Site) -> Iterator[None]:
    """Hold the quota rows of all owners, as a transaction that somebody forgot does."""
    with connect(place) as admin, admin.transaction():
        admin.execute("SELECT 1 FROM designs_quota FOR UPDATE")
        yield


@contextmanager
def make_read_only(place: Site) -> Iterator[None]:
    """Refuse every write, as a standby does after a failover."""
    with connect(place) as admin:
        admin.execute("ALTER SYSTEM SET default_transaction_read_only = on")
        admin.execute("SELECT pg_reload_conf()")
        try:
            yield
        finally:
            admin.execute("SET default_transaction_read_only = off")
            admin.execute("ALTER SYSTEM RESET default_transaction_read_only")
            admin.execute("SELECT pg_reload_conf()")


Outage = Callable[[Site], AbstractContextManager[None]]


@pytest.mark.parametrize("outage", [lock_renditions, hold_quotas])
def test_results_that_cannot_be_recorded_fail_no_design(outage: Outage) -> None:
    run_through(outage, creates_meanwhile=outage is lock_renditions)


def test_a_read_only_database_is_a_503_and_fails_no_design() -> None:
    run_through(make_read_only, creates_meanwhile=False, status=503)


def run_through(outage: Outage, *, creates_meanwhile: bool, status: int = 200) -> None:
    with running_site(LEASE, workers=2, lock_timeout=f"{LOCK_TIMEOUT:g}s") as (place, processes, programme):
        assert place.control is not None
        place.control(mode=proxy.HOLD)
        create(programme, 20, "Before")
        assert programme.supervise_until(lambda: programme.count_rows(RUNNING_SQL) > 0, 30)
        with outage(place):
            place.control(mode=proxy.PASS)  # now their files are stored, and the results cannot be recorded
            if creates_meanwhile:
                create(programme, 20, "Meanwhile")
            programme.supervise_for(OUTAGE)
            assert programme.count_rows(FAILED_SQL) == 0
            assert programme.client.send_request("GET", "/readyz")[0] == status
        assert programme.supervise_until(lambda: programme.count_rows(UNSETTLED_SQL) == 0, 60)
        assert programme.count_rows(PUT_BACK_SQL) > 0
        ended = dict(processes.exit_counts)
        report(processes.read_tails() if ended else "no process ended")
        programme.wait_until_settled(60)
        outcome = programme.check_end_state()
        report(outcome)
    assert outcome.violations == []
    assert ended == {}, "an outage must not end workers"
    assert outcome.lost_leases == 0


def create(programme: ChaosRun, count: int, name: str) -> None:
    for number in range(count):
        programme.client.create_design(f"{name} {number}")
