"""Scenes that put one safeguard to the test, step by step: the storage holds uploads until the scene wants them.

Each leaves a site whose end state is judged; with a worker whose safeguard is missing, the verdicts must complain.
"""

from collections.abc import Callable

from customify.testing.chaos import proxy
from customify.testing.chaos.fleet import Fleet
from customify.testing.chaos.programme import UNSETTLED, Programme
from customify.testing.chaos.site import Site

FILES = 2  # of a render
WAIT = 30.0  # s
Scene = Callable[[Site, Fleet, Programme, str], None]


def held(site: Site) -> int:
    assert site.control is not None
    return site.control().get("held", 0)


def storage(site: Site, mode: str) -> None:
    assert site.control is not None
    site.control(mode=mode)


def wait_for_uploads(site: Site, programme: Programme, renders: int, before: int) -> None:
    assert programme.pass_time_until(lambda: held(site) >= before + renders * FILES, WAIT), "nobody stores anything"


def wait_until_settled(programme: Programme) -> None:
    assert programme.pass_time_until(lambda: programme.count(UNSETTLED) == 0, WAIT), "renders stay unfinished"


def held_lease(site: Site, fleet: Fleet, programme: Programme, worker_class: str) -> None:
    """One worker is storing within its lease, a second one is woken: it takes other work, not the first one's."""
    before = held(site)
    storage(site, proxy.HOLD)
    programme.client.create("First")
    wait_for_uploads(site, programme, 1, before)
    fleet.worker("worker-second", worker_class=worker_class)
    programme.wait_for_workers(2)
    programme.client.create("Second")
    wait_for_uploads(site, programme, 2, before)
    storage(site, proxy.PASS)
    wait_until_settled(programme)
    fleet.processes.pop("worker-second").kill()


def edit_meanwhile(site: Site, fleet: Fleet, programme: Programme, worker_class: str) -> None:
    """A worker is storing the first revision when the second is asked for: the first is never published."""
    before = held(site)
    storage(site, proxy.HOLD)
    promise = programme.client.create("Old")
    wait_for_uploads(site, programme, 1, before)
    programme.client.edit(promise, "New")
    storage(site, proxy.PASS)
    wait_until_settled(programme)


def sleep_past_lease(site: Site, fleet: Fleet, programme: Programme, worker_class: str) -> None:
    """A worker sleeps past its lease while storing; who took over dies just when the sleeper wakes up."""
    sleeper = fleet.processes["worker-0"]
    before = held(site)
    storage(site, proxy.HOLD)
    programme.client.create("Overtaken")
    wait_for_uploads(site, programme, 1, before)
    sleeper.pause()
    storage(site, proxy.PASS)  # the sleeper's uploads go through; it will hear so when it wakes
    storage(site, proxy.HOLD)
    second = fleet.worker("worker-second", worker_class=worker_class)
    wait_for_uploads(site, programme, 2, before)
    sleeper.resume()
    heard = len(sleeper.log.read_text())

    def sleeper_is_done() -> bool:
        return "lost its lease" in sleeper.log.read_text()[heard:] or programme.count(UNSETTLED) == 0

    assert programme.pass_time_until(sleeper_is_done, WAIT), "the sleeper did not wake up"
    second.kill()
    storage(site, proxy.PASS)
    wait_until_settled(programme)


def lost_queue(site: Site, fleet: Fleet, programme: Programme, worker_class: str) -> None:
    """Valkey loses everything while designs wait in it."""
    worker = fleet.processes["worker-0"]
    worker.pause()
    for number in range(5):
        programme.client.create(f"Lost {number}")
    site.wipe_valkey()
    worker.resume()
    programme.pass_time_until(lambda: programme.count(UNSETTLED) == 0, 8)
