from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Mapping
from uuid import UUID

import pytest
from django.db import OperationalError

from customify.testing.loops import run_alone
from designs.events import reader
from designs.events.hub import Hub, Pace
from designs.events.reader import News, read
from designs.models import Design
from designs.tests.events.conftest import another, happen
from designs.tests.support.hubs import NEVER, Counting, Deaf, meanwhile, numbers, running, until_it_hears

pytestmark = pytest.mark.django_db(transaction=True)


def test_each_watcher_is_handed_what_is_beyond_its_own_number(design: Design) -> None:
    other, reader = another(design), Counting()
    happen(design, 3)

    async def watch() -> None:
        async with running(Hub(Deaf(), NEVER, reader)) as hub:
            with hub.watch_design(design.pk, 1) as one, hub.watch_design(design.pk, 4) as two, hub.watch_design(other.pk, 0) as three:
                found = await asyncio.gather(numbers(one, 5), numbers(two, 5), numbers(three, 2))
        assert list(found) == [[2, 3, 4, 5], [5], [1, 2]]

    run_alone(watch())
    assert reader.asked[0] == {design.pk: 1, other.pk: 0}
    assert len(reader.asked) <= 2  # one more where the ear began to hear meanwhile


def test_hints_that_come_together_cost_one_look(design: Design) -> None:
    other, reader, ear = another(design), Counting(), Deaf()

    async def watch() -> None:
        async with running(Hub(ear, Pace(gather_delay=0.3, look_interval=10_000, poll_interval=10_000), reader)) as hub:
            with hub.watch_design(design.pk, 2) as one, hub.watch_design(other.pk, 2) as two:
                await until_it_hears(hub)
                async with asyncio.timeout(20):
                    while not reader.answered:
                        await asyncio.sleep(0.01)
                await meanwhile(happen, design, 2)
                await meanwhile(happen, other)
                for said in ([design.pk], [design.pk, other.pk], [other.pk]):
                    ear.said.put_nowait(said)
                assert list(await asyncio.gather(numbers(one, 4), numbers(two, 3))) == [[3, 4], [3]]

    run_alone(watch())
    assert reader.asked[1:] == [{design.pk: 2, other.pk: 2}]


def test_a_design_that_others_crowded_out_of_a_look_is_in_the_next(
    design: Design, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = sorted([design.pk, another(design).pk])
    happen(Design.objects.get(pk=ids[0]), 3)
    monkeypatch.setattr(reader, "MOST", 5)  # as many as the first has
    reader._statement.cache_clear()

    async def watch() -> None:
        async with running(Hub(Deaf(), NEVER, read)) as hub:
            with hub.watch_design(ids[0], 0) as one, hub.watch_design(ids[1], 0) as two:
                assert list(await asyncio.gather(numbers(one, 5), numbers(two, 2))) == [[1, 2, 3, 4, 5], [1, 2]]

    run_alone(watch())
    reader._statement.cache_clear()


def test_a_hint_about_something_else_costs_no_look(design: Design) -> None:
    other, reader, ear = another(design), Counting(), Deaf()

    async def watch() -> None:
        async with running(Hub(ear, NEVER, reader)) as hub:
            with hub.watch_design(design.pk, 1) as watcher:
                assert await numbers(watcher, 2) == [2]
                ear.said.put_nowait([other.pk])
                await asyncio.sleep(0.1)
                ear.said.put_nowait([design.pk])
                await asyncio.sleep(0.1)

    run_alone(watch())
    assert all(set(asked) == {design.pk} for asked in reader.asked)
    assert len(reader.asked) <= 3  # at its beginning, as hearing begins, and for the hint about itself


def test_what_happened_before_one_began_to_watch_is_looked_for_at_once(design: Design) -> None:
    reader = Counting()

    async def watch() -> None:
        async with running(Hub(Deaf(), NEVER, reader)) as hub:
            with hub.watch_design(design.pk, 1) as first:
                await until_it_hears(hub)
                assert await numbers(first, 2) == [2]
                await meanwhile(happen, design)  # nobody says so
                with hub.watch_design(design.pk, 2) as second:
                    assert list(await asyncio.gather(numbers(second, 3), numbers(first, 3))) == [[3], [3]]

    run_alone(watch())


def test_whoever_begins_to_watch_while_the_rows_are_read_lacks_nothing(design: Design) -> None:
    reading, joined = threading.Event(), threading.Event()

    def slowly(wanted: Mapping[UUID, int]) -> dict[UUID, News]:
        reading.set()
        assert joined.wait(20)
        return read(wanted)

    async def watch() -> None:
        async with running(Hub(Deaf(), NEVER, slowly)) as hub:
            with hub.watch_design(design.pk, 1) as first:
                assert await asyncio.to_thread(reading.wait, 20)
                with hub.watch_design(design.pk, 0) as second:  # the look under way asks for what is beyond 1
                    joined.set()
                    assert list(await asyncio.gather(numbers(first, 2), numbers(second, 2))) == [[2], [1, 2]]

    run_alone(watch())


def test_a_lost_hint_is_made_up_for(design: Design) -> None:
    async def watch() -> None:
        async with running(Hub(Deaf(), Pace(look_interval=0.2, poll_interval=0.05))) as hub:
            with hub.watch_design(design.pk, 1) as watcher:
                assert await numbers(watcher, 2) == [2]
                await meanwhile(happen, design)  # nobody says so
                assert await numbers(watcher, 3) == [3]

    run_alone(watch())


def test_a_database_that_is_away_is_asked_again(design: Design, caplog: pytest.LogCaptureFixture) -> None:
    reader = Counting(OperationalError("away"), ValueError("a defect"))

    async def watch() -> None:
        async with running(Hub(Deaf(), Pace(retry_delay=0.05, look_interval=0.5, poll_interval=0.1), reader)) as hub:
            with hub.watch_design(design.pk, 0) as watcher:
                assert await numbers(watcher, 2) == [1, 2]

    with caplog.at_level(logging.WARNING):
        run_alone(watch())
    assert [record.levelname for record in caplog.records if "events" in record.name] == ["WARNING", "ERROR"]


def test_nothing_is_kept_of_those_who_left(design: Design) -> None:
    async def watch() -> None:
        async with running(Hub(Deaf(), NEVER)) as hub:
            with hub.watch_design(design.pk, 0), hub.watch_design(design.pk, 0):
                assert hub.stream_count == 2
            assert hub.stream_count == 0

    run_alone(watch())
