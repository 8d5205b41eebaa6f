"""A storage that hangs when photos are read delays the designs that show them, fails none, and holds up no other."""

from __future__ import annotations

import time

import pytest

from customify.testing.chaos import proxy
from customify.testing.chaos.fault_run import UNSETTLED_SQL
from customify.testing.chaos.site import BUCKET
from customify.tests.support.chaos.programmes import report, running_site
from designs.tests.support.images import photo_bytes

pytestmark = pytest.mark.chaos(seconds=65)

LEASE = 3.0  # s
OUTAGE = 5 * LEASE
STOP_GRACE = 30.0  # s, as in docker-compose.yml
PHOTOS = 24  # with two workers and pauses of 2 s at most between two attempts, their reads would fill the workers' time
PLAIN = 30  # designs without photos, requested during the outage
HANGING = {"shares": {"hang": 1.0}, "hang": 120.0, "only": f"GET /{BUCKET}/private/assets/"}
PUBLISHED_SQL = "SELECT count(*) FROM designs_design WHERE status = 'published'"
FAILED_SQL = "SELECT count(*) FROM designs_render WHERE state = 'failed'"
PUT_OFF_SQL = "SELECT count(*) FROM designs_render WHERE failures > 0"


def test_photos_that_cannot_be_read_fail_no_design_and_delay_no_other() -> None:
    with running_site(LEASE, workers=2) as (site, fleet, programme):
        assert site.control is not None
        # They differ, so that no worker has one in memory.
        files = [photo_bytes(200 + number, 150) for number in range(PHOTOS)]
        photos = [programme.client.upload_file(data, f"{number}.jpg") for number, data in enumerate(files)]
        site.control(mode=proxy.FAULTS, **HANGING)
        for number, photo in enumerate(photos):
            programme.client.create_design(f"Photo {number}", asset=photo)
        begun = time.monotonic()
        for number in range(PLAIN):  # of the same owner, so that the photos are before them
            programme.client.create_design(f"Plain {number}")
            programme.supervise_for(OUTAGE / PLAIN)
        assert programme.supervise_until(lambda: programme.count_rows(PUBLISHED_SQL) == PLAIN, 10)
        report(f"{PLAIN} designs without photos published {time.monotonic() - begun:.1f} s after the first request")
        assert programme.count_rows(UNSETTLED_SQL) == PHOTOS
        assert programme.count_rows(PUT_OFF_SQL) == PHOTOS
        assert programme.count_rows(FAILED_SQL) == 0
        ended = dict(fleet.exit_counts)
        stopped = fleet.processes["worker-1"].terminate_child(STOP_GRACE)
        hung = site.control(mode=proxy.PASS)["hang"]
        begun = time.monotonic()
        assert programme.supervise_until(lambda: programme.count_rows(UNSETTLED_SQL) == 0, 60)
        report(f"{hung} reads hung; {PHOTOS} photos published {time.monotonic() - begun:.1f} s after the outage")
        programme.wait_until_settled(60)
        outcome = programme.check_end_state()
        report(outcome)
    assert outcome.violations == []
    assert ended == {}, "a storage that hangs must not end workers"
    assert stopped == 0, "a worker whose reads hang must stop within its grace"
    assert outcome.lost_leases == 0
