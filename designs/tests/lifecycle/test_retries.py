"""Transient failures are retried with growing pauses for a day, without using up attempts."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now
from pytest_django import Settings

from designs import lifecycle
from designs.lifecycle import fail
from designs.models import Design, Render
from designs.reconciler.collection import collect_garbage
from designs.renders.lanes import LaneRules
from designs.tests.support import factories
from designs.tests.support.fixture_types import RunLane
from rendering import storage
from rendering.storage import StorageUnavailable, StoredFile


def seconds(failures: int) -> list[float]:
    return [fail.backoff_delay(failures).total_seconds() for _ in range(200)]


@pytest.mark.parametrize(("failures", "ceiling"), [(0, 0.5), (1, 1), (4, 8), (6, 32), (7, 60), (50, 60), (10**6, 60)])
def test_the_pause_doubles_with_jitter_up_to_a_minute(failures: int, ceiling: float) -> None:
    pauses = seconds(failures)
    assert ceiling / 2 <= min(pauses) < max(pauses) <= ceiling


def test_the_cap_is_a_setting(settings: Settings) -> None:
    settings.RENDER_BACKOFF_MAX = 3
    assert max(seconds(30)) <= 3


@pytest.mark.django_db
def test_a_transient_failure_queues_the_render_for_later(design: Design) -> None:
    work = factories.claim_next_render()
    assert lifecycle.retry_render(work, "storage_unavailable", "The disk is full.")
    render = factories.get_render(design)
    assert (render.state, render.failures, render.lost, render.lease_token) == ("queued", 1, 0, None)
    assert render.first_failed_at is not None
    assert timedelta(seconds=0.2) <= render.due_at - render.first_failed_at <= timedelta(seconds=0.6)
    assert factories.waiting_garbage(design) == [(1, 1)]
    design.refresh_from_db()
    assert (design.status, factories.event_types(design.pk)[-1]) == ("rendering", "retrying")


@pytest.mark.django_db
def test_only_the_first_failure_of_an_outage_makes_an_event(design: Design) -> None:
    for _ in range(7):
        lifecycle.retry_render(factories.claim_next_render(), "storage_unavailable", "down")
        factories.expire(factories.get_render(design))
    render = factories.get_render(design)
    assert (render.failures, render.lost, render.attempt) == (7, 0, 7)
    assert factories.event_types(design.pk).count("retrying") == 1


@pytest.mark.django_db
def test_a_day_of_failures_fails_the_render(design: Design, settings: Settings) -> None:
    lifecycle.retry_render(factories.claim_next_render(), "storage_unavailable", "down")
    Render.objects.update(first_failed_at=Now() - settings.RENDER_RETRY_FOR + timedelta(minutes=1), due_at=Now())
    lifecycle.retry_render(factories.claim_next_render(), "storage_unavailable", "down")
    assert factories.get_render(design).state == "queued"
    Render.objects.update(first_failed_at=Now() - settings.RENDER_RETRY_FOR, due_at=Now())
    lifecycle.retry_render(factories.claim_next_render(), "storage_unavailable", "The bucket is gone.")
    design.refresh_from_db()
    assert (design.status, design.error_code) == ("failed", "storage_unavailable")
    assert design.error_message == "The bucket is gone."


@pytest.mark.django_db
def test_a_render_is_published_once_the_storage_is_back(
    design: Design, run_lane: RunLane, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise StorageUnavailable("Nobody is at home.")

    with monkeypatch.context() as broken:
        broken.setattr(storage, "save_files", refuse)
        assert run_lane() == 1
    assert factories.get_render(design).state == "queued"
    factories.expire(factories.get_render(design))
    assert run_lane() == 1
    design.refresh_from_db()
    assert design.status == "published"
    assert factories.waiting_garbage(design) == [(1, 1)]


@pytest.mark.django_db
def test_a_retry_after_the_lease_was_lost_discards_its_own_files(
    design: Design, run_lane: RunLane, monkeypatch: pytest.MonkeyPatch, stored_at_once: None
) -> None:
    """Some of its files may be stored when the storage fails."""
    works: list[lifecycle.ClaimedRender] = []

    def remember(rules: LaneRules) -> list[lifecycle.ClaimedRender]:
        works.extend(claimed := claim(rules))
        return claimed

    def save_half(files: list[StoredFile], **kwargs: object) -> None:
        save_files(files[:3])
        factories.lose_lease(works[0])
        factories.claim_next_render()
        raise StorageUnavailable("It stopped half way.")

    save_files, claim = storage.save_files, lifecycle.claim_renders
    monkeypatch.setattr(lifecycle, "claim_renders", remember)
    monkeypatch.setattr(storage, "save_files", save_half)
    run_lane()
    assert collect_garbage() == 1
    assert factories.stored_keys(factories.attempt_keys(works[0])) == []
    assert factories.get_render(design).attempt == 2
