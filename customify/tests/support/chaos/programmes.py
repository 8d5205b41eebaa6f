"""Fault programmes: sites with short leases and graces, running fleets, and the report of a run."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from customify.testing.chaos import proxy
from customify.testing.chaos.fault_run import ChaosResult, ChaosRun
from customify.testing.chaos.fleet import Fleet, run_fleet
from customify.testing.chaos.load import LoadClient
from customify.testing.chaos.plan import SEED_VARIABLE, PlanSize
from customify.testing.chaos.site import Site, run_site

# A fifth of all requests to the storage fail, and a fifteenth of the uploads are answered with a lie.
STORAGE_FAULT_SHARES = {
    "error": 0.09,
    "stored_then_error": 0.03,
    "hang": 0.01,
    "reset": 0.03,
    "slow": 0.02,
    "truncate": 0.02,
    "lose": 0.03,
    "halve": 0.03,
}

HARD_LIMIT_ENDED = "Timeout (0:00:"  # faulthandler writes it before it ends the process with code 1


def report(what: object) -> None:
    """Print facts about a run; pytest shows them with a failure, and always with -s."""
    sys.stdout.write(f"{what}\n")


def short_timings(lease: float, workers: int) -> dict[str, str]:
    """Return settings that reduce all waits to seconds; the grace is longer than an upload in flight."""
    return {
        "RENDER_LEASE_PREVIEW": str(lease),
        "RENDER_GRACE": "4",
        "RENDER_SWEEP_AGAIN": "8",  # longer than any pause after a lease and a grace
        "RENDER_KEEP_OLD": "1",
        "RENDER_RECONCILE_INTERVAL": "0.5",
        "RENDER_BACKOFF_MAX": "2",
        "RENDER_WORKERS": str(workers),
        "RENDER_OUTPUTS": "preview.png:600,thumbnail.png:200",
    }


@contextmanager
def running_site(
    lease: float = 6,
    workers: int = 2,
    *,
    database: str = "postgres",
    storage: str = "s3",
    seed: int = 1,
    worker_class: str = "",
    lock_timeout: str = "",
    variables: Mapping[str, str] | None = None,
) -> Iterator[tuple[Site, Fleet, ChaosRun]]:
    """Run a site until its web server, reconciler and workers are up; stop it at the end of the block."""
    timings = {**short_timings(lease, workers), **(variables or {})}
    with (
        run_site(database=database, storage=storage, seed=seed, lock_timeout=lock_timeout, variables=timings) as place,
        run_fleet(place) as processes,
    ):
        processes.start_reconciler()
        for number in range(workers):
            processes.start_worker(f"worker-{number}", worker_class=worker_class)
        processes.start_web()
        programme = ChaosRun(processes, lease, LoadClient(processes.port, place.keys))
        programme.wait_for_workers(workers)
        yield place, processes, programme


def run_fault_programme(
    size: PlanSize, seed: int, *, lease: float = 6, database: str = "postgres", storage: str = "s3"
) -> ChaosResult:
    """Run a whole fault programme and report it."""
    report(f"{SEED_VARIABLE}={seed} repeats this programme's choices")
    with running_site(lease, size.workers, database=database, storage=storage, seed=seed) as (place, _, programme):
        if place.control is not None:
            place.control(mode=proxy.FAULTS, shares=STORAGE_FAULT_SHARES)
        outcome = programme.run_plan(size, seed)
    report(outcome)
    return outcome


def find_unexpected_ends(outcome: ChaosResult) -> list[str]:
    """Return the logs of processes that ended, unless it was by the hard limit: a pause may be longer than it."""
    return [log for log in outcome.exit_logs if HARD_LIMIT_ENDED not in log]


def assert_nothing_lost(outcome: ChaosResult, size: PlanSize) -> None:
    """Assert that the verdicts found no fault, that only faults ended processes, and that the whole plan was done."""
    assert outcome.violations == []
    assert find_unexpected_ends(outcome) == []
    assert {fault: outcome.counts[fault] for fault in size.faults} == size.faults
