"""Measuring and listing files, on local disk and on the real S3 server."""

import hashlib
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from rendering import keys, storage
from rendering.storage import MeasuredFile, StorageUnavailable, StoredFile
from rendering.storage_config import StorageConfig
from rendering.tests.support.storage import Bucket, UseStorage


@pytest.fixture
def may_list(config: StorageConfig, use: UseStorage, bucket: Bucket) -> StorageConfig:
    """Each storage, with an operator's rights and a bucket of its own."""
    if not config.use_local:
        bucket.server.make_bucket("listing-tests")
        config = replace(
            config, bucket="listing-tests", access_key=bucket.server.admin_key, secret_key=bucket.server.admin_secret
        )
    use(config)
    storage.delete_files([file.key for file in storage.list_files()])
    return config


@pytest.mark.usefixtures("configured")
@pytest.mark.parametrize("content", [b"", b"x", b"picture" * 500_000])
def test_a_file_is_measured(key: str, content: bytes) -> None:
    storage.save_files([StoredFile(key, content)])

    assert storage.measure_file(key) == MeasuredFile(len(content), hashlib.sha256(content).hexdigest())
    assert storage.measure_file(key, with_hash=False) == MeasuredFile(len(content))


@pytest.mark.usefixtures("configured")
@pytest.mark.parametrize("with_hash", [True, False])
def test_a_missing_file_cannot_be_measured(key: str, with_hash: bool) -> None:
    with pytest.raises(FileNotFoundError):
        storage.measure_file(key, with_hash=with_hash)


@pytest.mark.usefixtures("may_list")
def test_every_file_is_listed_once_in_an_order_that_can_be_continued() -> None:
    designs = [uuid4() for _ in range(3)]
    stored = {
        keys.rendition_key(design, number, 1, name, nonce)
        for design in designs
        for number, nonce in ((1, "0af19c3d"), (2, ""), (11, "ffffffff"))
        for name in ("preview.png", "preview.webp")
    }
    storage.save_files([StoredFile(key, key.encode()) for key in stored])
    storage.save_files([StoredFile("assets/elsewhere/full.png", b"private")], alias="private")
    listed = [file.key for file in storage.list_files()]

    assert len(listed) == len(stored)
    assert set(listed) == stored
    assert {file.size for file in storage.list_files()} == {len(key) for key in stored}
    for at, key in enumerate(listed):
        assert [file.key for file in storage.list_files(after=key)] == listed[at + 1 :]
    assert [file.key for file in storage.list_files(alias="private")][-1] == "assets/elsewhere/full.png"


def test_an_empty_storage_lists_nothing(local_config: StorageConfig, use: UseStorage) -> None:
    use(local_config)
    assert list(storage.list_files()) == []
    assert list(storage.list_files(alias="private")) == []


def test_partial_files_are_not_listed(local_config: StorageConfig, use: UseStorage, key: str) -> None:
    use(local_config)
    storage.save_files([StoredFile(key, b"x")])
    Path(local_config.root, key).with_name(".preview.png.00.partial").write_bytes(b"x")
    assert [file.key for file in storage.list_files()] == [key]


def test_the_services_credentials_may_not_list(s3_config: StorageConfig, use: UseStorage) -> None:
    use(s3_config)
    with pytest.raises(StorageUnavailable, match="AccessDenied"):
        list(storage.list_files())
