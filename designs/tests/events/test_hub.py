from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Mapping
from uuid import UUID

import pytest
from django.db import OperationalError

from customify.testing.event_loops import run_coroutine
from designs.events import reader
from designs.events.hub import Hub, HubTiming
from designs.events.reader import News, read_news
from designs.models import Design
from designs.tests.support.events import add_events, make_another_design
from designs.tests.support.hubs import (
    NEVER_POLL,
    CountingReader,
    ScriptedSubscriber,
    received_numbers,
    run_in_thread,
    running_hub,
    wait_until_subscribed,
)

pytestmark = pytest.mark.django_db(transaction=True)


def test_each_watcher_receives_events_after_its_own_number(design: Design) -> None:
    other, reader = make_another_design(design), CountingReader()
    add_events(design, 3)

    async def watch() -> None:
        async with running_hub(Hub(ScriptedSubscriber(), NEVER_POLL, reader)) as hub:
            with (
                hub.watch_design(design.pk, 1) as one,
                hub.watch_design(design.pk, 4) as two,
                hub.watch_design(other.pk, 0) as three,
            ):
                found = await asyncio.gather(
                    received_numbers(one, 5), received_numbers(two, 5), received_numbers(three, 2)
                )
        assert list(found) == [[2, 3, 4, 5], [5], [1, 2]]

    run_coroutine(watch())
    assert reader.queries[0] == {design.pk: 1, other.pk: 0}
    assert len(reader.queries) <= 2  # a second one where the subscription came later


def test_simultaneous_notifications_cost_one_query(design: Design) -> None:
    other, reader, subscriber = make_another_design(design), CountingReader(), ScriptedSubscriber()

    async def watch() -> None:
        async with running_hub(
            Hub(subscriber, HubTiming(gather_delay=0.3, look_interval=10_000, poll_interval=10_000), reader)
        ) as hub:
            with hub.watch_design(design.pk, 2) as one, hub.watch_design(other.pk, 2) as two:
                await wait_until_subscribed(hub)
                async with asyncio.timeout(20):
                    while not reader.answers:
                        await asyncio.sleep(0.01)
                await run_in_thread(add_events, design, 2)
                await run_in_thread(add_events, other)
                for hint in ([design.pk], [design.pk, other.pk], [other.pk]):
                    subscriber.hints.put_nowait(hint)
                assert list(await asyncio.gather(received_numbers(one, 4), received_numbers(two, 3))) == [[3, 4], [3]]

    run_coroutine(watch())
    assert reader.queries[1:] == [{design.pk: 2, other.pk: 2}]


def test_a_design_left_out_of_a_full_query_is_in_the_next(design: Design, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = sorted([design.pk, make_another_design(design).pk])
    add_events(Design.objects.get(pk=ids[0]), 3)
    monkeypatch.setattr(reader, "MAX_EVENTS", 5)  # as many as the first design has
    reader._events_sql.cache_clear()

    async def watch() -> None:
        async with running_hub(Hub(ScriptedSubscriber(), NEVER_POLL, read_news)) as hub:
            with hub.watch_design(ids[0], 0) as one, hub.watch_design(ids[1], 0) as two:
                assert list(await asyncio.gather(received_numbers(one, 5), received_numbers(two, 2))) == [
                    [1, 2, 3, 4, 5],
                    [1, 2],
                ]

    run_coroutine(watch())
    reader._events_sql.cache_clear()


def test_a_notification_about_another_design_costs_no_query(design: Design) -> None:
    other, reader, subscriber = make_another_design(design), CountingReader(), ScriptedSubscriber()
    at_once = HubTiming(gather_delay=0, look_interval=10_000, poll_interval=10_000)

    async def watch() -> None:
        async with running_hub(Hub(subscriber, at_once, reader)) as hub:
            with hub.watch_design(design.pk, 1) as watcher:
                await wait_until_subscribed(hub)
                assert await received_numbers(watcher, 2) == [2]
                subscriber.hints.put_nowait([other.pk])
                await subscriber.hints.join()
                await run_in_thread(add_events, design)
                subscriber.hints.put_nowait([design.pk])
                assert await received_numbers(watcher, 3) == [3]

    run_coroutine(watch())
    assert all(set(queried) == {design.pk} for queried in reader.queries)
    assert len(reader.queries) <= 3  # at the start, after the subscription, and for the hint about the design


def test_events_before_the_watch_began_are_queried_at_once(design: Design) -> None:
    reader = CountingReader()

    async def watch() -> None:
        async with running_hub(Hub(ScriptedSubscriber(), NEVER_POLL, reader)) as hub:
            with hub.watch_design(design.pk, 1) as first:
                await wait_until_subscribed(hub)
                assert await received_numbers(first, 2) == [2]
                await run_in_thread(add_events, design)  # without a notification
                with hub.watch_design(design.pk, 2) as second:
                    assert list(await asyncio.gather(received_numbers(second, 3), received_numbers(first, 3))) == [
                        [3],
                        [3],
                    ]

    run_coroutine(watch())


def test_a_watcher_that_joins_during_a_query_misses_nothing(design: Design) -> None:
    reading, joined = threading.Event(), threading.Event()

    def slowly(wanted: Mapping[UUID, int]) -> dict[UUID, News]:
        reading.set()
        assert joined.wait(20)
        return read_news(wanted)

    async def watch() -> None:
        async with running_hub(Hub(ScriptedSubscriber(), NEVER_POLL, slowly)) as hub:
            with hub.watch_design(design.pk, 1) as first:
                assert await asyncio.to_thread(reading.wait, 20)
                with hub.watch_design(design.pk, 0) as second:  # the running query asks for events after 1
                    joined.set()
                    assert list(await asyncio.gather(received_numbers(first, 2), received_numbers(second, 2))) == [
                        [2],
                        [1, 2],
                    ]

    run_coroutine(watch())


def test_a_lost_notification_is_made_up_by_polling(design: Design) -> None:
    async def watch() -> None:
        async with running_hub(Hub(ScriptedSubscriber(), HubTiming(look_interval=0.2, poll_interval=0.05))) as hub:
            with hub.watch_design(design.pk, 1) as watcher:
                assert await received_numbers(watcher, 2) == [2]
                await run_in_thread(add_events, design)  # without a notification
                assert await received_numbers(watcher, 3) == [3]

    run_coroutine(watch())


def test_the_hub_retries_after_a_database_outage(design: Design, caplog: pytest.LogCaptureFixture) -> None:
    reader = CountingReader(OperationalError("away"), ValueError("a defect"))

    async def watch() -> None:
        async with running_hub(
            Hub(ScriptedSubscriber(), HubTiming(retry_delay=0.05, look_interval=0.5, poll_interval=0.1), reader)
        ) as hub:
            with hub.watch_design(design.pk, 0) as watcher:
                assert await received_numbers(watcher, 2) == [1, 2]

    with caplog.at_level(logging.WARNING):
        run_coroutine(watch())
    assert [record.levelname for record in caplog.records if "events" in record.name] == ["WARNING", "ERROR"]


def test_no_state_is_kept_for_watchers_that_left(design: Design) -> None:
    async def watch() -> None:
        async with running_hub(Hub(ScriptedSubscriber(), NEVER_POLL)) as hub:
            with hub.watch_design(design.pk, 0), hub.watch_design(design.pk, 0):
                assert hub.stream_count == 2
            assert hub.stream_count == 0

    run_coroutine(watch())
