"""Which renders a claim takes, and in which order."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now

from designs.lifecycle import ClaimedRender
from designs.models import Design, Lane, Render
from designs.tests.support import factories
from designs.tests.support.fixture_types import MakeDesign

pytestmark = pytest.mark.django_db


def designs_of(works: list[ClaimedRender]) -> list[str]:
    return [work.snapshot["design_data"]["text"] for work in works]


def test_a_claimed_render_is_running_on_a_lease(design: Design) -> None:
    work = factories.claim_next_render()
    render = factories.get_render(design)
    assert (render.state, render.attempt, render.lost) == ("running", 1, 0)
    assert (work.render_id, work.attempt, work.lease_token) == (render.pk, 1, render.lease_token)
    assert render.lease_until == render.due_at
    assert render.lease_until is not None
    assert render.started_at is not None
    assert (render.lease_until - render.started_at).total_seconds() == pytest.approx(factories.LEASE, abs=0.01)


def test_a_claim_carries_everything_needed_to_draw(design: Design) -> None:
    work, render = factories.claim_next_render(), factories.get_render(design)
    assert work.snapshot == render.frozen
    assert work.snapshot["design_data"] == factories.design_data()
    assert work.file_names[0] == "preview.png"


def test_owners_take_turns(make_design: MakeDesign) -> None:
    other = factories.make_user()
    for text in ("A1", "A2", "A3"):
        make_design(text)
    make_design("B1", owner=other)
    assert designs_of(factories.claim_renders()) == ["A1", "B1", "A2", "A3"]


def test_a_smaller_priority_goes_first(make_design: MakeDesign) -> None:
    make_design("first")
    raised = make_design("raised")
    Render.objects.filter(design=raised).update(priority=0)
    assert designs_of(factories.claim_renders()) == ["raised", "first"]


def test_within_one_turn_the_oldest_render_goes_first(make_design: MakeDesign) -> None:
    for text in ("one", "two", "three"):
        make_design(text, owner=factories.make_user())
    assert designs_of(factories.claim_renders()) == ["one", "two", "three"]


def test_finished_renders_do_not_count_for_a_turn(make_design: MakeDesign) -> None:
    published = make_design("published")
    factories.publish_newest_render(published)
    assert factories.get_render(make_design("next")).turn == 1
    assert factories.get_render(make_design("after")).turn == 2


def test_a_claim_takes_at_most_its_size(make_design: MakeDesign) -> None:
    for text in "ABCDE":
        make_design(text)
    assert designs_of(factories.claim_renders(3)) == ["A", "B", "C"]
    assert designs_of(factories.claim_renders(3)) == ["D", "E"]
    assert factories.claim_renders(3) == []


def test_renders_not_yet_due_are_left(design: Design) -> None:
    Render.objects.update(due_at=Now() + timedelta(seconds=5))
    assert factories.claim_renders() == []
    assert factories.get_render(design).state == "queued"


def test_another_lane_is_left(design: Design) -> None:
    assert factories.claim_renders(lane=Lane.PRINT) == []
    assert factories.get_render(design).attempt == 0


def test_a_render_with_a_live_lease_is_left(design: Design) -> None:
    factories.claim_next_render()
    assert factories.claim_renders() == []


def test_finished_renders_are_left(make_design: MakeDesign) -> None:
    factories.publish_newest_render(make_design("published"))
    superseded = make_design("superseded")
    factories.edit_design(superseded, "newer")
    Render.objects.update(due_at=Now() - timedelta(days=1))
    assert designs_of(factories.claim_renders()) == ["newer"]


def test_a_render_that_waited_long_gets_a_higher_priority(make_design: MakeDesign) -> None:
    from designs.lifecycle import raise_priority

    make_design("young")
    old = make_design("old")
    Render.objects.filter(design=old).update(requested_at=Now() - timedelta(hours=1))
    assert raise_priority() == 1
    assert raise_priority() == 0
    assert designs_of(factories.claim_renders()) == ["old", "young"]
