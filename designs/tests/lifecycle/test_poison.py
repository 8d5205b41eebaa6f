"""Poison: the reconciler fails a render that kills its worker again and again."""

import pytest

from designs import lifecycle
from designs.lifecycle.claim import MAX_LOST_LEASES
from designs.models import Design, Render
from designs.tests.support import factories
from designs.tests.support.fixture_types import MakeDesign

pytestmark = pytest.mark.django_db


def lose(times: int) -> None:
    for _ in range(times):
        factories.lose_lease(factories.claim_next_render())


def test_the_fifth_lost_lease_is_left_to_the_reconciler(design: Design) -> None:
    lose(MAX_LOST_LEASES)
    assert factories.claim_renders() == []
    assert lifecycle.fail_poison_renders() == 1
    render = factories.get_render(design)
    assert (render.state, render.error_code, render.lost, render.attempt) == ("failed", "poison", 5, 5)


def test_a_fourth_lost_lease_may_still_be_drawn(design: Design) -> None:
    lose(MAX_LOST_LEASES - 1)
    assert lifecycle.fail_poison_renders() == 0
    work = factories.claim_next_render()
    assert lifecycle.publish_renders([factories.finished_without_drawing(work)]) == {work.render_id}


def test_a_fifth_lease_that_still_runs_is_not_poison(design: Design) -> None:
    lose(MAX_LOST_LEASES - 1)
    factories.claim_next_render()
    assert lifecycle.fail_poison_renders() == 0


def test_the_owner_of_a_poison_render_reads_a_reason(design: Design) -> None:
    lose(MAX_LOST_LEASES)
    lifecycle.fail_poison_renders()
    design.refresh_from_db()
    assert (design.status, design.error_code) == ("failed", "poison")
    assert "5 times" in design.error_message
    assert factories.event_types(design.pk)[-1] == "failed"


def test_files_of_every_attempt_become_garbage(design: Design) -> None:
    lose(MAX_LOST_LEASES)
    lifecycle.fail_poison_renders()
    assert factories.waiting_garbage(design) == [(1, attempt) for attempt in range(1, MAX_LOST_LEASES + 1)]


def test_the_previous_files_stay_published(design: Design) -> None:
    factories.publish_newest_render(design)
    factories.edit_design(design, "poison")
    lose(MAX_LOST_LEASES)
    lifecycle.fail_poison_renders()
    design.refresh_from_db()
    assert (design.status, design.published_revision, design.revision) == ("failed", 1, 2)


def test_returned_renders_are_not_counted_as_lost(design: Design) -> None:
    for _ in range(MAX_LOST_LEASES + 1):
        lifecycle.release_renders([factories.claim_next_render()])
    render = factories.get_render(design)
    assert (render.state, render.lost, render.attempt) == ("queued", 0, MAX_LOST_LEASES + 1)


def test_other_renders_are_untouched(design: Design, make_design: MakeDesign) -> None:
    lose(MAX_LOST_LEASES)
    neighbour = make_design("neighbour")
    lifecycle.fail_poison_renders()
    assert list(Render.objects.filter(design=neighbour).values_list("state", "lost")) == [("queued", 0)]
