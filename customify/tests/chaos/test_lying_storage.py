"""A storage that answers uploads with success and keeps nothing, or half: renders are drawn again, or files mended."""

import subprocess
import sys
from typing import Any

import pytest

from customify.testing.chaos import plan, proxy
from customify.testing.chaos.fault_run import UNSETTLED_SQL
from customify.testing.chaos.plan import PlanSize, choose_seed
from customify.testing.chaos.site import Site
from customify.testing.spawn import PROJECT
from customify.tests.support.chaos.programmes import assert_nothing_lost, report, running_site

pytestmark = pytest.mark.chaos(seconds=60)

LYING = {"lose": 0.15, "halve": 0.15}
SIZE = PlanSize(
    designs=100, edits=10, rerenders=10, deletes=6, faults={plan.KILL_WORKER: 3, plan.KILL_RECONCILER: 1}, workers=3
)
BROKEN_SQL = "SELECT count(*) FROM designs_render WHERE failures > 0"
FAILED_SQL = "SELECT count(*) FROM designs_render WHERE state = 'failed'"


def run_manage(site: Site, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command as an operator who may list the bucket."""
    assert site.store is not None
    operator = {"AWS_ACCESS_KEY_ID": site.store.admin_key, "AWS_SECRET_ACCESS_KEY": site.store.admin_secret}
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(
        command, env={**site.env, **operator}, cwd=PROJECT, text=True, capture_output=True, check=False, timeout=300
    )
    report(f"$ manage.py {' '.join(arguments)}\n{done.stdout[-3000:]}{done.stderr[-1000:]}")
    return done


def test_uploads_that_are_answered_with_a_lie_are_repeated() -> None:
    seed = choose_seed()
    report(f"{plan.SEED_VARIABLE}={seed} repeats this programme's choices")
    with running_site(6, SIZE.workers, seed=seed) as (place, _, programme):
        assert place.control is not None
        place.control(mode=proxy.FAULTS, shares=LYING)
        outcome = programme.run_plan(SIZE, seed)
        retried, failed = programme.count_rows(BROKEN_SQL), programme.count_rows(FAILED_SQL)
        verified = run_manage(place, "verify_files", "--rate", "0")
    report(outcome)
    assert outcome.storage["lose"] > 10
    assert outcome.storage["halve"] > 10
    assert retried > 0
    assert failed == 0
    assert outcome.storage["overwritten"] == 0
    assert_nothing_lost(outcome, SIZE)
    assert verified.returncode == 0


def test_lies_that_no_answer_shows_are_found_and_mended_later() -> None:
    """The store answers with the right ETag, as one does that loses what it has not yet written to its disks."""
    with running_site(6, 2) as (place, _, programme):
        assert place.control is not None
        for number in range(20):
            programme.client.create_design(f"Sound {number}")
        assert programme.supervise_until(lambda: programme.count_rows(UNSETTLED_SQL) == 0, 60)
        counts: dict[str, Any] = place.control(mode=proxy.FAULTS, shares={"lose": 0.25, "halve": 0.25}, false_etag=True)
        for number in range(40):
            programme.client.create_design(f"Lost {number}")
        assert programme.supervise_until(lambda: programme.count_rows(UNSETTLED_SQL) == 0, 60)
        counts = place.control(mode=proxy.PASS)
        found = run_manage(place, "verify_files", "--rate", "0")
        mended = run_manage(place, "verify_files", "--repair", "--rate", "0")
        again = run_manage(place, "verify_files", "--rate", "0")
        programme.wait_until_settled(60)
        outcome = programme.check_end_state()
    report(outcome)
    assert counts["lose"] > 5
    assert counts["halve"] > 5
    assert found.returncode == 1
    assert f"{counts['lose']} missing, {counts['halve']} damaged" in found.stdout
    assert (mended.returncode, again.returncode) == (0, 0)
    assert outcome.violations == []
    assert outcome.storage["overwritten"] == 0
