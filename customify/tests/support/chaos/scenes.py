"""Scenes that test one safeguard step by step: the storage holds uploads until the scene releases them.

Verdicts check the end state of each; with a worker that lacks the safeguard they must report a fault.
"""

from collections.abc import Callable

from customify.testing.chaos import proxy
from customify.testing.chaos.fault_run import UNSETTLED_SQL, ChaosRun
from customify.testing.chaos.fleet import Fleet
from customify.testing.chaos.site import Site

FILES = 2  # files of a render
WAIT = 30.0  # s
# A lease is longer than a client waits for the storage, so it is ended in its row.
EXPIRE_LEASES = """
UPDATE designs_render SET lease_until = now() - interval '1 s', due_at = now() - interval '1 s' WHERE state = 'running'
"""
TAKEN_OVER = "SELECT count(*) FROM designs_render WHERE state = 'running' AND lost > 0"
Scene = Callable[[Site, Fleet, ChaosRun], None]


def count_held_uploads(site: Site) -> int:
    assert site.control is not None
    return site.control().get("held", 0)


def set_storage_mode(site: Site, mode: str) -> None:
    assert site.control is not None
    site.control(mode=mode)


def wait_for_uploads(site: Site, programme: ChaosRun, renders: int, before: int) -> None:
    assert programme.supervise_until(lambda: count_held_uploads(site) >= before + renders * FILES, WAIT), (
        "nobody stores anything"
    )


def wait_until_settled(programme: ChaosRun) -> None:
    assert programme.supervise_until(lambda: programme.count_rows(UNSETTLED_SQL) == 0, WAIT), "renders stay unfinished"


def held_lease(site: Site, fleet: Fleet, programme: ChaosRun) -> None:
    """While one worker stores within its lease, a second one is woken: it must not take the first one's renders."""
    before = count_held_uploads(site)
    set_storage_mode(site, proxy.HOLD)
    programme.client.create_design("First")
    wait_for_uploads(site, programme, 1, before)
    programme.client.create_design("Second")
    wait_for_uploads(site, programme, 2, before)
    set_storage_mode(site, proxy.PASS)
    wait_until_settled(programme)


def edit_during_storing(site: Site, fleet: Fleet, programme: ChaosRun) -> None:
    """A new revision is requested while the first is being stored: the first must not be published."""
    before = count_held_uploads(site)
    set_storage_mode(site, proxy.HOLD)
    promise = programme.client.create_design("Old")
    wait_for_uploads(site, programme, 1, before)
    programme.client.edit_design(promise, "New")
    set_storage_mode(site, proxy.PASS)
    wait_until_settled(programme)


def overtaken_lease(site: Site, fleet: Fleet, programme: ChaosRun) -> None:
    """A worker's lease ends while it stores; the one that took over dies when the first has stored."""
    second = fleet.processes["worker-1"]
    second.pause_child()
    before = count_held_uploads(site)
    set_storage_mode(site, proxy.HOLD)
    programme.client.create_design("Overtaken")
    wait_for_uploads(site, programme, 1, before)
    site.execute_statement(EXPIRE_LEASES)
    second.resume_child()
    wait_for_uploads(site, programme, 2, before)
    assert site.control is not None
    site.control(release=FILES)  # those of the first worker, which have waited longest

    def first_is_done() -> bool:  # it has taken back the count of its own lease, because it is alive
        return programme.count_rows(TAKEN_OVER) == 0 or programme.count_rows(UNSETTLED_SQL) == 0

    assert programme.supervise_until(first_is_done, WAIT), "the first worker does not come to an end"
    second.kill_child()
    site.execute_statement(EXPIRE_LEASES)
    set_storage_mode(site, proxy.PASS)
    wait_until_settled(programme)


def lost_queue(site: Site, fleet: Fleet, programme: ChaosRun) -> None:
    """Valkey loses all its data while renders wait."""
    for worker in fleet.running_workers():
        worker.pause_child()
    for number in range(5):
        programme.client.create_design(f"Lost {number}")
    site.wipe_valkey()
    fleet.resume_all()
    programme.supervise_until(lambda: programme.count_rows(UNSETTLED_SQL) == 0, 8)
