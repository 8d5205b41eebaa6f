"""Deleting many files: in parallel and in batches, going on after failures, and told exactly what is gone."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from uuid import UUID, uuid4
from xml.etree import ElementTree

import pytest
from django.core.exceptions import SuspiciousFileOperation

from rendering import keys, storage
from rendering.storage import DeletionResult, StoredFile, s3_deletion
from rendering.storage.files import DELETION_THREADS
from rendering.storage.local import LocalStorage
from rendering.storage.s3 import S3Storage
from rendering.storage_config import StorageConfig
from rendering.tests.support.storage import UseStorage

BATCH_KEYS = 8


@pytest.fixture(autouse=True)
def no_known_stores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3_deletion, "BATCH_KEYS", BATCH_KEYS)
    monkeypatch.setattr(s3_deletion, "stores_without_batches", set())
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0.0)


def names_of(design_id: UUID, count: int) -> list[str]:
    return [keys.rendition_key(design_id, 1 + number // 4, 1, f"preview-{number % 4}.png") for number in range(count)]


@pytest.mark.usefixtures("configured")
@pytest.mark.parametrize("alias", ["default", "private"])
def test_every_file_is_deleted_and_no_other(design_id: UUID, alias: str) -> None:
    names = names_of(design_id, 2 * BATCH_KEYS + 3)
    doomed, kept = names[:-1], names[-1]
    storage.save_files([StoredFile(name, b"x") for name in names], alias=alias)
    for _ in range(2):  # missing files count as deleted
        assert storage.delete_many_files(doomed, alias=alias) == DeletionResult(frozenset(doomed))
    assert [name for name in names if storage.file_exists(name, alias=alias)] == [kept]
    assert storage.delete_many_files([], alias=alias) == DeletionResult()


@pytest.mark.usefixtures("configured")
def test_nothing_is_deleted_once_it_should_stop(key: str) -> None:
    storage.save_files([StoredFile(key, b"x")])
    assert storage.delete_many_files([key], keep_going=lambda: False) == DeletionResult()
    assert storage.file_exists(key)


@pytest.mark.usefixtures("configured")
def test_an_invalid_key_is_refused_before_anything_is_deleted(key: str) -> None:
    storage.save_files([StoredFile(key, b"x")])
    with pytest.raises(SuspiciousFileOperation):
        storage.delete_many_files([key, "designs/../private/a.png"])
    assert storage.file_exists(key)


def test_a_file_that_cannot_be_deleted_does_not_keep_the_others(local: LocalStorage) -> None:
    stubborn, other = (keys.rendition_key(uuid4(), 1, 1, "preview.png") for _ in range(2))
    Path(local.path(stubborn)).mkdir(parents=True)  # a folder cannot be unlinked
    storage.save_files([StoredFile(other, b"x")])
    result = storage.delete_many_files([stubborn, other])
    assert (list(result.deleted), list(result.errors)) == ([other], [stubborn])
    assert "Local storage" in str(result.errors[stubborn])


def test_a_deletion_does_not_list_the_folder_of_all_designs(
    local: LocalStorage, design_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Listing it made deletions slower with every design there is."""
    folder = Path(local.location) / "designs"
    for _ in range(300):
        (folder / str(uuid4())).mkdir(parents=True)
    name = keys.rendition_key(design_id, 1, 1, "preview.png")
    storage.save_files([StoredFile(name, b"x")])
    seen: list[str] = []

    @contextmanager
    def record_entries(path: Path) -> Iterator[Iterator[os.DirEntry[str]]]:
        with scandir(path) as entries:
            yield (entry for entry in entries if not seen.append(entry.name))  # type: ignore[func-returns-value]

    scandir = os.scandir
    monkeypatch.setattr(os, "scandir", record_entries)
    storage.delete_many_files([name])
    assert not (folder / str(design_id)).exists()
    assert len(seen) < 10


def test_s3_gets_a_few_batches_and_no_more_rights_are_needed(s3: S3Storage, design_id: UUID) -> None:
    asked: list[str] = []
    names = names_of(design_id, 3 * BATCH_KEYS)
    s3.client.meta.events.register("before-call.s3", lambda model, **_: asked.append(model.name), unique_id="asked")
    try:
        storage.delete_many_files(names)
    finally:
        s3.client.meta.events.unregister("before-call.s3", unique_id="asked")
    assert asked == ["DeleteObjects"] * 3


