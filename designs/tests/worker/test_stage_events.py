"""The stage events of a render while it is drawn and stored."""

import threading
from typing import Any

import pytest
from django.db import connection, transaction

from customify.testing.spawn import eventually_true
from designs import lifecycle
from designs.models import Design, Event
from designs.tests.support import factories
from designs.tests.support.fixture_types import MakeDesign, RunLane
from designs.tests.support.threads import run_concurrently
from designs.worker import batch
from rendering import storage


def stages(design: Design) -> list[tuple[str, str | None]]:
    events = Event.objects.filter(design_id=design.pk).order_by("number")
    return [(event.type, event.data.get("stage")) for event in events]


WHOLE = [
    ("created", None),
    ("requested", None),
    ("claimed", None),
    ("stage", "drawing"),
    ("stage", "storing"),
    ("published", None),
]


@pytest.mark.django_db
def test_a_fast_upload_is_recorded_with_the_publication(design: Design, run_lane: RunLane) -> None:
    run_lane()
    assert stages(design) == WHOLE


@pytest.mark.django_db(transaction=True)
def test_a_slow_upload_is_recorded_while_it_runs(
    design: Design, run_lane: RunLane, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_files, seen = storage.save_files, []

    def save_slowly(*args: Any, **kwargs: Any) -> None:
        eventually_true(lambda: stages(design)[-1] == ("stage", "storing"))
        seen.append(stages(design)[-1])
        connection.close()  # of this thread
        save_files(*args, **kwargs)

    monkeypatch.setattr(storage, "save_files", save_slowly)
    run_lane()
    assert seen == [("stage", "storing")]
    assert stages(design) == WHOLE


@pytest.mark.django_db(transaction=True)
def test_a_claim_skips_events_of_locked_designs_and_records_them_later(make_design: MakeDesign) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer: nobody can hold a design while another claims. PostgreSQL runs this.")
    held, free = make_design("held"), make_design("free")
    locked, claimed = threading.Event(), threading.Event()
    works: list[lifecycle.ClaimedRender] = []

    def edit() -> None:
        with transaction.atomic():
            lifecycle.lock_designs([held.pk])
            locked.set()
            assert claimed.wait(10)

    def claim() -> None:
        assert locked.wait(10)
        works.extend(factories.claim_renders())
        claimed.set()

    run_concurrently([edit, claim])
    assert [work.has_claim_events for work in works] == [False, True]
    assert stages(held) == WHOLE[:2]
    assert stages(free) == WHOLE[:4]
    batch.record_progress([work for work in works if not work.has_claim_events], lifecycle.CLAIMED_EVENTS)
    assert stages(held) == WHOLE[:4]
