"""Reading assets: a storage that hangs takes half of a process' time at most, and healthy reads are not held up."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator

import pytest

from designs.drawing import asset_reads
from designs.drawing.asset_reads import AssetReader, AssetUnavailable, ReadRefusal
from rendering import storage
from rendering.storage import StorageUnavailable
from rendering.storage.files import FetchedFile

DATA = b"a picture"
SHA256 = hashlib.sha256(DATA).hexdigest()


class Clock:
    """A monotonic clock that stands still."""

    now = 100.0

    def monotonic(self) -> float:
        return self.now


def fetched(data: bytes) -> FetchedFile:
    return FetchedFile(data, "image/jpeg")


class HangingStorage:
    """Answers no read until it is released, and counts them."""

    def __init__(self) -> None:
        self.released = threading.Event()
        self.reads: list[str] = []

    def read_file(self, key: str, **_: object) -> FetchedFile:
        self.reads.append(key)
        self.released.wait(30)
        return fetched(DATA)


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch) -> Iterator[HangingStorage]:
    store = HangingStorage()
    monkeypatch.setattr(storage, "read_file", store.read_file)
    monkeypatch.setattr(asset_reads, "HANGING_AFTER", 0.0)
    yield store
    store.released.set()


def read(key: str = "full", seconds: float = 0.05) -> bytes:
    return AssetReader(seconds).read_copy("asset", key, SHA256)


def test_after_a_read_that_hung_others_are_refused_for_as_long_as_it_took(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, refusal = Clock(), ReadRefusal()
    monkeypatch.setattr(asset_reads, "time", clock)
    refusal.begin(15.0)
    clock.now += 14.9
    with pytest.raises(StorageUnavailable, match="hangs, so asset 7 is read later"):
        refusal.check("7")
    clock.now += 0.2
    refusal.check("7")


def test_a_read_that_failed_quickly_holds_up_no_other() -> None:
    refusal = ReadRefusal()
    refusal.begin(asset_reads.HANGING_AFTER / 2)
    refusal.check("7")


def test_a_refused_read_asks_nothing_of_the_storage(hanging: HangingStorage) -> None:
    with pytest.raises(StorageUnavailable, match="in time"):
        read("first", seconds=0.5)
    with pytest.raises(StorageUnavailable, match="read later"):
        read("second")
    assert hanging.reads == ["first"]


def test_a_wrong_file_holds_up_no_other_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asset_reads, "HANGING_AFTER", 0.0)
    monkeypatch.setattr(storage, "read_file", lambda key, **_: fetched(DATA if key == "full" else b"other"))
    monkeypatch.setattr(asset_reads, "_is_remade", lambda *_: False)
    with pytest.raises(AssetUnavailable):
        read("damaged", seconds=5)
    assert read(seconds=5) == DATA


def test_a_read_that_nobody_waits_for_any_more_is_not_made(
    hanging: HangingStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While all threads hang, others wait for one; after the outage those that still wait would come first."""
    monkeypatch.setattr(asset_reads, "HANGING_AFTER", 60.0)
    for number in range(asset_reads.THREADS + 3):
        with pytest.raises(StorageUnavailable):
            read(str(number))
    hanging.released.set()
    assert read("last", seconds=30) == DATA
    assert len(hanging.reads) == asset_reads.THREADS + 1
