"""A claim that leaves due renders wakes the lane for them at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import pytest
import redis

from designs import lifecycle
from designs.broker import queue
from designs.models import Render
from designs.tests.support import factories
from designs.tests.support.fixture_types import MakeDesign
from designs.worker import jobs
from designs.worker.batch import ClaimBatch

pytestmark = pytest.mark.django_db


def killed_with(make_design: MakeDesign, count: int) -> list[lifecycle.ClaimedRender]:
    """Return the claims of a worker that died and whose lease has ended."""
    for _ in range(count):
        make_design()
    works = factories.claim_renders(16)
    for work in works:
        factories.lose_lease(work)
    return works


def test_each_of_a_killed_workers_renders_wakes_the_lane_for_the_next(
    make_design: MakeDesign, empty_redis: redis.Redis
) -> None:
    killed_with(make_design, 3)
    for left in (2, 1):
        empty_redis.flushdb()
        assert jobs.work_lane("preview") == 1
        assert Render.objects.filter_due("preview").count() == left
        assert queue.lane_queue("preview").count == 1
    empty_redis.flushdb()
    assert jobs.work_lane("preview") == 1
    assert queue.lane_queue("preview").count == 0


def test_a_suspect_left_behind_wakes_the_lane(make_design: MakeDesign, empty_redis: redis.Redis) -> None:
    killed = killed_with(make_design, 1)
    Render.objects.filter(pk=killed[0].render_id).update(turn=99)
    make_design()
    empty_redis.flushdb()
    assert jobs.work_lane("preview") == 1
    assert queue.lane_queue("preview").count == 1


def test_a_claim_that_took_everything_wakes_no_worker(make_design: MakeDesign, empty_redis: redis.Redis) -> None:
    make_design()
    empty_redis.flushdb()
    assert jobs.work_lane("preview") == 1
    assert queue.lane_queue("preview").count == 0


def test_a_render_that_cannot_be_published_is_put_off_alone(
    make_design: MakeDesign, monkeypatch: pytest.MonkeyPatch, stored_at_once: None
) -> None:
    for _ in range(3):
        make_design()
    works = factories.claim_renders(16)
    batch = ClaimBatch(factories.lane_rules(), time.monotonic() + factories.LEASE, publish_every=60)
    publish = lifecycle.publish_renders

    def refuse_one(finished: Sequence[lifecycle.StoredRender]) -> set[int]:
        if any(one.work.render_id == works[1].render_id for one in finished):
            raise LookupError("nobody foresaw this")
        return publish(finished)

    monkeypatch.setattr(lifecycle, "publish_renders", refuse_one)
    batch.process_renders(works)
    renders = Render.objects.order_by("pk")
    assert [(one.state, one.failures, one.lost) for one in renders] == [
        ("succeeded", 0, 0),
        ("queued", 1, 0),
        ("succeeded", 0, 0),
    ]


def test_an_undrawable_text_fails_with_its_reason(make_design: MakeDesign, run_lane: Callable[[], int]) -> None:
    design = make_design("𗀀𗀁𗀂")
    run_lane()
    design.refresh_from_db()
    assert (design.status, design.error_code) == ("failed", "missing_glyphs")
    assert "𗀀" in design.error_message
