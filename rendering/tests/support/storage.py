"""File names, a bucket on the real S3 server, and private keys for the storage tests."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from customify.testing.fixtures import S3Server
from rendering.storage_config import StorageConfig

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

UseStorage = Callable[[StorageConfig], None]
"""The fixture `use`."""

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
    """A bucket on the real server; its client has the administrator's rights."""

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


def to_pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
