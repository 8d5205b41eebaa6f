"""One owner's backlog of thousands does not delay another owner."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from customify.testing.chaos.fault_run import UNSETTLED_SQL
from customify.tests.support.chaos.programmes import report, running_site

pytestmark = pytest.mark.chaos(seconds=30)

MANY, FEW, BAR = 2_000, 10, 50
# By the database's clock: A's publications between B's last (or first) request and B's last publication.
BETWEEN = """
WITH b AS (SELECT {which}(requested_at) AS asked, max(finished_at) AS done FROM designs_render WHERE owner_id = {b})
SELECT count(*) FROM designs_render, b WHERE owner_id <> {b} AND finished_at > b.asked AND finished_at < b.done
"""
WAITING = "SELECT count(*) FROM designs_render WHERE state = 'queued' AND owner_id <> {b}"
OWNERS = "SELECT id FROM auth_user ORDER BY id"
OF_B = "SELECT count(*) FROM designs_render WHERE owner_id = {b} AND state = 'succeeded'"


def test_ten_designs_are_published_before_fifty_more_of_two_thousand() -> None:
    variables = {"RENDER_OUTPUTS": "preview.png:60,thumbnail.png:50", "RENDER_WORKERS": "2"}
    with running_site(lease=30, workers=0, storage="local", variables=variables) as (_, fleet, programme):
        # All are requested before a worker starts, so the backlog is complete however slow the web server is.
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda number: programme.client.create_design(f"A {number}"), range(MANY)))
        (_, (b,)) = fleet.site.query_rows(OWNERS)
        for number in range(2):
            fleet.start_worker(f"worker-{number}")
        programme.wait_for_workers(2)
        assert programme.supervise_until(lambda: programme.count_rows(UNSETTLED_SQL) < MANY, 60)
        with ThreadPoolExecutor(FEW) as pool:
            list(pool.map(lambda number: programme.client.create_design(f"B {number}", owner=1), range(FEW)))
        assert programme.supervise_until(lambda: programme.count_rows(OF_B.format(b=b)) == FEW, 60)
        waiting = programme.count_rows(WAITING.format(b=b))
        between, since_first = (programme.count_rows(BETWEEN.format(b=b, which=which)) for which in ("max", "min"))
        report(f"A's published between B's tenth request and B's tenth file: {between}; since B's first: {since_first}")
    assert waiting > MANY / 10, "the backlog was over before it could be in the way"
    assert between < BAR
