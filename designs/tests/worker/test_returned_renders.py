"""A worker returns claimed renders when it must stop or its lease is too short."""

import time
from typing import Any

import pytest

from designs import lifecycle
from designs.drawing import draw
from designs.models import Render
from designs.tests.support import factories
from designs.tests.support.fixture_types import MakeDesign, RunLane
from designs.worker import batch, jobs, shutdown
from designs.worker.batch import ClaimBatch

pytestmark = pytest.mark.django_db


def states() -> list[tuple[str, str, int, int]]:
    rows = Render.objects.order_by("pk").values_list("frozen__design_data__text", "state", "attempt", "lost")
    return list(rows)


def test_sigterm_finishes_the_current_design_and_returns_the_rest(
    make_design: MakeDesign, run_lane: RunLane, monkeypatch: pytest.MonkeyPatch
) -> None:
    for text in "ABC":
        make_design(text)
    draw_work = draw.draw_render

    def stop_meanwhile(work: lifecycle.ClaimedRender, *more: Any) -> Any:
        shutdown.request_shutdown()
        return draw_work(work, *more)

    monkeypatch.setattr(batch, "draw_render", stop_meanwhile)
    assert jobs.work_lane("preview") == 3
    assert states() == [("A", "succeeded", 1, 0), ("B", "queued", 1, 0), ("C", "queued", 1, 0)]


def test_a_returned_render_is_due_at_once(make_design: MakeDesign, run_lane: RunLane) -> None:
    make_design("A")
    shutdown.request_shutdown()
    assert jobs.work_lane("preview") == 1
    assert states() == [("A", "queued", 1, 0)]
    shutdown.reset_shutdown()
    assert run_lane() == 1
    assert states() == [("A", "succeeded", 2, 0)]


def test_a_lease_too_short_for_another_render_returns_the_rest(make_design: MakeDesign) -> None:
    for text in "AB":
        make_design(text)
    rules = factories.lane_rules()
    ClaimBatch(rules, time.monotonic() + rules.deadline - 0.001).process_renders(factories.claim_renders())
    assert states() == [("A", "queued", 1, 0), ("B", "queued", 1, 0)]


def test_a_render_is_drawn_if_its_lease_is_just_long_enough(make_design: MakeDesign) -> None:
    make_design("A")
    rules = factories.lane_rules()
    ClaimBatch(rules, time.monotonic() + rules.lease).process_renders(factories.claim_renders())
    assert states() == [("A", "succeeded", 1, 0)]


def test_the_deadline_of_one_render_is_under_half_the_lease() -> None:
    rules = factories.lane_rules(lease=100)
    assert rules.soft_limit < rules.hard_limit < rules.deadline < 50
    assert rules.job_timeout > 100


def test_a_superseded_batch_returns_nothing(make_design: MakeDesign) -> None:
    design = make_design("A")
    works = factories.claim_renders()
    factories.edit_design(design, "newer")
    assert lifecycle.release_renders(works) == 0
    assert lifecycle.release_renders([]) == 0
