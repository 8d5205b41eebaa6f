from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from designs import lifecycle, services
from designs.events import reader
from designs.models import Design
from designs.tests.conftest import MakeDesign, RunLane
from designs.tests.events.conftest import another, happen


def test_by_two_statements_however_many_ask(design: Design) -> None:
    wanted = {design.pk: 0} | {another(design).pk: 1 for _ in range(5)}
    with CaptureQueriesContext(connection) as statements:
        news = reader.read(wanted)
    assert len(statements) == 2
    assert [event.number for event in news[design.pk].events] == [1, 2]
    assert all([event.number for event in one.events] == [2] for pk, one in news.items() if pk != design.pk)
    with CaptureQueriesContext(connection) as statements:
        reader.read(dict.fromkeys(wanted, 2))
    assert len(statements) == 1  # the designs say that they have no more


def test_what_is_left_out_of_one_look_comes_with_the_next(design: Design, monkeypatch: pytest.MonkeyPatch) -> None:
    happen(design, 5)
    services.delete_design(design.pk, design.owner_id)
    monkeypatch.setattr(reader, "MOST", 3)
    reader._statement.cache_clear()
    after, found = 0, []
    for _ in range(3):
        news = reader.read({design.pk: after})[design.pk]
        found.append([event.number for event in news.events])
        assert news.is_final == (after == 6)
        after = news.events[-1].number
    reader._statement.cache_clear()
    assert found == [[1, 2, 3], [4, 5, 6], [7, 8]]


def test_a_state_that_is_older_than_the_events_ends_nothing(
    design: Design, run_lane: RunLane, stored_at_once: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_lane()
    states = reader._states({design.pk: 0})
    services.request_render(design.pk, None)  # between the two statements of one look
    monkeypatch.setattr(reader, "_states", lambda _: states)
    news = reader.read({design.pk: 0})[design.pk]
    assert news.state.status == "published"
    assert not news.is_final
    monkeypatch.undo()
    assert reader.read({design.pk: 0})[design.pk].state.status == "rendering"


@pytest.mark.django_db(transaction=True)
def test_a_purged_design_is_deleted_and_its_events_stay(make_design: MakeDesign) -> None:
    design = make_design(render=False)
    services.delete_design(design.pk, design.owner_id)
    Design.objects.filter(pk=design.pk).delete()
    news = reader.read({design.pk: 1})[design.pk]
    assert [event.payload.split(b"\n")[1] for event in news.events] == [b"event: deleted"]
    assert (news.state, news.is_final) == (reader.PURGED, True)
    assert lifecycle.purgeable().count() == 0
