"""Publishing: in one transaction, only with a live lease, never twice."""

from typing import Any

import pytest
from django.db import OperationalError, connection

from designs import lifecycle
from designs.models import Design, Event, Lane, Render, Rendition
from designs.reconciler.collection import collect_garbage
from designs.renders.lanes import LaneRules
from designs.tests.support import factories
from designs.tests.support.fixture_types import MakeDesign, RunLane
from designs.worker import settling
from rendering import storage

pytestmark = pytest.mark.django_db


def test_a_published_render_becomes_the_designs_files(design: Design) -> None:
    work = factories.publish_newest_render(design)
    render = factories.get_render(design)
    assert (design.status, design.published_revision, design.published_render_id) == ("published", 1, work.render_id)
    assert (render.state, render.lease_token, render.lease_until) == ("succeeded", None, None)
    assert render.finished_at is not None
    assert [rendition.key for rendition in render.renditions.all()] == factories.attempt_keys(work)


def test_stored_files_match_their_rows(design: Design, run_lane: RunLane) -> None:
    assert run_lane() == 1
    renditions = list(Rendition.objects.filter(render__design=design))
    assert [(one.name, one.width, one.height) for one in renditions] == [
        ("preview.png", 600, 600),
        ("preview.webp", 600, 600),
        ("thumbnail.png", 200, 200),
        ("thumbnail.webp", 200, 200),
        ("thumbnail-100.webp", 100, 100),
        ("thumbnail-400.webp", 400, 400),
    ]
    for one in renditions:
        assert len(storage.read_file(one.key).data) == one.bytes
    assert factories.event_types(design.pk) == ["created", "requested", "claimed", "stage", "stage", "published"]


def test_events_are_numbered_without_a_gap(design: Design, run_lane: RunLane) -> None:
    run_lane()
    factories.edit_design(design, "again")
    run_lane()
    numbers = list(Event.objects.filter(design_id=design.pk).order_by("number").values_list("number", flat=True))
    design.refresh_from_db()
    assert numbers == list(range(1, design.event_count + 1))


def test_a_batch_is_published_together(make_design: MakeDesign) -> None:
    designs = [make_design(text) for text in "ABC"]
    works = factories.claim_renders()
    assert lifecycle.publish_renders([factories.finished_without_drawing(work) for work in works]) == {
        work.render_id for work in works
    }
    for design, work in zip(designs, works, strict=True):
        design.refresh_from_db()
        assert (design.status, design.published_render_id) == ("published", work.render_id)
        assert factories.event_types(design.pk)[-1] == "published"


def test_one_lost_lease_in_a_batch_leaves_the_others(make_design: MakeDesign) -> None:
    make_design("lost")
    kept = make_design("kept")
    lost_work, kept_work = factories.claim_renders()
    factories.lose_lease(lost_work)
    factories.claim_next_render()
    batch = [factories.finished_without_drawing(lost_work), factories.finished_without_drawing(kept_work)]
    assert lifecycle.publish_renders(batch) == {kept_work.render_id}
    kept.refresh_from_db()
    assert kept.status == "published"


def test_publishing_nothing_publishes_nothing() -> None:
    assert lifecycle.publish_renders([]) == set()


def test_files_of_a_lost_lease_are_deleted_and_nothing_changes(
    design: Design, run_lane: RunLane, monkeypatch: pytest.MonkeyPatch, stored_at_once: None
) -> None:
    lost: list[lifecycle.ClaimedRender] = []
    save_files, claim = storage.save_files, lifecycle.claim_renders

    def lose_it_meanwhile(*args: Any, **kwargs: Any) -> None:
        save_files(*args, **kwargs)
        factories.lose_lease(lost[0])
        factories.claim_next_render()

    def remember(rules: LaneRules) -> list[lifecycle.ClaimedRender]:
        lost.extend(works := claim(rules))
        return works

    monkeypatch.setattr(storage, "save_files", lose_it_meanwhile)
    monkeypatch.setattr(lifecycle, "claim_renders", remember)
    assert run_lane() == 1
    design.refresh_from_db()
    assert design.status == "rendering"
    assert factories.get_render(design).attempt == 2
    assert factories.waiting_garbage(design) == [(1, 1), (1, 1)]  # of the claim that took over, and of this worker
    assert lifecycle.due_garbage().count() == collect_garbage() == 1  # without waiting for the grace
    assert factories.stored_keys(factories.attempt_keys(lost[0])) == []
    assert not Rendition.objects.exists()


