"""Previews have a time limit, and no caller can take all of the threads that draw them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from threading import Event, Thread

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from pytest_django import Settings
from rest_framework.test import APIClient

from customify.testing.spawn import eventually_true
from designs.drawing.timeouts import TooSlowError
from designs.models.tenant import Tenant
from designs.previews import PreviewInputs, render
from designs.previews.threads import MAX_PER_TENANT, MAX_WAITING, BusyError, PreviewThreads, preview_threads
from designs.scheduling import Caller, Cost, FairQueue, Turn
from designs.tests.support import factories, images
from designs.tests.support.previews import error_codes, request_preview
from designs.tests.support.uploads import upload
from rendering import storage
from rendering.storage import StorageUnavailable

pytestmark = pytest.mark.usefixtures("empty_redis")


def test_a_preview_that_takes_too_long_is_abandoned(shop: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def draw(*_: object, **__: object) -> None:
        raise TooSlowError("It took longer than 5 s to draw.")

    monkeypatch.setattr(render, "draw_inputs", draw)
    assert error_codes(request_preview(shop)) == [("#/design_data", "too_slow")]


def test_the_time_limit_is_a_setting(shop: APIClient, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.RENDER_PREVIEW_SECONDS = 20

    def draw_past_the_limit(_: object, check_stop: Callable[[], None], **__: object) -> None:
        check_stop()
        now = time.thread_time()
        with monkeypatch.context() as patch:
            patch.setattr(time, "thread_time", lambda: now + 20.1)
            check_stop()

    monkeypatch.setattr(render, "draw_inputs", draw_past_the_limit)
    assert error_codes(request_preview(shop)) == [("#/design_data", "too_slow")]


@pytest.mark.parametrize("hangs", ["in the queue", "amid its drawing"])
def test_a_hanging_preview_is_abandoned(
    shop: APIClient, settings: Settings, monkeypatch: pytest.MonkeyPatch, hangs: str
) -> None:
    settings.RENDER_PREVIEW_SECONDS = 0.1
    monkeypatch.setattr(render, "GRACE", 0.1)
    free = Event()
    monkeypatch.setattr(render, "draw_inputs", lambda *_, **__: free.wait(30))
    threads = preview_threads()
    held = []
    if hangs == "in the queue":
        held = [_waiting_turn(Caller(number)) for number in range(settings.RENDER_PREVIEW_THREADS)]
    for turn in held:
        threads.queue.enter(turn)
    try:
        answer = request_preview(shop)
    finally:
        free.set()
        for turn in held:
            threads.queue.leave(turn)
    assert (answer.status_code, answer.json()["code"]) == (503, "preview_busy")


def test_a_storage_outage_gets_retry_after(shop: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    asset = upload(shop, images.photo_bytes()).json()["id"]

    def away(*_: object, **__: object) -> None:
        raise StorageUnavailable("The storage does not answer.")

    monkeypatch.setattr(storage, "read_file", away)
    answer = request_preview(shop, design_data=factories.image_design_data(asset))
    assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (503, "storage_unavailable", "5")


@pytest.fixture
def held_threads() -> Iterator[FairQueue]:
    """The queue of the threads, all of them held by turns of somebody else that never end."""
    queue = preview_threads().queue
    holders = [_waiting_turn(Caller(("somebody", number))) for number in range(settings.RENDER_PREVIEW_THREADS)]
    for turn in holders:
        queue.enter(turn)
    yield queue
    for turn in holders:
        queue.leave(turn)
    assert not len(queue)


def _waiting_turn(caller: Caller) -> Turn:
    return Turn(caller, lambda: None, lambda: None, lambda: Cost.CHEAP)


def test_a_preview_without_a_place_is_refused_before_it_is_validated(
    shop: APIClient, held_threads: FairQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PreviewInputs, "to_draw_inputs", lambda _: pytest.fail("it was validated"))
    caller = Caller(Tenant(get_user_model().objects.get(username="shop").pk))
    turns = [_waiting_turn(caller) for _ in range(MAX_PER_TENANT * settings.RENDER_PREVIEW_THREADS)]
    for turn in turns:
        held_threads.enter(turn)
    answer = request_preview(shop)
    for turn in turns:
        held_threads.leave(turn)
    assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (503, "preview_busy", "1")


def test_a_preview_that_another_tenant_displaces_is_refused(held_threads: FairQueue) -> None:
    many, few = Caller("many"), Caller("few")
    entered = Event()

    def enter_many() -> None:
        with suppress(BusyError):
            preview_threads().run(many, lambda _: None, 30)
        entered.set()

    waiting = Thread(target=enter_many)
    turns = [_waiting_turn(many) for _ in range(MAX_PER_TENANT * settings.RENDER_PREVIEW_THREADS - 1)]
    others = [_waiting_turn(Caller(number)) for number in range(8)]
    for turn in [*turns, *others]:
        held_threads.enter(turn)
    waiting.start()
    while len(held_threads) < settings.RENDER_PREVIEW_THREADS * (1 + MAX_WAITING):
        time.sleep(0.001)
    newcomer = _waiting_turn(few)
    held_threads.enter(newcomer)
    assert entered.wait(30)  # its preview was dropped
    waiting.join()
    for turn in [*turns, *others, newcomer]:
        held_threads.leave(turn)


def test_a_cost_is_remembered_by_caller() -> None:
    threads = PreviewThreads(1)
    threads.run(Caller("dear"), lambda _: _compute(0.002), 30)
    threads.run(Caller("cheap"), lambda _: None, 30)
    dear, cheap = (threads.costs.expect(Caller(name)) for name in ("dear", "cheap"))
    assert dear is not None
    assert cheap is not None
    assert dear >= 0.002 > cheap


def test_sessions_of_a_tenant_whose_new_sessions_are_dear_do_not_take_all_threads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whoever starts one session after the other is unknown each time, and known all the same."""
    monkeypatch.setattr("designs.previews.threads.DEAR", 0.001)
    threads, free = PreviewThreads(2), Event()
    known, new = Caller("attacked", 1), Caller("attacked", 2)
    threads.run(known, lambda _: _compute(0.002), 30)
    running = [Thread(target=threads.run, args=(caller, lambda _: free.wait(30), 30)) for caller in (known, new)]
    try:
        for number, thread in enumerate(running, start=1):
            thread.start()
            assert eventually_true(partial(_has_places, threads.queue, number), 30)
        assert threads.run(Caller("other", "new"), lambda _: "drawn", 5) == "drawn"
        assert len(threads.queue) == 2, "one of them runs, one waits"
    finally:
        free.set()
        for thread in running:
            thread.join()


def test_a_new_session_is_not_taken_for_dear_because_of_a_known_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("designs.previews.threads.DEAR", 0.001)
    threads = PreviewThreads(2)
    known = Caller("shop", "known")
    threads.run(known, lambda _: None, 30)
    for _ in range(3):
        threads.run(known, lambda _: _compute(0.002), 30)
    assert threads._expect_cost(known) is Cost.DEAR
    assert threads._expect_cost(Caller("shop", "new")) is Cost.UNKNOWN


def _has_places(queue: FairQueue, taken: int) -> bool:
    return len(queue) == taken


def _compute(seconds: float) -> None:
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass
