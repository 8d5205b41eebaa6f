"""Garbage: unreferenced files are deleted after their grace; published files never are."""

from dataclasses import replace as replace_fields
from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from pytest_django import Settings

from designs import lifecycle
from designs.models import Design, Garbage, Lane, Render, Rendition
from designs.reconciler.collection import collect_garbage
from designs.tests.support import factories
from rendering import storage
from rendering.storage import DeletionResult, StorageUnavailable

pytestmark = pytest.mark.django_db


def replace(design: Design, text: str = "newer") -> tuple[lifecycle.ClaimedRender, lifecycle.ClaimedRender]:
    """Publish a design twice; the first files are no longer shown."""
    old = factories.publish_newest_render(design)
    factories.edit_design(design, text)
    return old, factories.publish_newest_render(design)


def let_keeping_end(settings: Settings) -> None:
    Render.objects.filter(replaced_at__isnull=False).update(replaced_at=Now() - settings.RENDER_KEEP_OLD)


def test_replaced_files_are_kept_for_a_while(design: Design) -> None:
    old, _ = replace(design)
    assert lifecycle.discard_replaced() == 0
    assert collect_garbage() == 0
    assert factories.stored_keys(factories.attempt_keys(old)) == factories.attempt_keys(old)


def test_replaced_files_are_deleted_after_their_retention(design: Design, settings: Settings) -> None:
    old, new = replace(design)
    let_keeping_end(settings)
    assert lifecycle.discard_replaced() == 1
    assert not Rendition.objects.filter(render=old.render_id).exists()
    assert factories.stored_keys(factories.attempt_keys(old)) == factories.attempt_keys(old)  # only after that commit
    assert collect_garbage() == 1
    assert factories.stored_keys(factories.attempt_keys(old)) == []
    assert factories.stored_keys(factories.attempt_keys(new)) == factories.attempt_keys(new)
    assert lifecycle.discard_replaced() == 0


@pytest.mark.parametrize(("age", "swept_again"), [("recent", True), ("old", False)])
def test_only_files_stored_recently_are_deleted_a_second_time(
    design: Design, settings: Settings, age: str, swept_again: bool
) -> None:
    old, _ = replace(design)
    if age == "old":
        Render.objects.filter(pk=old.render_id).update(finished_at=Now() - settings.RENDER_SWEEP_AGAIN)
    let_keeping_end(settings)
    lifecycle.discard_replaced()
    assert collect_garbage() == 1
    factories.store_files(old)  # by a PUT that its client had given up and repeated
    factories.make_garbage_due()
    assert collect_garbage() == swept_again
    assert (factories.stored_keys(factories.attempt_keys(old)) == []) == swept_again
    assert not Garbage.objects.exists()


def test_published_files_are_never_collected(design: Design, settings: Settings) -> None:
    work = factories.publish_newest_render(design)
    Render.objects.filter(pk=work.render_id).update(replaced_at=Now() - timedelta(days=365))
    assert lifecycle.discard_replaced() == 0
    factories.edit_design(design, "Test")  # an edit that reuses the same files
    assert lifecycle.discard_replaced() == 0
    assert Rendition.objects.filter(render=work.render_id).exists()


def test_a_dead_attempts_files_are_deleted_after_the_grace_and_once_more_later(
    design: Design, settings: Settings
) -> None:
    dead = factories.claim_next_render()
    factories.store_files(dead)
    factories.lose_lease(dead)
    factories.publish_render(factories.claim_next_render())
    assert collect_garbage() == 0  # an upload may still be in flight
    factories.make_garbage_due()
    assert collect_garbage() == 1
    assert factories.stored_keys(factories.attempt_keys(dead)) == []
    factories.store_files(dead)  # its worker was only paused, and resumes now
    assert collect_garbage() == 0
    left = Garbage.objects.get()
    assert not left.again
    factories.make_garbage_due()
    assert collect_garbage() == 1
    assert factories.stored_keys(factories.attempt_keys(dead)) == []
    assert not Garbage.objects.exists()


def test_the_grace_of_a_superseded_render_begins_at_the_end_of_its_lease(design: Design, settings: Settings) -> None:
    work = factories.claim_next_render()
    lease_until = factories.get_render(design).lease_until
    factories.edit_design(design, "newer")
    assert lease_until is not None
    waits = Garbage.objects.get(number=work.number).due_at - lease_until
    assert waits == pytest.approx(settings.RENDER_GRACE, abs=timedelta(milliseconds=2))


def test_the_published_attempt_is_untouched_by_the_sweep_of_dead_ones(design: Design) -> None:
    dead = factories.claim_next_render()
    factories.lose_lease(dead)
    alive = factories.claim_next_render()
    factories.publish_render(alive)
    factories.make_garbage_due()
    collect_garbage()
    assert factories.stored_keys(factories.attempt_keys(alive)) == factories.attempt_keys(alive)


def test_garbage_is_kept_during_a_storage_outage(
    design: Design, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, _ = replace(design)
    let_keeping_end(settings)
    lifecycle.discard_replaced()

    def refuse(keys: list[str], **_: object) -> DeletionResult:
        return DeletionResult(errors=dict.fromkeys(keys, StorageUnavailable("Nobody is at home.")))

    with monkeypatch.context() as broken:
        broken.setattr(storage, "delete_many_files", refuse)
        assert collect_garbage() == 0
    assert factories.waiting_garbage(design) == [(1, 1)]
    factories.make_garbage_due()
    assert collect_garbage() == 1
    assert factories.stored_keys(factories.attempt_keys(old)) == []


def test_a_failed_deletion_does_not_block_the_others(
    design: Design, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    stubborn, _ = replace(design, "second")
    factories.edit_design(design, "third")
    factories.publish_newest_render(design)
    Render.objects.update(finished_at=Now() - settings.RENDER_SWEEP_AGAIN)
    let_keeping_end(settings)
    assert lifecycle.discard_replaced() == 2
    delete_many_files, kept = storage.delete_many_files, factories.attempt_keys(stubborn)[0]

    def refuse_one(keys: list[str], **options: Any) -> DeletionResult:
        result = delete_many_files([key for key in keys if key != kept], **options)
        return replace_fields(result, errors={kept: StorageUnavailable("This folder is read-only.")})

    monkeypatch.setattr(storage, "delete_many_files", refuse_one)
    assert collect_garbage() == 1
    assert factories.waiting_garbage(design) == [(stubborn.number, stubborn.attempt)]
    assert factories.stored_keys(factories.attempt_keys(stubborn)) == [kept]


def test_print_files_are_deleted_from_the_private_storage(design: Design) -> None:
    factories.request_render_in_lane(design, "print")
    (work,) = factories.claim_renders(lane=Lane.PRINT)
    factories.lose_lease(work)
    factories.claim_renders(lane=Lane.PRINT)
    factories.make_garbage_due()
    assert [files.alias for files in lifecycle.claim_due_garbage()] == ["private"]
