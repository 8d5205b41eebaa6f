"""A design that kills its worker again and again is ended, by the reconciler and not by a worker."""

import pytest

from designs import lifecycle
from designs.lifecycle.claim import POISON
from designs.models import Design, Render
from designs.tests.conftest import MakeDesign
from designs.tests.support import factories

pytestmark = pytest.mark.django_db


def lose(times: int) -> None:
    for _ in range(times):
        factories.lose_lease(factories.claim_one())


def test_the_fifth_lost_lease_is_left_to_the_reconciler(design: Design) -> None:
    lose(POISON)
    assert factories.claim() == []
    assert lifecycle.end_poison() == 1
    render = factories.render_of(design)
    assert (render.state, render.error_code, render.lost, render.attempt) == ("failed", "poison", 5, 5)


def test_the_fourth_may_still_be_drawn(design: Design) -> None:
    lose(POISON - 1)
    assert lifecycle.end_poison() == 0
    work = factories.claim_one()
    assert lifecycle.publish_renders([factories.finished(work)]) == {work.render_id}


def test_a_fifth_lease_that_still_runs_is_not_poison(design: Design) -> None:
    lose(POISON - 1)
    factories.claim_one()
    assert lifecycle.end_poison() == 0


def test_its_owner_is_told_in_words(design: Design) -> None:
    lose(POISON)
    lifecycle.end_poison()
    design.refresh_from_db()
    assert (design.status, design.error_code) == ("failed", "poison")
    assert "5 times" in design.error_message
    assert factories.stories(design.pk)[-1] == "failed"


def test_every_attempt_is_given_to_collection(design: Design) -> None:
    lose(POISON)
    lifecycle.end_poison()
    assert factories.garbage_of(design) == [(1, attempt) for attempt in range(1, POISON + 1)]


def test_the_files_it_had_before_still_show(design: Design) -> None:
    factories.publish_newest(design)
    factories.edit(design, "poison")
    lose(POISON)
    lifecycle.end_poison()
    design.refresh_from_db()
    assert (design.status, design.published_revision, design.revision) == ("failed", 1, 2)


def test_give_backs_are_not_counted(design: Design) -> None:
    for _ in range(POISON + 1):
        lifecycle.give_back([factories.claim_one()])
    render = factories.render_of(design)
    assert (render.state, render.lost, render.attempt) == ("queued", 0, POISON + 1)


def test_a_neighbour_is_untouched(design: Design, make_design: MakeDesign) -> None:
    lose(POISON)
    neighbour = make_design("neighbour")
    lifecycle.end_poison()
    assert list(Render.objects.filter(design=neighbour).values_list("state", "lost")) == [("queued", 0)]