def test_a_commit_whose_answer_was_lost_counts_as_success(design: Design) -> None:
    work = factories.claim_next_render()
    assert factories.publish_render(work) == {work.render_id}
    assert lifecycle.publish_renders([factories.finished_without_drawing(work)]) == {work.render_id}
    assert factories.event_types(design.pk).count("published") == 1
    assert Rendition.objects.count() == len(work.file_names)


def test_the_success_of_another_attempt_is_not_counted(design: Design) -> None:
    lost = factories.claim_next_render()
    factories.lose_lease(lost)
    factories.publish_render(factories.claim_next_render())
    assert lifecycle.publish_renders([factories.finished_without_drawing(lost)]) == set()


def test_publishing_is_retried_after_a_database_error(
    design: Design, run_lane: RunLane, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish, calls = lifecycle.publish_renders, 0

    def broken_once(finished: Any) -> set[int]:
        nonlocal calls
        calls += 1
        if calls == 1:
            publish(finished)  # it was committed, but the answer was lost
            raise OperationalError("the connection was closed")
        return publish(finished)

    monkeypatch.setattr(lifecycle, "publish_renders", broken_once)
    monkeypatch.setattr(settling, "DATABASE_PAUSE", 0)
    monkeypatch.setattr(connection, "close", lambda: None)  # it would end the test's transaction
    run_lane()
    design.refresh_from_db()
    assert (calls, design.status) == (2, "published")
    assert len(factories.stored_keys([row.key for row in Rendition.objects.all()])) == Rendition.objects.count() > 0


def test_an_edit_during_drawing_drops_the_render(design: Design) -> None:
    work = factories.claim_next_render()
    factories.edit_design(design, "newer")
    assert factories.publish_render(work) == set()
    design.refresh_from_db()
    assert (design.status, design.published_render) == ("rendering", None)
    assert factories.waiting_garbage(design) == [(1, 1)]
    assert factories.get_render(design, 1).state == "superseded"


def test_older_published_files_are_marked_replaced(design: Design) -> None:
    factories.publish_newest_render(design)
    factories.edit_design(design, "newer")
    factories.publish_newest_render(design)
    assert factories.get_render(design, 1).replaced_at is not None
    assert factories.get_render(design, 2).replaced_at is None
    assert design.published_revision == 2
    assert Render.objects.filter(state="succeeded").count() == 2


def test_a_print_render_leaves_the_designs_status_alone(design: Design) -> None:
    factories.publish_newest_render(design)
    Render.objects.update(replaced_at=None)
    factories.request_render_in_lane(design, "print")
    (work,) = factories.claim_renders(lane=Lane.PRINT)
    assert lifecycle.publish_renders([factories.finished_without_drawing(work)]) == {work.render_id}
    published = design.published_render_id
    design.refresh_from_db()
    assert (design.status, design.published_render_id) == ("published", published)
    assert factories.event_types(design.pk)[-1] == "print_ready"
    assert factories.get_render(design, 1).replaced_at is None


def test_two_renders_of_a_design_in_a_batch_number_events_distinctly(design: Design) -> None:
    factories.publish_newest_render(design)
    for _ in range(2):
        factories.request_render_in_lane(design, "mockup")
    works = factories.claim_renders(4, lane=Lane.MOCKUP)
    assert lifecycle.publish_renders([factories.finished_without_drawing(work) for work in works]) == {
        work.render_id for work in works
    }
    events = list(Event.objects.filter(design_id=design.pk).order_by("number"))
    design.refresh_from_db()
    assert [event.number for event in events] == list(range(1, design.event_count + 1))
    for number in (2, 3):
        own = [event.type for event in events if event.data.get("render") == number]
        assert own == ["requested", "claimed", "stage", "stage", "completed"]