class Store:
    """A small S3 server; `batches` is its answer to DeleteObjects: status, error code and keys that it refuses."""

    def __init__(self, batches: tuple[int, str], refused: tuple[str, ...] = (), dead: tuple[str, ...] = ()) -> None:
        self.batches, self.refused, self.dead = batches, refused, dead
        self.requests: list[str] = []
        self.deleted: set[str] = set()

    def delete_batch(self, body: bytes) -> tuple[int, str]:
        status, code = self.batches
        if status != 200:
            return status, f"<Error><Code>{code}</Code><Message>As the test wants it.</Message></Error>"
        asked = [element.text or "" for element in ElementTree.fromstring(body).iter() if element.tag.endswith("Key")]
        self.deleted |= set(asked) - set(self.refused)
        errors = "".join(
            f"<Error><Key>{key}</Key><Code>AccessDenied</Code><Message>No.</Message></Error>"
            for key in asked
            if key in self.refused
        )
        return 200, f'<DeleteResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{errors}</DeleteResult>'

    def delete_one(self, key: str) -> tuple[int, str]:
        if key in self.dead:
            return 503, "<Error><Code>SlowDown</Code></Error>"
        self.deleted.add(key)
        return 204, ""


@contextmanager
def running(store: Store, use: UseStorage) -> Iterator[None]:
    """Run a store, and use it."""

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            store.requests.append(self.command)
            one = self.command == "DELETE"
            status, text = store.delete_one(self.path.removeprefix("/shop/")) if one else store.delete_batch(body)
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text.encode())

        do_POST = do_DELETE = answer  # noqa: N815

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    endpoint = f"http://127.0.0.1:{server.server_port}"
    use(StorageConfig(use_local=False, bucket="shop", access_key="a", secret_key="b", endpoint_url=endpoint))
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


LACKING = [(501, "NotImplemented"), (405, "MethodNotAllowed"), (400, "MissingContentMD5"), (400, "MalformedXML")]


@pytest.mark.parametrize("answer", LACKING)
def test_a_store_without_batches_is_asked_for_one_only_once(
    use: UseStorage, design_id: UUID, answer: tuple[int, str]
) -> None:
    store, names = Store(answer), names_of(design_id, BATCH_KEYS)
    with running(store, use):
        for _ in range(2):
            assert storage.delete_many_files(names).deleted == set(names)
    assert store.deleted == set(names)
    assert store.requests.count("POST") == 1
    assert store.requests.count("DELETE") == 2 * BATCH_KEYS


def test_a_batch_that_fails_is_deleted_one_by_one_and_batches_are_tried_again(use: UseStorage, design_id: UUID) -> None:
    """A store may be too slow for a batch within the time limit of a request."""
    store, names = Store((503, "SlowDown")), names_of(design_id, BATCH_KEYS)
    with running(store, use):
        assert storage.delete_many_files(names).deleted == set(names)
        store.batches = (200, "")
        store.requests.clear()
        assert storage.delete_many_files(names).deleted == set(names)
    assert store.requests == ["POST"]


def test_a_key_that_the_store_refuses_does_not_keep_the_others(use: UseStorage, design_id: UUID) -> None:
    names = names_of(design_id, 5)
    store = Store((200, ""), refused=(names[2],))
    with running(store, use):
        result = storage.delete_many_files(names)
    assert result.deleted == store.deleted == set(names) - {names[2]}
    assert list(result.errors) == [names[2]]
    assert "AccessDenied" in str(result.errors[names[2]])
    assert "s3:DeleteObject" in str(result.errors[names[2]])


def test_of_a_broken_batch_every_key_is_tried(use: UseStorage, design_id: UUID) -> None:
    names = names_of(design_id, 5)
    store = Store((501, "NotImplemented"), dead=(names[0],))
    with running(store, use):
        result = storage.delete_many_files(names)
    assert result.deleted == store.deleted == set(names[1:])
    assert "SlowDown" in str(result.errors[names[0]])


def test_requests_are_sent_at_once(use: UseStorage, design_id: UUID) -> None:
    together = threading.Barrier(DELETION_THREADS, timeout=20)

    class Meeting(Store):
        def delete_batch(self, body: bytes) -> tuple[int, str]:
            together.wait()  # breaks unless as many requests as there are threads are in flight
            return super().delete_batch(body)

    names = names_of(design_id, DELETION_THREADS * BATCH_KEYS)
    with running(Meeting((200, "")), use):
        assert storage.delete_many_files(names).deleted == set(names)
