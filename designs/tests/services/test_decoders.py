"""Who may decode uploads: fair shares of the decoders, and a limit on uploads that are refused."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from threading import Event, Thread
from typing import Any
from uuid import uuid4

import pytest
import redis
from pytest_django import Settings
from rest_framework.test import APIClient

from designs.broker.counters import counters
from designs.lifecycle import QuotaExceededError
from designs.models.tenant import Tenant
from designs.services import decoders
from designs.services.decoders import decoder_holder
from designs.tests.support import images
from designs.tests.support.uploads import upload
from rendering.ingest import clean
from rendering.ingest.slots import DecoderBusy
from rendering.tests.support.costly_files import flat_png

SHOP, OTHER = Tenant(1), Tenant(2)
SLOW, QUICK = True, False


@pytest.fixture(autouse=True)
def two_decoders(settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    settings.ASSET_DECODERS = 2
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(decoders, "PATIENCE", 0.05)
    decoders._queue.cache_clear()
    yield
    assert len(decoders._queue(2)) == 0
    decoders._queue.cache_clear()


def be_another_process() -> None:
    decoders._queue.cache_clear()


def test_a_tenant_alone_may_use_every_decoder() -> None:
    with ExitStack() as held:
        for _ in range(2):
            held.enter_context(decoder_holder(SHOP, None)(SLOW))
        with pytest.raises(DecoderBusy), decoder_holder(SHOP, None)(QUICK):
            pytest.fail("three at once")


def test_slow_images_of_a_tenant_take_half_of_the_decoders_beside_others() -> None:
    with decoder_holder(OTHER, None)(QUICK):
        pass
    with decoder_holder(SHOP, None)(SLOW):
        with pytest.raises(DecoderBusy), decoder_holder(SHOP, None)(SLOW):
            pytest.fail("a slow one took the last decoder")
        with decoder_holder(OTHER, None)(SLOW):
            pass
        with decoder_holder(SHOP, None)(QUICK):  # whoever comes next waits for less than a second
            pass


def test_a_session_decodes_one_image_at_a_time() -> None:
    session = decoder_holder(SHOP, uuid4())
    with session(QUICK):
        with pytest.raises(DecoderBusy), session(QUICK):
            pytest.fail("two at once")
        with decoder_holder(SHOP, uuid4())(QUICK):
            pass


def test_the_share_holds_over_all_processes_of_the_machine() -> None:
    with ExitStack() as held:
        held.enter_context(decoder_holder(SHOP, None)(SLOW))
        be_another_process()
        with decoder_holder(OTHER, None)(QUICK):
            pass
        with pytest.raises(DecoderBusy), decoder_holder(SHOP, None)(SLOW):
            pytest.fail("a slow one took the last decoder")
        with decoder_holder(OTHER, None)(SLOW):
            pass


def test_a_waiting_upload_gets_the_next_decoder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoders, "PATIENCE", 30.0)
    decoded, waiting = Event(), Event()

    def decode() -> None:
        waiting.set()
        with decoder_holder(OTHER, None)(QUICK):
            decoded.set()

    with decoder_holder(SHOP, None)(QUICK), decoder_holder(SHOP, None)(QUICK):
        thread = Thread(target=decode)
        thread.start()
        waiting.wait(30)
        assert not decoded.is_set()
    assert decoded.wait(30)
    thread.join()


def test_each_installation_has_decoders_of_its_own(settings: Settings) -> None:
    with decoder_holder(SHOP, None)(QUICK), decoder_holder(SHOP, None)(QUICK):
        settings.SECRET_KEY = "another installation" * 3
        be_another_process()
        with decoder_holder(SHOP, None)(QUICK), decoder_holder(SHOP, None)(QUICK):
            pass


def test_an_upload_is_as_slow_as_its_header_says() -> None:
    asked: list[bool] = []

    def hold(is_slow: bool) -> Any:
        asked.append(is_slow)
        raise DecoderBusy

    for side in (1_000, 4_900):
        with pytest.raises(DecoderBusy):
            clean.ingest_picture(flat_png(side, side), hold_decoder=hold)
    assert asked == [False, True]


@pytest.mark.django_db
def test_refused_uploads_are_counted_and_then_all_are_refused(
    shop: APIClient, stranger: APIClient, settings: Settings, empty_redis: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.REFUSED_UPLOADS = 3
    counters.reset()
    monkeypatch.setattr(decoders, "PATIENCE", 30.0)
    assert upload(shop, images.photo_bytes()).status_code == 201
    assert [upload(shop, b"no image").status_code for _ in range(4)] == [422, 422, 422, 429]
    refused = upload(shop, images.photo_bytes())
    assert (refused.status_code, refused.json()["code"]) == (429, "refusals_quota_reached")
    assert 1 <= int(refused["Retry-After"]) <= 120
    assert upload(stranger, images.photo_bytes()).status_code == 201


def test_a_session_has_a_quarter_of_the_refusals(settings: Settings, empty_redis: redis.Redis) -> None:
    settings.REFUSED_UPLOADS = 8
    counters.reset()
    session = uuid4()
    for _ in range(2):
        decoders.check_refusals(SHOP, session)
        decoders.count_refusal(SHOP, session)
    with pytest.raises(QuotaExceededError):
        decoders.check_refusals(SHOP, session)
    decoders.check_refusals(SHOP, uuid4())
    decoders.check_refusals(SHOP, None)
