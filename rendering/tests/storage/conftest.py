"""What the storage tests share: a bucket of their own, configurations for it, and keys."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import boto3
import pytest
from botocore.config import Config
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.core.files.storage import storages
from pytest_django import Settings

from customify.testing.fixtures import S3Server
from rendering.keys import rendition_key
from rendering.storage.local import LocalStorage
from rendering.storage.s3 import S3Storage
from rendering.storage_config import StorageConfig, storages_setting

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

FILE_NAMES = (
    "preview.png",
    "preview.webp",
    "thumbnail.png",
    "thumbnail.webp",
    "thumbnail-100.webp",
    "thumbnail-400.webp",
)


@dataclass(frozen=True)
class Bucket:
    """A bucket on the real server; its client has the rights of its administrator."""

    name: str
    server: S3Server

    def client(self) -> "S3Client":
        return boto3.client(
            "s3",
            region_name="us-east-1",
            endpoint_url=self.server.endpoint,
            aws_access_key_id=self.server.admin_key,
            aws_secret_access_key=self.server.admin_secret,
            config=Config(s3={"addressing_style": "path"}, request_checksum_calculation="when_required"),
        )

    def keys(self, prefix: str) -> list[str]:
        found = self.client().list_objects_v2(Bucket=self.name, Prefix=prefix).get("Contents", [])
        return sorted(entry["Key"] for entry in found)


@pytest.fixture(scope="session")
def bucket(s3_server: S3Server) -> Bucket:
    """One bucket for all tests, kept apart by design: SeaweedFS sets several volumes aside for every bucket."""
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
def use(settings: Settings) -> Callable[[StorageConfig], None]:
    """Make a configuration the one that Django's ``STORAGES`` speaks of."""

    def use(config: StorageConfig) -> None:
        settings.STORAGES = {**settings.STORAGES, **storages_setting(config)}

    return use


@pytest.fixture
def configured(config: StorageConfig, use: Callable[[StorageConfig], None]) -> StorageConfig:
    use(config)
    return config


@pytest.fixture
def s3(s3_config: StorageConfig, use: Callable[[StorageConfig], None]) -> S3Storage:
    use(s3_config)
    found = storages["default"]
    assert isinstance(found, S3Storage)
    return found


@pytest.fixture
def local(local_config: StorageConfig, use: Callable[[StorageConfig], None]) -> LocalStorage:
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
    """A key pair such as CloudFront's signed addresses are made with."""
    return to_pem(rsa.generate_private_key(65537, 2048))


def to_pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
