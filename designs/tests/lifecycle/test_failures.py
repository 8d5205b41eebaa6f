"""Permanent failures end a render at once, with an error code and a message."""

import time
from typing import Any

import pytest

from designs import lifecycle
from designs.drawing import draw
from designs.models import Design, Lane, Render
from designs.renders.lanes import LaneRules
from designs.tests.support import factories
from designs.tests.support.fixture_types import MakeDesign, RunLane
from designs.worker import batch
from rendering.engine.draw import draw as engine_draw
from rendering.engine.request import DrawRequest, Resources
from rendering.engine.values import Drawing, FontError

pytestmark = pytest.mark.django_db


def break_frozen(design: Design, **changes: Any) -> None:
    render = factories.get_render(design)
    render.frozen["design_data"].update(changes)
    Render.objects.filter(pk=render.pk).update(frozen=render.frozen)


def assert_failed(design: Design, code: str, says: str) -> None:
    design.refresh_from_db()
    render = factories.get_render(design)
    assert (design.status, design.error_code, render.state, render.error_code) == ("failed", code, "failed", code)
    assert says in design.error_message
    assert render.error_message == design.error_message
    assert factories.event_types(design.pk)[-1] == "failed"
    assert render.finished_at is not None
    assert render.lease_token is None


def test_frozen_data_that_breaks_the_rules_fails_as_invalid(design: Design, run_lane: RunLane) -> None:
    break_frozen(design, fontSize=100_000)
    run_lane()
    assert_failed(design, "invalid_design", "fontSize")


def test_an_unusable_font_fails_as_font_unusable(
    design: Design, run_lane: RunLane, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_font(*args: object, **kwargs: object) -> None:
        raise FontError("Bebas-Bold cannot be read.")

    monkeypatch.setattr("designs.drawing.draw.draw", no_font)
    run_lane()
    assert_failed(design, "font_unusable", "Bebas-Bold")


def test_drawing_too_long_fails_as_too_slow(design: Design, run_lane: RunLane, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LaneRules, "soft_limit", 0.2)  # far below the hard limit, which is wall time

    def crawl(*_given: object) -> None:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            sum(range(1000))  # computes: waiting would not count

    monkeypatch.setattr(batch, "draw_render", crawl)
    run_lane()
    assert_failed(design, "too_slow", "0.2 s")


def test_neighbours_of_a_failed_render_are_published(make_design: MakeDesign, run_lane: RunLane) -> None:
    before, broken, after = make_design("before"), make_design("broken"), make_design("after")
    break_frozen(broken, fontSize=100_000)
    assert run_lane() == 3
    for neighbour in (before, after):
        neighbour.refresh_from_db()
        assert neighbour.status == "published"
    assert_failed(broken, "invalid_design", "fontSize")


def test_an_unexpected_failure_costs_its_neighbours_nothing(
    make_design: MakeDesign, run_lane: RunLane, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, broken, after = make_design("before"), make_design("broken"), make_design("after")
    draw_work = draw.draw_render

    def trip(work: lifecycle.ClaimedRender, *more: Any) -> Any:
        if work.design_id == broken.pk:
            raise ZeroDivisionError
        return draw_work(work, *more)

    monkeypatch.setattr(batch, "draw_render", trip)
    run_lane()
    for neighbour in (before, after):
        neighbour.refresh_from_db()
        assert neighbour.status == "published"
    render = factories.get_render(broken)
    assert (render.state, render.failures, render.lost) == ("queued", 1, 0)


def test_a_defect_of_the_engine_fails_the_render_at_once_with_a_reference(
    make_design: MakeDesign, run_lane: RunLane, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken, after = make_design("broken"), make_design("after")

    def trip(request: DrawRequest, resources: Resources) -> Drawing:
        if "broken" in str(request.design_data):
            raise ZeroDivisionError
        return engine_draw(request, resources)

    monkeypatch.setattr(draw, "draw", trip)
    run_lane()
    after.refresh_from_db()
    assert after.status == "published"
    assert_failed(broken, "drawing_failed", "Report it to the operator, reference ")
    broken.refresh_from_db()
    reference = broken.error_message.rstrip(".").rsplit(" ", 1)[1]
    assert any(reference in record.message and record.exc_info for record in caplog.records)


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), MemoryError()])
def test_a_lack_of_this_machine_delays_the_render(
    design: Design, run_lane: RunLane, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def lack(*_: object) -> Drawing:
        raise error

    monkeypatch.setattr(draw, "draw", lack)
    run_lane()
    render = factories.get_render(design)
    assert (render.state, render.failures, render.lost) == ("queued", 1, 0)


def test_published_files_outlive_a_failed_edit(design: Design, run_lane: RunLane) -> None:
    run_lane()
    factories.edit_design(design, "newer")
    break_frozen(design, fontSize=100_000)
    run_lane()
    assert_failed(design, "invalid_design", "fontSize")
    assert design.published_revision == 1
    assert design.published_render is not None
    assert design.published_render.number == 1


def test_a_failed_print_leaves_the_designs_status_alone(design: Design) -> None:
    factories.publish_newest_render(design)
    factories.request_render_in_lane(design, "print")
    (work,) = factories.claim_renders(lane=Lane.PRINT)
    assert lifecycle.fail_render(work, "too_slow", "It took too long.")
    design.refresh_from_db()
    assert (design.status, design.error_code) == ("published", "")
    assert factories.get_render(design).state == "failed"


def test_a_font_changed_since_the_request_is_drawn_with_a_warning(design: Design, run_lane: RunLane) -> None:
    render = factories.get_render(design)
    Render.objects.filter(pk=render.pk).update(frozen={**render.frozen, "fonts": {"Bebas-Bold": "0" * 64}})
    run_lane()
    finding = next(one for one in factories.get_render(design).findings if one["code"] == "inputs_changed")
    assert "Bebas-Bold" in finding["message"]
