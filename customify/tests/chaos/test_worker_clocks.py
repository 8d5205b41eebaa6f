"""Workers with clocks an hour off: all times come from the database, so nothing is early, late or lost."""

from pathlib import Path

import pytest

from customify.testing.chaos import plan
from customify.testing.chaos.plan import PlanSize, choose_seed
from customify.testing.chaos.storage_watcher import StorageWatcher
from customify.tests.support.chaos.programmes import assert_nothing_lost, report, running_site

SIZE = PlanSize(
    designs=60, edits=8, rerenders=8, deletes=6, faults={plan.KILL_WORKER: 4, plan.WIPE_VALKEY: 1}, workers=1
)
ODD_TIMES = """
SELECT count(*) FROM designs_render WHERE started_at > now() OR finished_at > now() OR due_at > now() + interval '1 min'
    OR started_at < now() - interval '30 min' OR finished_at < now() - interval '30 min'
"""


@pytest.fixture
def faketime() -> str:
    """The library of Debian's package `faketime`."""
    found = sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
    if not found:
        pytest.skip("libfaketime is not installed: apt-get install faketime")
    return str(found[0])


@pytest.mark.chaos
def test_workers_an_hour_off_lose_nothing(faketime: str) -> None:
    seed = choose_seed()
    report(f"{plan.SEED_VARIABLE}={seed}")
    # The monotonic clock stays right: a wrong wall clock does not change how fast time passes.
    fake = {"LD_PRELOAD": faketime, "FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1"}
    with running_site(lease=4, workers=1, storage="local", seed=seed) as (place, processes, programme):
        processes.processes.pop("worker-0").kill_child()
        processes.start_worker("worker-fast", **fake, FAKETIME="+3600s")
        processes.start_worker("worker-slow", **fake, FAKETIME="-3600s")
        outcome = programme.run_plan(SIZE, seed)
        watch = StorageWatcher(place)
        watch.check_once()
        odd = programme.count_rows(ODD_TIMES)
        report(outcome)
    assert_nothing_lost(outcome, SIZE)
    assert odd == 0
    assert watch.violations == []
