"""Deleting a design: it is gone at once, its files when no lease is live, later its rows; events stay."""

import pytest
from django.db.models.functions import Now
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from designs import lifecycle, services
from designs.models import Design, DesignRevision, Event, Garbage, Render, Rendition
from designs.reconciler.collection import collect_garbage
from designs.tests.support import factories
from designs.tests.support.fixture_types import MakeDesign

pytestmark = pytest.mark.django_db


def delete(design: Design) -> None:
    services.delete_design(design.pk, design.owner_id)


def let_grace_end(settings: Settings) -> None:
    Design.objects.filter(deleted_at__isnull=False).update(deleted_at=Now() - settings.RENDER_GRACE)


def test_files_are_deleted_at_once_without_a_live_lease(design: Design) -> None:
    work = factories.publish_newest_render(design)
    delete(design)
    assert not Rendition.objects.exists()
    assert collect_garbage() == 1
    assert factories.stored_keys(factories.attempt_keys(work)) == []
    assert not lifecycle.due_garbage().exists()


def test_replaced_files_are_deleted_with_the_design(design: Design) -> None:
    works = [factories.publish_newest_render(design)]
    factories.edit_design(design, "newer")
    works.append(factories.publish_newest_render(design))
    delete(design)
    assert collect_garbage() == 2
    assert factories.stored_keys([key for work in works for key in factories.attempt_keys(work)]) == []


def test_files_of_a_running_render_are_deleted_after_the_grace(design: Design) -> None:
    work = factories.claim_next_render()
    delete(design)
    factories.store_files(work)
    assert collect_garbage() == 0
    assert factories.stored_keys(factories.attempt_keys(work)) == factories.attempt_keys(work)
    factories.make_garbage_due()
    assert collect_garbage() == 1
    assert factories.stored_keys(factories.attempt_keys(work)) == []


def test_unfinished_renders_end_in_every_lane(design: Design) -> None:
    factories.request_render_in_lane(design, "print")
    factories.request_render_in_lane(design, "mockup")
    work = factories.claim_next_render()
    delete(design)
    assert set(Render.objects.values_list("state", flat=True)) == {"superseded"}
    assert factories.publish_render(work) == set()
    assert Design.objects.get().deleted_at is not None


def test_a_deletion_wakes_no_worker(
    design: Design, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks, empty_redis: object
) -> None:
    from designs.broker import queue

    factories.publish_newest_render(design)
    with django_capture_on_commit_callbacks(execute=True):
        delete(design)
    assert queue.lane_queue("preview").count == 0
    assert Garbage.objects.count() == 1


def test_rows_are_deleted_after_the_grace_and_events_stay(design: Design, settings: Settings) -> None:
    factories.publish_newest_render(design)
    delete(design)
    assert lifecycle.purge_deleted() == 0
    let_grace_end(settings)
    assert lifecycle.purge_deleted() == 1
    for model in (Design, DesignRevision, Render, Rendition):
        assert not model.objects.exists()
    assert factories.event_types(design.pk) == [
        "created",
        "requested",
        "claimed",
        "stage",
        "stage",
        "published",
        "deleted",
    ]
    assert set(Event.objects.values_list("owner_id", flat=True)) == {design.owner_id}


def test_garbage_outlives_the_purge(design: Design, settings: Settings) -> None:
    work = factories.claim_next_render()
    factories.store_files(work)
    delete(design)
    let_grace_end(settings)
    assert lifecycle.purge_deleted() == 1
    factories.make_garbage_due()
    assert collect_garbage() == 1
    assert factories.stored_keys(factories.attempt_keys(work)) == []


def test_a_worker_that_resumes_after_the_purge_changes_nothing(design: Design, settings: Settings) -> None:
    work = factories.claim_next_render()
    delete(design)
    let_grace_end(settings)
    lifecycle.purge_deleted()
    assert factories.publish_render(work) == set()
    assert lifecycle.retry_render(work, "storage_unavailable", "down") is False
    assert lifecycle.fail_render(work, "too_slow", "slow") is False
    assert lifecycle.release_renders([work]) == 0


def test_other_designs_are_untouched(design: Design, make_design: MakeDesign, settings: Settings) -> None:
    other = make_design("other")
    kept = factories.publish_newest_render(other)
    delete(design)
    let_grace_end(settings)
    lifecycle.purge_deleted()
    collect_garbage()
    other.refresh_from_db()
    assert other.status == "published"
    assert factories.stored_keys(factories.attempt_keys(kept)) == factories.attempt_keys(kept)


def test_a_second_delete_finds_nothing(design: Design) -> None:
    delete(design)
    with pytest.raises(services.DesignGoneError):
        delete(design)
    assert factories.event_types(design.pk).count("deleted") == 1
