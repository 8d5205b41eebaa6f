"""A part goes away and comes back: what does not need it goes on, the probe names it, and everything mends itself."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from customify.testing.chaos import proxy
from customify.testing.chaos.load import Client, Promise
from customify.testing.chaos.programme import UNSETTLED, Programme
from customify.testing.chaos.site import Site
from customify.tests.chaos.running import running, say

pytestmark = pytest.mark.chaos

BOUND = 27.0  # s that any answer may take: the database's bound, then the pool's, and room for a busy machine
MENDED = 10.0  # s from the part's return until all that was accepted is published
DESIGNS = 4  # asked for in each outage
NEW = {"product_type": "t-shirt", "design_data": {"text": "Meanwhile", "font": "Bebas-Bold", "color": "#222222"}}


@dataclass(slots=True)
class Outage:
    """How a part goes and comes back."""

    part: str
    begin: Callable[[Site], object]
    end: Callable[[Site], object]
    status: int  # of /readyz meanwhile
    creates: int = 201


def storage(mode: str) -> Callable[[Site], object]:
    def set_mode(site: Site) -> None:
        assert site.control is not None
        site.control(mode=mode)

    return set_mode


OUTAGES = {
    "Redis is killed": Outage("redis", Site.stop_valkey, Site.start_valkey, 200),
    "Redis hangs": Outage(
        "redis", lambda site: site.pause_valkey(paused=True), lambda site: site.pause_valkey(paused=False), 200
    ),
    "PostgreSQL is stopped": Outage("database", Site.crash_postgres, Site.resume_postgres, 503, 503),
    "PostgreSQL hangs": Outage(
        "database",
        lambda site: site.pause_postgres(paused=True),
        lambda site: site.pause_postgres(paused=False),
        503,
        503,
    ),
    "the storage refuses": Outage("", storage(proxy.REFUSE), storage(proxy.PASS), 200),
}


@dataclass(slots=True)
class Answers:
    """What the web server said, and how long the slowest answer took (s)."""

    client: Client
    slowest: float = 0.0
    statuses: dict[str, list[int]] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> tuple[int, Any]:
        begun = time.monotonic()
        status, answer = self.client.call(method, path, body)
        self.slowest = max(self.slowest, time.monotonic() - begun)
        self.statuses.setdefault(f"{method} {path}", []).append(status)
        return status, answer


@pytest.mark.parametrize("name", OUTAGES)
def test_what_does_not_need_the_part_goes_on_and_all_mends_itself(name: str) -> None:
    outage = OUTAGES[name]
    # The leases are longer than the outage: it may cost no render its lease.
    with running(lease=40, storage="s3" if name == "the storage refuses" else "local") as (place, fleet, programme):
        first = programme.client.create("Before")
        assert programme.pass_time_until(lambda: programme.count(UNSETTLED) == 0, 60)
        answers = Answers(programme.client)
        outage.begin(place)
        try:
            readiness = answers.ask("GET", "/readyz")
            alive = answers.ask("GET", "/livez")
            created = [answers.ask("POST", "/api/v1/designs", NEW) for _ in range(DESIGNS)]
            read = answers.ask("GET", f"/api/v1/designs/{first.id}")
            listed = answers.ask("GET", "/api/v1/designs")
            programme.pass_time(3)
        finally:
            outage.end(place)
        say(f"{name}: slowest answer {answers.slowest:.1f} s; {answers.statuses}; ended: {dict(fleet.ended)}")
        say(readiness)
        accepted = [Promise(made["id"], 0, "Meanwhile") for status, made in created if status == 201]
        programme.client.ledger.promises.update({promise.id: promise for promise in accepted})
        waited = assert_mended(programme, outage)
        say(f"all was published {waited:.1f} s after it came back; ended: {dict(fleet.ended)}")
        programme.settle(60)
        outcome = programme.judge()
        say(outcome)
    assert readiness[0] == outage.status
    assert {part for part, how in readiness[1]["parts"].items() if not how["ok"]} == {outage.part} - {""}
    assert alive[0] == 200
    assert [status for status, _ in created] == [outage.creates] * DESIGNS
    assert read[0] == listed[0] == (200 if outage.creates == 201 else 503)
    assert answers.slowest <= BOUND
    assert waited <= MENDED
    assert outcome.lost == 0
    assert outcome.complaints == []
    assert fleet.ended == {}, "an outage must not end a process"


def assert_mended(programme: Programme, outage: Outage) -> float:
    """Return the s until all is published and the probe content again."""
    begun = time.monotonic()
    assert programme.pass_time_until(lambda: programme.client.call("GET", "/readyz")[0] == 200, 30)
    wanted = 1 + (DESIGNS if outage.creates == 201 else 0)
    published = "SELECT count(*) FROM designs_design WHERE status = 'published'"
    assert programme.pass_time_until(lambda: programme.count(published) == wanted, 60)
    waited = time.monotonic() - begun
    # And the way is open: what is asked for now is published as well.
    programme.client.create("After")
    assert programme.pass_time_until(lambda: programme.count(published) == wanted + 1, 60)
    return waited
