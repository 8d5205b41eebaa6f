"""Concurrent operations: nothing is done twice, nothing is lost, nothing deadlocks."""

import random
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from functools import partial

import pytest
from django.conf import settings
from django.db import connection, transaction

from customify.testing.spawn import eventually_true
from designs import lifecycle, services
from designs.broker import queue
from designs.models import Design, DesignStatus, Event, IdempotencyKey, Render, RenderState
from designs.tests.support import factories
from designs.tests.support.fixture_types import MakeDesign
from designs.tests.support.threads import run_concurrently

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def no_wakes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wake no lanes: Redis is not needed here."""
    monkeypatch.setattr(queue, "wake_lane", lambda *_: 0)


def test_concurrent_claims_never_share_a_render(make_design: MakeDesign) -> None:
    for number in range(24):
        make_design(f"{number}")
    taken: list[int] = []
    for _ in range(3):
        for works in run_concurrently([partial(factories.claim_renders, 3)] * 4):
            taken += [work.render_id for work in works]
    taken += [work.render_id for work in factories.claim_renders(64)]
    assert len(taken) == len(set(taken)) == 24
    assert set(Render.objects.values_list("state", "attempt")) == {("running", 1)}


def test_one_expired_lease_is_taken_over_once(design: Design) -> None:
    factories.lose_lease(factories.claim_next_render())
    claims = run_concurrently([factories.claim_renders] * 4)
    assert sorted(map(len, claims)) == [0, 0, 0, 1]
    render = factories.get_render(design)
    assert (render.lost, render.attempt) == (1, 2)


def test_one_repeated_request_makes_one_design(make_design: MakeDesign) -> None:
    owner = factories.make_user()
    new = services.NewDesign(owner.pk, "mug", factories.design_data())
    made = run_concurrently([partial(services.create_design, new, "key", "hash")] * 4)
    assert len({design.pk for design, _ in made}) == 1
    assert sorted(is_new for _, is_new in made) == [False, False, False, True]
    assert (Design.objects.count(), IdempotencyKey.objects.count(), Render.objects.count()) == (1, 1, 1)


def test_concurrent_edits_each_make_a_revision_and_the_newest_is_requested(design: Design) -> None:
    run_concurrently([partial(factories.edit_design, design, f"edit {number}") for number in range(4)])
    design.refresh_from_db()
    assert (design.revision, design.asked_render, design.edit_count) == (5, 5, 4)
    assert list(design.renders.order_by("number").values_list("state", flat=True)) == ["superseded"] * 4 + ["queued"]


def test_one_of_two_conditional_edits_wins(design: Design) -> None:
    def try_edit(text: str) -> bool:
        try:
            factories.edit_design(design, text, seen_edit_count=0)
        except services.EditConflictError:
            return False
        return True

    assert sorted(run_concurrently([partial(try_edit, "ours"), partial(try_edit, "theirs")])) == [False, True]
    design.refresh_from_db()
    assert design.revision == 2


def shopper(designs: list[Design], seed: int) -> None:
    chance = random.Random(seed)
    for step in range(8):
        design = chance.choice(designs)
        try:
            if chance.random() < 0.15:
                services.delete_design(design.pk, design.owner_id)
            elif chance.random() < 0.3:
                services.request_render(design.pk, design.owner_id)
            else:
                factories.edit_design(design, f"{seed} {step}")
        except services.DesignGoneError:
            continue


def worker(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(8):
        works = factories.claim_renders(6)
        if not works:
            continue
        lifecycle.record_progress(works, lifecycle.STORING_EVENTS)
        first, rest = works[:3], works[3:]
        outcome = chance.random()
        if outcome < 0.6:
            lifecycle.publish_renders([factories.finished_without_drawing(work) for work in first])
        elif outcome < 0.7:
            for work in first:
                lifecycle.fail_render(work, "too_slow", "It took too long.")
        elif outcome < 0.85:
            for work in first:
                lifecycle.retry_render(work, "storage_unavailable", "down")
        else:
            for work in first:
                factories.lose_lease(work)
        lifecycle.release_renders(rest)


def reconciler() -> None:
    for _ in range(8):
        Render.objects.filter(state="queued").update(due_at=factories.seconds_ago())
        lifecycle.fail_poison_renders()
        lifecycle.raise_priority()
        lifecycle.discard_replaced()
        lifecycle.purge_deleted()


def drain() -> None:
    """Draw and publish until no render is unfinished."""
    unfinished = Render.objects.filter(state__in=["queued", "running"])
    unfinished.update(due_at=factories.seconds_ago())
    while works := factories.claim_renders():
        assert lifecycle.publish_renders([factories.finished_without_drawing(work) for work in works])
    lifecycle.fail_poison_renders()
    assert not unfinished.exists()


def assert_sound(design: Design) -> None:
    """Check the invariants that hold after any order of events."""
    unfinished = design.renders.filter(state__in=["queued", "running"], lane="preview")
    assert unfinished.count() <= 1
    numbers = list(Event.objects.filter(design_id=design.pk).order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, design.event_count + 1))
    published = list(Event.objects.filter(design_id=design.pk, type="published").values_list("data__render", flat=True))
    assert len(published) == len(set(published))
    if design.deleted_at is not None:
        assert not unfinished.exists()
        return
    newest = design.renders.get(number=design.asked_render or 0)
    expected = {
        RenderState.QUEUED: DesignStatus.RENDERING,
        RenderState.RUNNING: DesignStatus.RENDERING,
        RenderState.SUCCEEDED: DesignStatus.PUBLISHED,
        RenderState.FAILED: DesignStatus.FAILED,
    }
    assert design.status == expected[RenderState(newest.state)]
    if design.published_render is not None:
        assert design.published_render.state == RenderState.SUCCEEDED
        assert design.published_render.collected_at is None
        assert design.published_render.renditions.count() == 6


def test_concurrent_operations_end_without_deadlock_in_a_sound_state(make_design: MakeDesign) -> None:
    designs = [make_design(f"{number}", owner=factories.make_user()) for number in range(6)]
    calls: list[Callable[[], None]] = [partial(shopper, designs, seed) for seed in range(3)]
    calls += [partial(worker, seed) for seed in range(3)]
    run_concurrently([*calls, reconciler])
    drain()
    for design in Design.objects.filter(pk__in=[design.pk for design in designs]):
        assert_sound(design)


def somebody_waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchone()[0])


@pytest.mark.skipif(connection.vendor == "sqlite", reason="on SQLite one waits for the other's whole transaction")
def test_an_edit_during_a_claims_commit_makes_its_files_garbage(design: Design) -> None:
    def edit_meanwhile() -> None:
        try:
            factories.edit_design(design, "newer")
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            work = factories.claim_next_render()
            edited = pool.submit(edit_meanwhile)
            assert eventually_true(somebody_waits_for_a_lock)
        edited.result(timeout=30)
    assert factories.get_render(design, work.number).state == "superseded"
    assert factories.waiting_garbage(design) == [(work.number, work.attempt)]


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has no row locks")
def test_a_locked_render_does_not_block_raising_others(make_design: MakeDesign) -> None:
    held, free = make_design("held"), make_design("free")
    Render.objects.update(requested_at=factories.seconds_ago(3600))
    with transaction.atomic():
        lifecycle.lock_designs([held.pk])
        list(held.renders.select_for_update())
        assert run_concurrently([lifecycle.raise_priority]) == [1]
    assert factories.get_render(free).priority == 0
    assert factories.get_render(held).priority == 1


@contextmanager
def writer_lock() -> Iterator[None]:
    """Hold SQLite's writer lock on another connection."""
    name = settings.DATABASES["default"]["NAME"]
    with closing(sqlite3.connect(name, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the writer lock is SQLite's; the SQLite run has this test")
def test_an_idle_claim_takes_no_writer_lock(catalogue: None) -> None:
    with writer_lock():
        assert factories.claim_renders() == []
        assert lifecycle.raise_priority() == 0
