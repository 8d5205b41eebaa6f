"""Outages of one part: the rest goes on, the probe names it, and all recovers by itself."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from customify.testing.chaos import proxy
from customify.testing.chaos.fault_run import UNSETTLED_SQL, ChaosRun
from customify.testing.chaos.load import AcceptedDesign, LoadClient
from customify.testing.chaos.site import Site
from customify.tests.support.chaos.programmes import report, running_site

pytestmark = pytest.mark.chaos(seconds=130)

BOUND = 27.0  # s for any answer: the timeouts of the database and the pool, and some for a busy machine
RECOVERED = 10.0  # s from the end of an outage until everything accepted is published
DESIGNS = 2  # requested in each outage
NEW = {"product_type": "t-shirt", "design_data": {"text": "Meanwhile", "font": "Bebas-Bold", "color": "#222222"}}


@dataclass(slots=True)
class Outage:
    """How a part is stopped and started."""

    part: str  # its name in /readyz
    begin: Callable[[Site], object]
    end: Callable[[Site], object]
    readiness: int = 200
    reads: int = 200
    creates: int = 201


def storage(mode: str) -> Callable[[Site], object]:
    def set_mode(site: Site) -> None:
        assert site.control is not None
        site.control(mode=mode)

    return set_mode


GONE = {"readiness": 503, "reads": 503, "creates": 503}
OUTAGES = {
    "Redis is killed": Outage("redis", Site.stop_valkey, Site.start_valkey),
    "Redis hangs": Outage(
        "redis", lambda site: site.set_valkey_paused(paused=True), lambda site: site.set_valkey_paused(paused=False)
    ),
    "PostgreSQL is stopped": Outage("database", Site.crash_postgres, Site.start_postgres, **GONE),
    "PostgreSQL hangs": Outage(
        "database",
        lambda site: site.set_postgres_paused(paused=True),
        lambda site: site.set_postgres_paused(paused=False),
        **GONE,
    ),
    # A bucket is checked by its configuration only: requests to it would cost money.
    "the storage refuses": Outage("", storage(proxy.REFUSE), storage(proxy.PASS)),
}
PUBLISHED = "SELECT count(*) FROM designs_design WHERE status = 'published'"


@dataclass(slots=True)
class Answers:
    """A client of the web server that records the slowest answer (s)."""

    client: LoadClient
    slowest: float = 0.0

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> tuple[int, Any]:
        begun = time.monotonic()
        status, answer = self.client.send_request(method, path, body)
        self.slowest = max(self.slowest, time.monotonic() - begun)
        return status, answer


def test_the_service_survives_an_outage_and_recovers() -> None:
    # The leases are longer than any outage, so no render may lose its lease.
    with running_site(lease=60) as (place, fleet, programme):
        first = programme.client.create_design("Before")
        assert programme.supervise_until(lambda: programme.count_rows(UNSETTLED_SQL) == 0, 60)
        for name, outage in OUTAGES.items():
            answers = Answers(programme.client)
            outage.begin(place)
            try:
                assert_rest_works(answers, first, outage)
                programme.supervise_for(3)
            finally:
                outage.end(place)
            waited = seconds_until_recovered(programme)
            report(f"{name}: slowest answer {answers.slowest:.1f} s; all was published {waited:.1f} s after its end")
            assert waited <= RECOVERED, name
            assert fleet.exit_counts == {}, f"an outage must not end a process: {name}"
        programme.wait_until_settled(60)
        outcome = programme.check_end_state()
        report(outcome)
    assert outcome.lost_leases == 0
    assert outcome.violations == []


def assert_rest_works(answers: Answers, first: AcceptedDesign, outage: Outage) -> None:
    """Check that the probe names the part, and that everything that does not need it is served in time."""
    status, readiness = answers.ask("GET", "/readyz")
    assert status == outage.readiness
    assert {part for part, how in readiness["parts"].items() if not how["ok"]} == {outage.part} - {""}
    assert answers.ask("GET", "/livez")[0] == 200
    for _ in range(DESIGNS):
        status, made = answers.ask("POST", "/api/v1/designs", NEW)
        assert status == outage.creates, made
        if status == 201:
            answers.client.ledger.accepted[made["id"]] = AcceptedDesign(made["id"], 0, "Meanwhile")
    for path in (f"/api/v1/designs/{first.id}", "/api/v1/designs"):
        assert answers.ask("GET", path)[0] == outage.reads
    assert answers.slowest <= BOUND


def seconds_until_recovered(programme: ChaosRun) -> float:
    """Return the s until everything accepted is published and the probe passes; check that new requests work."""
    begun = time.monotonic()
    assert programme.supervise_until(lambda: programme.client.send_request("GET", "/readyz")[0] == 200, 30)

    def all_published() -> bool:
        return programme.count_rows(PUBLISHED) == len(programme.client.ledger.accepted)

    assert programme.supervise_until(all_published, 60)
    waited = time.monotonic() - begun
    programme.client.create_design("After")
    assert programme.supervise_until(all_published, 60)
    return waited
