"""Pinned files are kept, at the same keys, whatever happens to their design."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models.functions import Now
from pytest_django import Settings

from designs import lifecycle, services
from designs.lifecycle import AssetInUseError, DesignPinnedError
from designs.models import Asset, AssetUse, Design, Pin, Product, Render, RenderState, Rendition
from designs.reconciler.collection import collect_garbage
from designs.tests.support import factories
from designs.tests.support.fixture_types import MakeDesign

pytestmark = pytest.mark.django_db


def pin(design: Design, revision: int, order_id: str = "") -> Pin:
    return services.pin_revision(design.pk, revision, order_id, None)[0]


def let_all_keeping_end(settings: Settings) -> None:
    """Run what discards and deletes files, as if all times had passed."""
    Render.objects.filter(replaced_at__isnull=False).update(replaced_at=Now() - settings.RENDER_KEEP_OLD)
    lifecycle.discard_replaced()
    factories.make_garbage_due()
    collect_garbage()


def test_pinned_files_survive_ten_edits_a_changed_product_and_the_deletion_of_others(
    design: Design, make_design: MakeDesign, settings: Settings
) -> None:
    first = factories.publish_newest_render(design)
    pinned, keys = pin(design, 1, "order-1"), factories.attempt_keys(first)
    other = make_design("Another")
    factories.publish_newest_render(other)
    for number in range(10):
        factories.edit_design(design, f"Edit {number}")
        factories.publish_newest_render(design)
        let_all_keeping_end(settings)
    Product.objects.update(text_max=3)
    services.delete_design(other.pk, None)
    let_all_keeping_end(settings)
    assert factories.stored_keys(keys) == keys
    assert sorted(Rendition.objects.filter(render=pinned.render).values_list("key", flat=True)) == sorted(keys)
    # Nine others are gone; the newest is shown.
    assert Rendition.objects.filter(render__design=design).values("render").distinct().count() == 2


def test_unpinned_files_are_kept_for_a_while_and_then_deleted(design: Design, settings: Settings) -> None:
    first = factories.publish_newest_render(design)
    pinned = pin(design, 1)
    factories.edit_design(design, "newer")
    factories.publish_newest_render(design)
    Render.objects.filter(pk=first.render_id).update(finished_at=Now() - settings.RENDER_KEEP_OLD)
    services.unpin(pinned.pk, None)
    assert lifecycle.discard_replaced() == 0
    let_all_keeping_end(settings)
    assert factories.stored_keys(factories.attempt_keys(first)) == []


def test_unpinning_what_the_design_shows_discards_nothing(design: Design, settings: Settings) -> None:
    first = factories.publish_newest_render(design)
    services.unpin(pin(design, 1).pk, None)
    let_all_keeping_end(settings)
    assert factories.stored_keys(factories.attempt_keys(first)) == factories.attempt_keys(first)
    assert not Render.objects.filter(replaced_at__isnull=False).exists()


def test_files_are_kept_until_their_last_pin_is_removed(design: Design, settings: Settings) -> None:
    first = factories.publish_newest_render(design)
    one, two = pin(design, 1, "order-1"), pin(design, 1, "order-2")
    factories.edit_design(design, "newer")
    factories.publish_newest_render(design)
    services.unpin(one.pk, None)
    let_all_keeping_end(settings)
    assert factories.stored_keys(factories.attempt_keys(first)) == factories.attempt_keys(first)
    services.unpin(two.pk, None)
    let_all_keeping_end(settings)
    assert factories.stored_keys(factories.attempt_keys(first)) == []


def test_files_that_were_replaced_already_can_be_pinned(design: Design, settings: Settings) -> None:
    first = factories.publish_newest_render(design)
    factories.edit_design(design, "newer")
    factories.publish_newest_render(design)
    pin(design, 1)
    let_all_keeping_end(settings)
    assert factories.stored_keys(factories.attempt_keys(first)) == factories.attempt_keys(first)


def test_a_pinned_render_is_not_superseded_by_an_edit(design: Design) -> None:
    waiting = pin(design, 1)
    factories.edit_design(design, "newer")
    works = {work.number: work for work in factories.claim_renders()}
    assert sorted(works) == [1, 2]
    assert factories.publish_render(works[2]) == {works[2].render_id}
    assert factories.publish_render(works[1]) == {works[1].render_id}
    design.refresh_from_db()
    assert (design.published_revision, design.status) == (2, "published")
    assert Render.objects.get(pk=waiting.render_id).replaced_at is None
    assert Rendition.objects.filter(render=waiting.render).exists()


def test_a_revision_without_files_is_rendered_for_its_pin(design: Design, settings: Settings) -> None:
    factories.publish_newest_render(design)
    factories.edit_design(design, "newer")
    factories.publish_newest_render(design)
    let_all_keeping_end(settings)
    waiting = pin(design, 1)
    assert waiting.render.state == RenderState.QUEUED
    design.refresh_from_db()
    assert (design.status, design.published_revision) == ("published", 2)
    work = factories.claim_next_render()
    assert (work.render_id, work.snapshot["revision"]) == (waiting.render_id, 1)
    factories.publish_render(work)
    design.refresh_from_db()
    assert (design.status, design.published_revision) == ("published", 2)
    let_all_keeping_end(settings)
    assert factories.stored_keys(factories.attempt_keys(work)) == factories.attempt_keys(work)


def test_a_failed_render_of_an_older_revision_leaves_the_design_as_it_is(design: Design, settings: Settings) -> None:
    factories.publish_newest_render(design)
    factories.edit_design(design, "newer")
    factories.publish_newest_render(design)
    let_all_keeping_end(settings)
    waiting = pin(design, 1)
    lifecycle.fail_render(factories.claim_next_render(), "too_slow", "It took long.")
    design.refresh_from_db()
    assert (design.status, design.error_code) == ("published", "")
    assert Render.objects.get(pk=waiting.render_id).state == RenderState.FAILED


def test_pinning_a_draft_renders_it(make_design: MakeDesign) -> None:
    draft = make_design(render=False)
    waiting = pin(draft, 1)
    draft.refresh_from_db()
    assert draft.status == "rendering"
    assert factories.publish_newest_render(draft).render_id == waiting.render_id


def test_a_revision_that_reuses_files_pins_those(design: Design, settings: Settings) -> None:
    first = factories.publish_newest_render(design)
    factories.edit_design(design, "newer")
    factories.edit_design(design, "Test")  # as published: its files are reused
    pinned = pin(design, 3)
    assert pinned.render_id == first.render_id
    factories.edit_design(design, "newest")
    factories.publish_newest_render(design)
    let_all_keeping_end(settings)
    assert factories.stored_keys(factories.attempt_keys(first)) == factories.attempt_keys(first)


def test_the_same_order_and_revision_are_one_pin(design: Design) -> None:
    first, is_new = services.pin_revision(design.pk, 1, "order-1", None)
    again, is_new_again = services.pin_revision(design.pk, 1, "order-1", None)
    assert (is_new, is_new_again, again.pk) == (True, False, first.pk)
    assert factories.event_types(design.pk).count("pinned") == 1


def test_a_pinned_design_cannot_be_deleted_by_anybody(design: Design) -> None:
    pinned = pin(design, 1, "order-1")
    with pytest.raises(DesignPinnedError) as refused:
        services.delete_design(design.pk, None)
    assert refused.value.order_ids == ["order-1"]
    services.unpin(pinned.pk, None)
    services.delete_design(design.pk, None)


def test_old_designs_of_test_keys_stay_while_they_are_pinned(make_design: MakeDesign, settings: Any) -> None:
    old = make_design(is_test=True)
    pinned = pin(old, 1)
    Design.objects.update(created_at=Now() - settings.TEST_KEEP)
    assert lifecycle.delete_old_test_designs() == 0
    services.unpin(pinned.pk, None)
    assert lifecycle.delete_old_test_designs() == 1


def test_what_discards_files_asks_for_pins_under_the_lock(design: Design, settings: Settings) -> None:
    first = factories.publish_newest_render(design)
    factories.edit_design(design, "newer")
    factories.publish_newest_render(design)
    pin(design, 1)
    # As if the pin had come after the list of replaced renders was read.
    assert lifecycle.discard_files(first.render_id) is False
    assert lifecycle.discard_replaced_files(first.render_id) is False
    assert factories.stored_keys(factories.attempt_keys(first)) == factories.attempt_keys(first)


def test_an_unpinned_render_that_nobody_waits_for_is_not_drawn(design: Design) -> None:
    waiting, current = pin(design, 1), pin(design, 1, "another order")
    factories.edit_design(design, "newer")
    services.unpin(waiting.pk, None)
    assert Render.objects.get(pk=waiting.render_id).state == RenderState.QUEUED
    services.unpin(current.pk, None)
    assert Render.objects.get(pk=waiting.render_id).state == RenderState.SUPERSEDED
    newest = pin(design, 2)
    services.unpin(newest.pk, None)
    assert Render.objects.get(pk=newest.render_id).state == RenderState.QUEUED


def test_pinning_again_after_a_failure_keeps_the_files_that_are_there_now(design: Design, settings: Settings) -> None:
    first = pin(design, 1, "order-1")
    lifecycle.fail_render(factories.claim_next_render(), "too_slow", "It took long.")
    services.request_render(design.pk, None)
    work = factories.publish_newest_render(design)
    again, is_new = services.pin_revision(design.pk, 1, "order-1", None)
    assert (again.pk, is_new, again.render_id) == (first.pk, False, work.render_id)
    factories.edit_design(design, "newer")
    factories.publish_newest_render(design)
    let_all_keeping_end(settings)
    assert factories.stored_keys(factories.attempt_keys(work)) == factories.attempt_keys(work)


def test_pinning_again_after_a_failure_renders_again(design: Design) -> None:
    pin(design, 1)
    lifecycle.fail_render(factories.claim_next_render(), "too_slow", "It took long.")
    assert pin(design, 1).render.state == RenderState.QUEUED


def test_a_pinned_render_that_an_earlier_version_marked_replaced_blocks_nothing(
    design: Design, settings: Settings
) -> None:
    first = factories.publish_newest_render(design)
    pin(design, 1)
    Render.objects.filter(pk=first.render_id).update(replaced_at=Now() - settings.RENDER_KEEP_OLD)
    factories.edit_design(design, "newer")
    factories.publish_newest_render(design)
    assert not lifecycle.replaced_renders().exists()


def test_an_asset_of_a_pinned_revision_is_not_deleted(design: Design) -> None:
    sizes = dict.fromkeys(("width", "height", "bytes", "working_width", "working_height", "working_bytes"), 100)
    asset = Asset.objects.create(owner=design.owner, format="png", stored_at=Now(), **sizes)
    AssetUse.objects.create(revision=design.revisions.get(), asset=asset)
    factories.edit_design(design, "without it")
    factories.publish_newest_render(design)
    pinned = pin(design, 1)
    with pytest.raises(AssetInUseError):
        lifecycle.delete_asset(asset.pk)
    services.unpin(pinned.pk, None)
    assert lifecycle.delete_asset(asset.pk)


def test_an_unknown_revision_is_refused(design: Design) -> None:
    with pytest.raises(services.UnknownRevisionError):
        pin(design, 2)
    assert services.unpin(design.pk, None) is False
