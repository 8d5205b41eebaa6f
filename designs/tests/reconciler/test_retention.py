"""Designs of test keys are deleted after TEST_KEEP; live ones of the same age stay."""

from __future__ import annotations

from typing import Any

import pytest
import redis

from designs import lifecycle
from designs.models import Design, Event
from designs.reconciler import tick
from designs.tests.support import factories
from designs.tests.support.fixture_types import MakeDesign, RunLane

DAY = 86_400


@pytest.mark.django_db
def test_old_test_designs_are_deleted_with_their_files(
    make_design: MakeDesign, run_lane: RunLane, stored_at_once: None, empty_redis: redis.Redis
) -> None:
    old, new, live = make_design("Old", is_test=True), make_design("New", is_test=True), make_design("Live")
    run_lane()
    Design.objects.filter(pk__in=[old.pk, live.pk]).update(created_at=factories.seconds_ago(30 * DAY + 60))
    Design.objects.filter(pk=new.pk).update(created_at=factories.seconds_ago(29 * DAY))
    assert tick.count_due().deleted_tests == 1
    assert tick.run_tick().deleted_tests == 1
    living = set(Design.objects.filter(deleted_at=None).values_list("pk", flat=True))
    assert living == {new.pk, live.pk}
    assert factories.event_types(old.pk)[-1] == "deleted"
    assert Event.objects.filter(design_id=old.pk, type="deleted", actor=None).exists()
    assert not lifecycle.due_garbage().exists()  # the same tick has deleted them
    assert tick.run_tick().deleted_tests == 0


@pytest.mark.django_db
def test_the_retention_of_test_designs_is_a_setting(
    settings: Any, make_design: MakeDesign, empty_redis: redis.Redis
) -> None:
    make_design(is_test=True)
    assert tick.run_tick().deleted_tests == 0
    settings.TEST_KEEP = settings.TEST_KEEP * 0
    assert tick.run_tick().deleted_tests == 1
