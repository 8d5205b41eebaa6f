"""Fixtures of the storage tests: a bucket, configurations for it, and keys."""

from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.files.storage import storages
from pytest_django import Settings

from customify.testing.fixtures import S3Server
from rendering.keys import rendition_key
from rendering.storage.local import LocalStorage
from rendering.storage.s3 import S3Storage
from rendering.storage_config import StorageConfig, storages_setting
from rendering.tests.support.storage import Bucket, UseStorage, to_pem


@pytest.fixture(scope="session")
def bucket(s3_server: S3Server) -> Bucket:
    """One bucket for all tests, with a design id per test: SeaweedFS reserves several volumes for every bucket."""
    s3_server.make_bucket("storage-tests")
    return Bucket("storage-tests", s3_server)


@pytest.fixture
def s3_config(bucket: Bucket) -> StorageConfig:
    """S3 with credentials that may put, get and delete objects, and nothing else."""
    return StorageConfig(
        use_local=False,
        bucket=bucket.name,
        region="us-east-1",
        access_key=bucket.server.key,
        secret_key=bucket.server.secret,
        endpoint_url=bucket.server.endpoint,
    )


@pytest.fixture
def local_config(tmp_path: Path) -> StorageConfig:
    return StorageConfig(root=tmp_path / "store")


@pytest.fixture(params=["local", "s3"])
def config(request: pytest.FixtureRequest) -> StorageConfig:
    """Both kinds of storage, one after the other."""
    found: StorageConfig = request.getfixturevalue(f"{request.param}_config")
    return found


@pytest.fixture
def use(settings: Settings) -> UseStorage:
    """`use(config)` puts a configuration into Django's `STORAGES`."""

    def use(config: StorageConfig) -> None:
        settings.STORAGES = {**settings.STORAGES, **storages_setting(config)}

    return use


@pytest.fixture
def configured(config: StorageConfig, use: UseStorage) -> StorageConfig:
    use(config)
    return config


@pytest.fixture
def s3(s3_config: StorageConfig, use: UseStorage) -> S3Storage:
    use(s3_config)
    found = storages["default"]
    assert isinstance(found, S3Storage)
    return found


@pytest.fixture
def local(local_config: StorageConfig, use: UseStorage) -> LocalStorage:
    use(local_config)
    found = storages["default"]
    assert isinstance(found, LocalStorage)
    return found


@pytest.fixture
def private_bucket(s3_config: StorageConfig) -> StorageConfig:
    return replace(s3_config, public_bucket=False)


@pytest.fixture
def design_id() -> UUID:
    return uuid4()


@pytest.fixture
def key(design_id: UUID) -> str:
    return rendition_key(design_id, 1, 1, "preview.png")


@pytest.fixture(scope="session")
def rsa_pem() -> str:
    """A private key as CloudFront's signed URLs need it."""
    return to_pem(rsa.generate_private_key(65537, 2048))
