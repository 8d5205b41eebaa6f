"""A database that cannot record a result delays renders: no lease of a live worker counts as lost."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
from django.db import InternalError, OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper

from customify.testing.spawn import eventually_true
from designs import lifecycle
from designs.models import Design
from designs.renders.lanes import LaneRules
from designs.tests.support import factories
from designs.tests.support.fixture_types import RunLane
from designs.worker import jobs, settling
from designs.worker.batch import ClaimBatch

SHORT_LEASE = 1.0  # s


@pytest.fixture(autouse=True)
def nothing_unsettled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settling, "_unsettled", [])
    monkeypatch.setattr(settling, "DATABASE_PAUSE", 0.01)
    monkeypatch.setattr(settling, "_start_retries", lambda: None)  # its connection sees no row of a test


@pytest.fixture
def kept_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """Closing the connection would end the test's transaction."""
    monkeypatch.setattr(connection, "close", lambda: None)


def away(*_: Any) -> Any:
    raise OperationalError("the server closed the connection")


def run_claim(rules: LaneRules) -> None:
    ClaimBatch(rules, time.monotonic() + rules.lease).process_renders(lifecycle.claim_renders(rules))


@pytest.mark.django_db
@pytest.mark.usefixtures("stored_at_once", "kept_connection")
def test_a_result_that_cannot_be_recorded_delays_the_render(design: Design, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifecycle, "publish_renders", away)
    run_claim(factories.lane_rules(lease=SHORT_LEASE))
    render = factories.get_render(design)
    assert (render.state, render.failures, render.lost, render.lease_token) == ("queued", 1, 0, None)
    assert render.due_at > render.requested_at
    assert factories.waiting_garbage(design) == [(1, 1)]


@pytest.mark.django_db
@pytest.mark.usefixtures("stored_at_once", "kept_connection")
@pytest.mark.parametrize("settle", ["fail_render", "retry_render", "release_renders", "publish_renders"])
def test_a_lease_that_another_claim_took_over_meanwhile_is_not_counted(
    design: Design, monkeypatch: pytest.MonkeyPatch, settle: str
) -> None:
    with monkeypatch.context() as outage:
        for name in (settle, "put_back_renders"):
            outage.setattr(lifecycle, name, away)
        work = factories.claim_next_render()
        rules = factories.lane_rules(lease=SHORT_LEASE)
        with pytest.raises(settling.NotSettledError):
            settling.Settlement(rules.lease, time.monotonic()).settle(lambda: getattr(lifecycle, settle)(work), [work])
    factories.expire(work)
    overtaking = factories.claim_next_render()
    assert (overtaking.attempt, factories.get_render(design).lost) == (2, 1)
    settling.put_back_unsettled()
    render = factories.get_render(design)
    assert (render.state, render.lost, render.lease_token) == ("running", 0, overtaking.lease_token)
    settling.put_back_unsettled()
    assert factories.publish_render(overtaking) == {work.render_id}


@pytest.mark.django_db
def test_a_claim_of_a_live_worker_is_not_lost_where_another_has_published_its_render(design: Design) -> None:
    work = factories.claim_next_render()
    settling._unsettled.append(work)
    factories.expire(work)
    overtaking = factories.claim_next_render()
    assert factories.publish_render(overtaking) == {work.render_id}
    settling.put_back_unsettled()
    render = factories.get_render(design)
    assert (render.state, render.attempt, render.lost) == ("succeeded", 2, 0)


@pytest.mark.django_db
def test_unsettled_renders_are_put_back_before_the_next_claim(design: Design) -> None:
    settling._unsettled.append(factories.claim_next_render())
    assert jobs.work_lane("preview") == 0  # the backoff has begun
    render = factories.get_render(design)
    assert (render.state, render.failures, render.lost) == ("queued", 1, 0)


@pytest.mark.django_db(transaction=True)
def test_an_idle_worker_puts_renders_back_once_the_database_is_available(
    design: Design, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(settling, "RETRY_PAUSE", 0.05)
    work, calls, put_back = factories.claim_next_render(), [], lifecycle.put_back_renders

    def away_at_first(*given: Any) -> None:
        calls.append(given)
        if len(calls) < 3:
            away()
        put_back(*given)

    monkeypatch.setattr(lifecycle, "put_back_renders", away_at_first)
    settling.put_back([work])
    assert eventually_true(lambda: factories.get_render(design).state == "queued", 10)
    assert (len(calls), factories.get_render(design).lost) == (3, 0)


@pytest.mark.django_db
def test_a_defect_is_not_taken_for_an_outage(design: Design) -> None:
    def break_down() -> None:
        raise InternalError("current transaction is aborted")

    with pytest.raises(InternalError):
        settling.Settlement(SHORT_LEASE, time.monotonic() + 60).settle(break_down, [])


@pytest.fixture
def other_connection() -> Iterator[BaseDatabaseWrapper]:
    with closing(connection.copy()) as other:
        yield other


@pytest.fixture
def short_waits(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The worker's connection gives up waiting for a lock after 0.1 s."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite locks the whole database")
    options = {**connection.settings_dict["OPTIONS"], "options": "-c lock_timeout=100ms"}
    options.pop("pool", None)
    monkeypatch.setitem(connection.settings_dict, "OPTIONS", options)
    connection.close()
    yield
    connection.close()


LOCKS: dict[str, Callable[[Design], str]] = {
    "the table of renditions": lambda _: "LOCK TABLE designs_rendition",
    "the design": lambda design: f"SELECT 1 FROM designs_design WHERE id = '{design.pk}' FOR UPDATE",
    "the owner's quota": lambda design: f"SELECT 1 FROM designs_quota WHERE owner_id = {design.owner_id} FOR UPDATE",
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("stored_at_once", "short_waits")
@pytest.mark.parametrize("what", LOCKS)
def test_a_lock_held_for_more_than_five_leases_fails_no_design(
    design: Design, other_connection: BaseDatabaseWrapper, run_lane: RunLane, what: str
) -> None:
    rules = factories.lane_rules(lease=0.5)
    other_connection.set_autocommit(False)
    with other_connection.cursor() as cursor:
        cursor.execute(LOCKS[what](design))
    for _ in range(6):
        run_claim(rules)
        factories.expire(factories.get_render(design))
    other_connection.rollback()
    render = factories.get_render(design)
    assert (render.lost, render.failures, render.state) == (0, 6, "queued")
    run_lane()
    design.refresh_from_db()
    assert design.status == "published"
