"""A storage that refuses, hangs or is full delays renders; none fails, and no partial file is visible."""

import os
import resource
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from customify.testing.chaos import proxy
from customify.testing.chaos.fault_run import UNSETTLED_SQL, ChaosRun
from customify.testing.chaos.fleet import Fleet
from customify.testing.chaos.load import AcceptedDesign
from customify.testing.chaos.storage_watcher import StorageWatcher
from customify.tests.support.chaos.programmes import report, running_site

pytestmark = pytest.mark.chaos(seconds=55)

FAILED_ONCE = "SELECT count(*) FROM designs_render WHERE failures > 0 AND state = 'queued'"
FAILED = "SELECT count(*) FROM designs_render WHERE state = 'failed'"


def create(programme: ChaosRun, count: int, name: str) -> list[AcceptedDesign]:
    return [programme.client.create_design(f"{name} {number}") for number in range(count)]


OUTAGES: list[dict[str, Any]] = [{"mode": proxy.REFUSE}, {"mode": proxy.FAULTS, "shares": {"hang": 1.0}, "hang": 60.0}]


def test_a_storage_away_for_more_than_five_leases_fails_no_design() -> None:
    """First it refuses, then it hangs."""
    lease = 2.0
    with running_site(lease) as (place, processes, programme):
        assert place.control is not None
        for outage in OUTAGES:
            place.control(**outage)
            create(programme, 20, "Patient")
            programme.supervise_for(6 * lease)
            assert programme.count_rows(UNSETTLED_SQL) == 20
            assert programme.count_rows(FAILED) == 0
            place.control(mode=proxy.PASS)
            assert programme.supervise_until(lambda: programme.count_rows(UNSETTLED_SQL) == 0, 60)
        ended = dict(processes.exit_counts)
        programme.wait_until_settled(60)
        outcome = programme.check_end_state()
        report(outcome)
    assert outcome.violations == []
    assert ended == {}, "an outage must not end workers: each end costs its renders a lease"
    assert outcome.lost_leases == 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 2 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=2m,mode=0777", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small tmpfs needs root, and the right to mount")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_disk_delays_renders(small_disk: Path) -> None:
    ballast = small_disk / "ballast"

    def fill(_: Fleet) -> None:
        with ballast.open("wb", buffering=0) as file, suppress(OSError):
            while file.write(bytes(4096)):
                continue

    assert_waits(str(small_disk), fill, lambda _: ballast.unlink())


def test_files_that_may_not_grow_delay_renders() -> None:
    """A file size limit acts like a disk quota, and needs no privileges: writing stops within a file."""

    def limit(processes: Fleet, size: int) -> None:
        for process in processes.running_workers():
            assert process.child is not None
            resource.prlimit(process.child.popen.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    assert_waits("local", lambda processes: limit(processes, 1500), lambda processes: limit(processes, 1 << 40))


def assert_waits(storage: str, fill: Callable[[Fleet], None], empty: Callable[[Fleet], None]) -> None:
    quiet = {"LOG_LEVEL": "ERROR"}  # logs must not grow either
    with running_site(lease=3, storage=storage, variables=quiet) as (place, processes, programme):
        watch = StorageWatcher(place)
        create(programme, 5, "Before")
        assert programme.supervise_until(lambda: programme.count_rows(UNSETTLED_SQL) == 0, 60)
        fill(processes)
        create(programme, 10, "Meanwhile")
        assert look_until(watch, programme, lambda: programme.count_rows(FAILED_ONCE) == 10)
        empty(processes)
        assert look_until(watch, programme, lambda: programme.count_rows(UNSETTLED_SQL) == 0)
        programme.wait_until_settled(60)
        outcome = programme.check_end_state()
        report(outcome)
    assert watch.check_count > 2
    assert watch.violations == []
    assert outcome.violations == []


def look_until(watch: StorageWatcher, programme: ChaosRun, holds: Callable[[], bool]) -> bool:
    def look_and_ask() -> bool:
        watch.check_once()
        return holds()

    return programme.supervise_until(look_and_ask, 60)
