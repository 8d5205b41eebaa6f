from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from designs import lifecycle, services
from designs.events import reader
from designs.models import Design
from designs.renders.print_options import PrintOptions
from designs.tests.support.events import add_events, make_another_design
from designs.tests.support.fixture_types import MakeDesign, RunLane


def test_news_is_read_with_two_queries_for_any_number_of_designs(design: Design) -> None:
    wanted = {design.pk: 0} | {make_another_design(design).pk: 1 for _ in range(5)}
    with CaptureQueriesContext(connection) as statements:
        news = reader.read_news(wanted)
    assert len(statements) == 2
    assert [event.number for event in news[design.pk].events] == [1, 2]
    assert all([event.number for event in one.events] == [2] for pk, one in news.items() if pk != design.pk)
    with CaptureQueriesContext(connection) as statements:
        reader.read_news(dict.fromkeys(wanted, 2))
    assert len(statements) == 1  # the designs' counts show that there are no more


def test_events_left_out_of_one_query_come_with_the_next(design: Design, monkeypatch: pytest.MonkeyPatch) -> None:
    add_events(design, 5)
    services.delete_design(design.pk, design.owner_id)
    monkeypatch.setattr(reader, "MAX_EVENTS", 3)
    reader._events_sql.cache_clear()
    after, found = 0, []
    for _ in range(3):
        news = reader.read_news({design.pk: after})[design.pk]
        found.append([event.number for event in news.events])
        assert news.is_final == (after == 6)
        after = news.events[-1].number
    reader._events_sql.cache_clear()
    assert found == [[1, 2, 3], [4, 5, 6], [7, 8]]


def test_a_state_older_than_the_events_does_not_end_the_stream(
    design: Design, run_lane: RunLane, stored_at_once: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_lane()
    states = reader._read_states({design.pk: 0})
    services.request_render(design.pk, None)  # between the two queries of one read
    monkeypatch.setattr(reader, "_read_states", lambda _: states)
    news = reader.read_news({design.pk: 0})[design.pk]
    assert news.state.status == "published"
    assert not news.is_final
    monkeypatch.undo()
    assert reader.read_news({design.pk: 0})[design.pk].state.status == "rendering"


@pytest.mark.django_db(transaction=True)
def test_a_purged_design_is_deleted_and_its_events_stay(make_design: MakeDesign) -> None:
    design = make_design(render=False)
    services.delete_design(design.pk, design.owner_id)
    Design.objects.filter(pk=design.pk).delete()
    news = reader.read_news({design.pk: 1})[design.pk]
    assert [event.payload.split(b"\n")[1] for event in news.events] == [b"event: deleted"]
    assert (news.state, news.is_final) == (reader.PURGED_STATE, True)
    assert lifecycle.purgeable_designs().count() == 0


def test_a_design_is_settled_only_when_its_print_files_are_done(design: Design, run_lane: RunLane) -> None:
    def news() -> reader.News:
        return reader.read_news({design.pk: 0})[design.pk]

    run_lane()
    assert news().is_final
    services.order_print_file(services.NewPrintFile(design.pk, PrintOptions(("svg",))))
    assert not news().is_final
    run_lane("print")
    assert news().is_final
    assert b"event: print_ready" in news().events[-1].payload
