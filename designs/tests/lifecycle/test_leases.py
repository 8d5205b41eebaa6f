"""What becomes of a render whose worker died: another claim takes it over, alone, and counts the loss."""

import pytest

from designs import lifecycle
from designs.models import Design, Render
from designs.tests.conftest import MakeDesign
from designs.tests.support import factories

pytestmark = pytest.mark.django_db


def test_an_expired_lease_is_taken_over_and_counted_as_lost(design: Design) -> None:
    lost = factories.claim_one()
    factories.lose_lease(lost)
    again = factories.claim_one()
    render = factories.render_of(design)
    assert (render.state, render.attempt, render.lost) == ("running", 2, 1)
    assert (again.render_id, again.attempt) == (lost.render_id, 2)
    assert again.lease_token != lost.lease_token


def test_what_the_dead_attempt_may_have_stored_is_given_to_collection(design: Design) -> None:
    factories.lose_lease(factories.claim_one())
    factories.claim_one()
    assert factories.garbage_of(design) == [(1, 1)]


def test_a_first_claim_leaves_no_garbage(design: Design) -> None:
    factories.claim_one()
    assert factories.garbage_of(design) == []


def test_a_render_that_lost_a_lease_is_claimed_without_neighbours(make_design: MakeDesign) -> None:
    make_design("suspect")
    factories.lose_lease(factories.claim_one())
    make_design("neighbour")
    assert [work.snapshot["design_data"]["text"] for work in factories.claim()] == ["suspect"]
    assert [work.snapshot["design_data"]["text"] for work in factories.claim()] == ["neighbour"]


def test_it_stays_alone_after_it_was_given_back(make_design: MakeDesign) -> None:
    make_design("suspect")
    factories.lose_lease(factories.claim_one())
    lifecycle.give_back([factories.claim_one()])
    make_design("neighbour")
    assert [work.snapshot["design_data"]["text"] for work in factories.claim()] == ["suspect"]


def test_neighbours_that_go_first_leave_it_behind(make_design: MakeDesign) -> None:
    make_design("suspect")
    factories.lose_lease(factories.claim_one())
    Render.objects.update(priority=2)
    make_design("one")
    make_design("two")
    assert [work.snapshot["design_data"]["text"] for work in factories.claim()] == ["one", "two"]
    assert [work.snapshot["design_data"]["text"] for work in factories.claim()] == ["suspect"]


def test_a_lost_lease_can_change_nothing_any_more(design: Design) -> None:
    lost = factories.claim_one()
    factories.lose_lease(lost)
    held = factories.claim_one()
    assert lifecycle.publish_renders([factories.finished(lost)]) == set()
    assert lifecycle.retry(lost, "storage_unavailable", "down") is False
    assert lifecycle.fail_render(lost, "too_slow", "slow") is False
    assert lifecycle.give_back([lost]) == 0
    told = factories.stories(design.pk)
    lifecycle.announce([lost], lifecycle.STORING)
    assert factories.stories(design.pk) == told
    assert lifecycle.publish_renders([factories.finished(held)]) == {held.render_id}


def test_an_expired_lease_that_nobody_took_over_still_publishes(design: Design) -> None:
    work = factories.claim_one()
    factories.lose_lease(work)
    assert lifecycle.publish_renders([factories.finished(work)]) == {work.render_id}
    assert factories.render_of(design).lost == 0
