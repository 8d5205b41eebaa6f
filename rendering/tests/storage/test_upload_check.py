"""A PUT that is answered with success is believed only if what was sent is stored."""

import hashlib
import io
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from customify.testing.fixtures import S3Server
from rendering import storage
from rendering.storage import StorageUnavailable, StoredFile
from rendering.storage.s3 import S3Storage
from rendering.tests.support.storage import Bucket

CONTENT = b"picture " * 1000
Answer = dict[str, Any]


@contextmanager
def answering_puts(s3: S3Storage, monkeypatch: pytest.MonkeyPatch, put: Callable[..., Answer]) -> Iterator[list[str]]:
    """Let `put` answer PutObject; yield the requests that are sent besides."""
    asked: list[str] = []
    s3.client.meta.events.register("before-call.s3", lambda model, **_: asked.append(model.name), unique_id="asked")
    monkeypatch.setattr(s3.client, "put_object", put)
    try:
        yield asked
    finally:
        s3.client.meta.events.unregister("before-call.s3", unique_id="asked")
        monkeypatch.undo()


def etag(data: bytes) -> Answer:
    return {"ETag": f'"{hashlib.md5(data).hexdigest()}"'}


@pytest.mark.parametrize("answer", [{}, etag(b""), etag(CONTENT[:4000]), {"ETag": '"opaque-1"'}])
def test_a_store_that_says_yes_and_stores_nothing_is_noticed(
    s3: S3Storage, monkeypatch: pytest.MonkeyPatch, key: str, answer: Answer
) -> None:
    with (
        answering_puts(s3, monkeypatch, lambda **_: answer) as asked,
        pytest.raises(StorageUnavailable, match=f"PutObject of {key} succeeded, but nothing is stored"),
    ):
        storage.save_files([StoredFile(key, CONTENT)])
    assert asked == ["GetObject"]


@pytest.mark.parametrize("damage", [CONTENT[:4000], CONTENT[:-1] + b"?", b""])
def test_a_store_that_keeps_something_else_is_noticed(
    s3: S3Storage, monkeypatch: pytest.MonkeyPatch, bucket: Bucket, key: str, damage: bytes
) -> None:
    def put(**_: Any) -> Answer:
        bucket.client().put_object(Bucket=bucket.name, Key=key, Body=damage)
        return etag(damage)

    with (
        answering_puts(s3, monkeypatch, put),
        pytest.raises(StorageUnavailable, match=f"{len(damage)} other bytes are stored instead of {len(CONTENT)}"),
    ):
        storage.save_files([StoredFile(key, CONTENT)])


@pytest.mark.parametrize("answer", [{}, {"ETag": '"not-an-md5-2"'}, etag(b"encrypted with a key of KMS")])
def test_a_store_whose_etags_are_no_hashes_is_read_back(
    s3: S3Storage, monkeypatch: pytest.MonkeyPatch, bucket: Bucket, key: str, tmp_path: Path, answer: Answer
) -> None:
    def put(**request: Any) -> Answer:
        bucket.client().put_object(Bucket=bucket.name, Key=key, Body=request["Body"])
        return answer

    source = tmp_path / "source.png"
    source.write_bytes(CONTENT)
    with answering_puts(s3, monkeypatch, put) as asked:
        storage.save_files([StoredFile(key, CONTENT)])
        storage.save_files([StoredFile(key, source)])
    assert asked == ["GetObject"] * 2
    assert storage.read_file(key).data == CONTENT


def test_an_honest_store_is_asked_nothing_more(s3: S3Storage, key: str, tmp_path: Path) -> None:
    source = tmp_path / "source.png"
    source.write_bytes(CONTENT)
    asked: list[str] = []
    s3.client.meta.events.register("before-call.s3", lambda model, **_: asked.append(model.name), unique_id="asked")
    try:
        storage.save_files([StoredFile(key, CONTENT)])
        storage.save_files([StoredFile(key, source)])
    finally:
        s3.client.meta.events.unregister("before-call.s3", unique_id="asked")
    assert asked == ["PutObject"] * 2


@pytest.mark.usefixtures("local")
def test_a_disk_that_loses_the_end_of_a_file_is_noticed(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    def lose_the_end(descriptor: int) -> None:
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.ftruncate(descriptor, 100)

    monkeypatch.setattr(os, "fsync", lose_the_end)
    with pytest.raises(StorageUnavailable, match=f"has 100 bytes instead of {len(CONTENT)}"):
        storage.save_files([StoredFile(key, CONTENT)])
    assert not storage.file_exists(key)


def test_the_private_storage_is_checked_too(
    s3: S3Storage, s3_server: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        answering_puts(s3, monkeypatch, lambda **_: {}),  # all storages share the client
        pytest.raises(StorageUnavailable, match="nothing is stored"),
    ):
        storage.save_files(
            [StoredFile("assets/0197a3c2-7d55-7000-8000-0123456789ab/full.png", CONTENT)], alias="private"
        )


def test_a_stream_is_sent_from_its_beginning(s3: S3Storage, key: str) -> None:
    from django.core.files.base import File

    s3.save(key, File(io.BytesIO(CONTENT)))
    assert storage.read_file(key).data == CONTENT
