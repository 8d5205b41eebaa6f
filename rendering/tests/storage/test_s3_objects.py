"""Headers of objects in S3, and the few permissions that the service needs."""

import threading
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from botocore.exceptions import ClientError
from django.core.files.storage import storages

from rendering import keys, storage
from rendering.storage import StorageUnavailable, StoredFile
from rendering.storage.clients import get_client
from rendering.storage.files import MAX_THREADS
from rendering.storage.s3 import S3Storage
from rendering.storage_config import StorageConfig
from rendering.tests.support.storage import FILE_NAMES, Bucket, UseStorage


def test_an_object_carries_type_caching_and_metadata(s3: S3Storage, bucket: Bucket, key: str, design_id: UUID) -> None:
    storage.save_files([StoredFile(key, b"picture")])
    head = bucket.client().head_object(Bucket=bucket.name, Key=key)

    assert head["ContentType"] == "image/png"
    assert head["CacheControl"] == "public, max-age=31536000, immutable"
    assert head["Metadata"] == {"design_id": str(design_id), "type": "preview"}


def test_private_objects_lie_under_private_and_are_never_cached(s3: S3Storage, bucket: Bucket) -> None:
    name = f"assets/{uuid4()}/photo.png"
    storage.save_files([StoredFile(name, b"picture")], alias="private")
    head = bucket.client().head_object(Bucket=bucket.name, Key=f"private/{name}")

    assert head["CacheControl"] == "private, no-store"
    assert head["Metadata"] == {}


def test_the_credentials_of_these_tests_may_not_list(s3: S3Storage, bucket: Bucket, design_id: UUID) -> None:
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.client.list_objects_v2(Bucket=bucket.name)
    with pytest.raises(StorageUnavailable, match="AccessDenied"):
        storage.purge_design_files(design_id)


def test_an_operator_who_may_list_purges_a_design(
    s3_config: StorageConfig, use: UseStorage, bucket: Bucket, design_id: UUID
) -> None:
    use(replace(s3_config, access_key=bucket.server.admin_key, secret_key=bucket.server.admin_secret))
    other = keys.rendition_key(uuid4(), 1, 1, "preview.png")
    files = [
        StoredFile(keys.rendition_key(design_id, 1, attempt, name), b"x") for attempt in (1, 2) for name in FILE_NAMES
    ]
    storage.save_files([*files, StoredFile(other, b"x")])

    assert storage.purge_design_files(design_id) == len(files)
    assert storage.purge_design_files(design_id) == 0
    assert bucket.keys(keys.design_prefix(design_id)) == []
    assert storage.file_exists(other)


def test_saving_needs_only_put_requests(s3: S3Storage, design_id: UUID) -> None:
    asked: list[str] = []
    s3.client.meta.events.register("before-call.s3", lambda model, **_: asked.append(model.name), unique_id="asked")
    try:
        storage.save_files([StoredFile(keys.rendition_key(design_id, 1, 1, name), b"x") for name in FILE_NAMES])
        assert asked == ["PutObject"] * len(FILE_NAMES)
        asked.clear()
        storage.delete_files(keys.rendition_key(design_id, 1, 1, name) for name in FILE_NAMES)
        assert asked == ["DeleteObject"] * len(FILE_NAMES)
    finally:
        s3.client.meta.events.unregister("before-call.s3", unique_id="asked")


def test_files_are_put_in_parallel_but_never_by_more_than_the_threads(s3: S3Storage, design_id: UUID) -> None:
    together = threading.Barrier(MAX_THREADS, timeout=10)
    used: set[str] = set()

    def before_each() -> None:
        used.add(threading.current_thread().name)
        together.wait()  # breaks unless as many uploads as there are threads run at once

    names = [f"preview-{number}.png" for number in range(2 * MAX_THREADS)]
    storage.save_files(
        [StoredFile(keys.rendition_key(design_id, 1, 1, name), b"x") for name in names], before_each=before_each
    )

    assert len(used) == MAX_THREADS


def test_all_threads_and_both_storages_share_one_client(s3: S3Storage) -> None:
    found: list[object] = []
    threads = [threading.Thread(target=lambda: found.append(s3.client)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    private = storages["private"]

    assert isinstance(private, S3Storage)
    assert len({id(one) for one in [*found, private.client, get_client(s3.access)]}) == 1


def test_every_client_signs_by_version_four_and_gives_up_in_time(s3: S3Storage) -> None:
    config: Any
    for config in (s3.client.meta.config, s3.connection.meta.client.meta.config):
        assert config.signature_version == "s3v4"
        assert (config.connect_timeout, config.read_timeout) == (2, 5)
        assert config.retries == {"mode": "standard", "total_max_attempts": 3}
        assert config.max_pool_connections >= MAX_THREADS


def test_an_unknown_option_is_refused() -> None:
    from django.core.exceptions import ImproperlyConfigured

    with pytest.raises(ImproperlyConfigured, match="acl"):
        S3Storage(bucket_name="b", acl="public-read")


def test_a_file_is_only_opened_for_reading(s3: S3Storage, key: str) -> None:
    with pytest.raises(ValueError, match="reading only"):
        s3.open(key, "wb")
