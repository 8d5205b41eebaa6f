"""Previews have a time limit, and no caller can take all of the threads that draw them."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from itertools import count
from threading import Event
from uuid import uuid4

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from pytest_django import Settings
from rest_framework.test import APIClient

from designs.drawing.timeouts import TooSlowError
from designs.models.tenant import Tenant
from designs.previews import PreviewRequest, render
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
    held = [render._preview_threads().submit(free.wait, 30) for _ in range(settings.RENDER_PREVIEW_THREADS)]
    if hangs == "amid its drawing":
        free.set()
        for task in held:
            task.result()
        free.clear()
    try:
        answer = request_preview(shop)
    finally:
        free.set()
    assert (answer.status_code, answer.json()["code"]) == (503, "preview_busy")


def test_a_storage_outage_gets_retry_after(shop: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    asset = upload(shop, images.photo_bytes()).json()["id"]

    def away(*_: object, **__: object) -> None:
        raise StorageUnavailable("The storage does not answer.")

    monkeypatch.setattr(storage, "read_file", away)
    answer = request_preview(shop, design_data=factories.image_design_data(asset))
    assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (503, "storage_unavailable", "5")


def test_the_queue_of_previews_is_bounded(shop: APIClient, stranger: APIClient) -> None:
    busy = (503, "preview_busy", "1")
    owner = Tenant(get_user_model().objects.get(username="shop").pk)
    with ExitStack() as held:
        for _ in range(render.MAX_PER_TENANT * settings.RENDER_PREVIEW_THREADS):
            held.enter_context(render._hold_place(PreviewRequest(owner, "", {})))
        answer = request_preview(shop)
        assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == busy
        assert request_preview(stranger).status_code == 200  # no shop can take all turns
        others = (render._hold_place(PreviewRequest(Tenant(-number), "", {})) for number in count(1))
        with pytest.raises(render.BusyError):
            all(held.enter_context(turn) is None for turn in others)
        assert request_preview(stranger, width=599).status_code == 503
    assert request_preview(shop, width=598).status_code == 200
    assert not render._places_taken


def test_a_designer_session_has_two_turns(shop: APIClient) -> None:
    wanted = PreviewRequest(Tenant(1), "", {}, for_design=uuid4())
    with (
        render._hold_place(wanted),
        render._hold_place(wanted),
        pytest.raises(render.BusyError),
        render._hold_place(wanted),
    ):
        pass
    assert not render._places_taken
