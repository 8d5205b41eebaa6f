"""Uploads that arrive after their client has given up: no file stays that no row refers to."""

from __future__ import annotations

import http.client
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress

import pytest

from customify.ops.embedded import HOST
from customify.testing.chaos import proxy
from customify.testing.chaos.end_state import hash_stored_files
from customify.testing.chaos.fault_run import UNSETTLED_SQL, ChaosRun
from customify.testing.chaos.fleet import Fleet
from customify.testing.chaos.site import Site
from customify.tests.support.chaos.programmes import report, running_site
from designs.tests.support.images import photo_bytes

pytestmark = pytest.mark.chaos(seconds=45)

PATIENCE = 60.0  # s
FILES = 2  # of a large photo: the full copy and the working copy
AWAITS_SECOND_SWEEP = "SELECT count(*) FROM designs_garbage WHERE lane = 'asset' AND NOT again"
GARBAGE = "SELECT count(*) FROM designs_garbage"
ASSETS = "SELECT count(*) FROM designs_asset"
# A process that died leaves an upload that is abandoned after an hour.
AGE_UPLOADS = "UPDATE designs_asset SET created_at = created_at - interval '2 hours'"


def upload_photo(programme: ChaosRun) -> int:
    """Upload a photo with a working copy of its own; return the status of the response, 0 without one."""
    boundary = uuid.uuid4().hex
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="private.jpg"\r\n\r\n'
    body = head.encode() + photo_bytes(2400, 1200) + f"\r\n--{boundary}--\r\n".encode()
    headers = {
        "Authorization": f"Bearer {programme.client.keys[0]}",
        "Content-Type": f"multipart/form-data; boundary={boundary}",
    }
    connection = http.client.HTTPConnection(HOST, programme.client.port, timeout=60)
    with closing(connection), suppress(OSError, http.client.HTTPException):
        connection.request("POST", "/api/v1/assets", body, headers)
        return connection.getresponse().status
    return 0


def held_uploads(site: Site) -> int:
    assert site.control is not None
    return site.control().get("held", 0)


def give_up(site: Site, fleet: Fleet, programme: ChaosRun) -> None:
    """The storage answers later than its client waits."""
    assert upload_photo(programme) == 503


def die(site: Site, fleet: Fleet, programme: ChaosRun) -> None:
    """The web process is killed while it stores the photo."""
    with ThreadPoolExecutor(1) as pool:
        status = pool.submit(upload_photo, programme)
        assert programme.supervise_until(lambda: held_uploads(site) >= FILES, PATIENCE)
        fleet.processes["web"].kill_child()
        assert status.result() == 0
    site.execute_statement(AGE_UPLOADS)


@pytest.mark.parametrize("end_upload", [give_up, die])
def test_a_photo_that_arrives_after_the_first_sweep_is_deleted_by_the_second(
    end_upload: Callable[[Site, Fleet, ChaosRun], None],
) -> None:
    variables = {"RENDER_SWEEP_AGAIN": "20"}
    with running_site(workers=1, variables=variables) as (site, fleet, programme):
        assert site.control is not None
        site.control(mode=proxy.LATE)
        end_upload(site, fleet, programme)
        assert programme.supervise_until(lambda: programme.count_rows(AWAITS_SECOND_SWEEP) == 1, PATIENCE)
        assert programme.count_rows(ASSETS) == 0
        assert hash_stored_files(site) == {}
        report(f"uploads that are held: {site.control(mode=proxy.PASS)['held']}")
        assert programme.supervise_until(lambda: len(hash_stored_files(site)) == FILES, 10), "none has arrived"
        assert programme.supervise_until(lambda: programme.count_rows(GARBAGE) == 0, PATIENCE)
        assert hash_stored_files(site) == {}


def test_files_of_a_render_that_arrive_late_are_deleted() -> None:
    """The first attempt's files arrive when the second is published and the design is deleted."""
    variables = {"RENDER_SWEEP_AGAIN": "20"}
    with running_site(workers=1, variables=variables) as (site, _, programme):
        assert site.control is not None
        site.control(mode=proxy.LATE)
        deleted, kept = (programme.client.create_design(name) for name in ("Deleted", "Kept"))
        retried = "SELECT count(*) FROM designs_render WHERE failures > 0"
        assert programme.supervise_until(lambda: programme.count_rows(retried) == 2, PATIENCE)
        site.control(mode=proxy.PASS)
        assert programme.supervise_until(lambda: programme.count_rows(UNSETTLED_SQL) == 0, PATIENCE)
        programme.client.delete_design(deleted)
        programme.wait_until_settled(PATIENCE)
        outcome = programme.check_end_state()
        report(outcome)
    assert outcome.violations == []
    assert {key.split("/")[1] for key in outcome.end_state.stored_hashes} == {kept.id}
