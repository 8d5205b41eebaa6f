"""Expired leases: another claim takes the render over, alone, and counts the lost lease."""

import pytest

from designs import lifecycle
from designs.models import Design, Render
from designs.tests.support import factories
from designs.tests.support.fixture_types import MakeDesign

pytestmark = pytest.mark.django_db


def test_an_expired_lease_is_taken_over_and_counted_as_lost(design: Design) -> None:
    lost = factories.claim_next_render()
    factories.lose_lease(lost)
    again = factories.claim_next_render()
    render = factories.get_render(design)
    assert (render.state, render.attempt, render.lost) == ("running", 2, 1)
    assert (again.render_id, again.attempt) == (lost.render_id, 2)
    assert again.lease_token != lost.lease_token


def test_files_of_the_dead_attempt_become_garbage(design: Design) -> None:
    factories.lose_lease(factories.claim_next_render())
    factories.claim_next_render()
    assert factories.waiting_garbage(design) == [(1, 1)]


def test_a_first_claim_leaves_no_garbage(design: Design) -> None:
    factories.claim_next_render()
    assert factories.waiting_garbage(design) == []


def test_a_render_that_lost_a_lease_is_claimed_without_neighbours(make_design: MakeDesign) -> None:
    make_design("suspect")
    factories.lose_lease(factories.claim_next_render())
    make_design("neighbour")
    assert [work.snapshot["design_data"]["text"] for work in factories.claim_renders()] == ["suspect"]
    assert [work.snapshot["design_data"]["text"] for work in factories.claim_renders()] == ["neighbour"]


def test_a_suspect_is_still_claimed_alone_after_it_was_returned(make_design: MakeDesign) -> None:
    make_design("suspect")
    factories.lose_lease(factories.claim_next_render())
    lifecycle.release_renders([factories.claim_next_render()])
    make_design("neighbour")
    assert [work.snapshot["design_data"]["text"] for work in factories.claim_renders()] == ["suspect"]


def test_a_suspect_is_left_for_a_later_claim(make_design: MakeDesign) -> None:
    make_design("suspect")
    factories.lose_lease(factories.claim_next_render())
    Render.objects.update(priority=2)
    make_design("one")
    make_design("two")
    assert [work.snapshot["design_data"]["text"] for work in factories.claim_renders()] == ["one", "two"]
    assert [work.snapshot["design_data"]["text"] for work in factories.claim_renders()] == ["suspect"]


def test_a_lost_lease_can_change_nothing(design: Design) -> None:
    lost = factories.claim_next_render()
    factories.lose_lease(lost)
    held = factories.claim_next_render()
    assert lifecycle.publish_renders([factories.finished_without_drawing(lost)]) == set()
    assert lifecycle.retry_render(lost, "storage_unavailable", "down") is False
    assert lifecycle.fail_render(lost, "too_slow", "slow") is False
    assert lifecycle.release_renders([lost]) == 0
    types = factories.event_types(design.pk)
    lifecycle.record_progress([lost], lifecycle.STORING_EVENTS)
    assert factories.event_types(design.pk) == types
    assert lifecycle.publish_renders([factories.finished_without_drawing(held)]) == {held.render_id}


def test_an_expired_lease_without_a_new_claim_still_publishes(design: Design) -> None:
    work = factories.claim_next_render()
    factories.lose_lease(work)
    assert lifecycle.publish_renders([factories.finished_without_drawing(work)]) == {work.render_id}
    assert factories.get_render(design).lost == 0
