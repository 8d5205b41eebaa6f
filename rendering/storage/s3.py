"""Files in S3 or any store that speaks its protocol, with rights to Put, Get and Delete objects and no more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import quote

from botocore.exceptions import ClientError
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import File
from storages.backends.s3 import S3Storage as DjangoStoragesS3

from rendering import keys
from rendering.storage.clients import S3Access, build_client_config, get_client, get_credentials
from rendering.storage.errors import get_error_code as error_code
from rendering.storage.errors import translate_errors
from rendering.storage.files import FetchedFile, FileSetStorage, StoredFile, run_parallel
from rendering.storage.signing import presign_url, sign_cloudfront_url
from rendering.storage_config import bucket_url

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import GetObjectOutputTypeDef

_SPOOL_BYTES = 8 * 1024 * 1024
"""Bytes of an opened file that are held in memory before it goes to a temporary file."""


class S3Storage(FileSetStorage, DjangoStoragesS3):  # type: ignore[misc]  # django-storages carries no types
    """Objects in one bucket below ``location``; URLs are public, presigned or CloudFront's, as the options say.

    Saving never asks whether a key is taken: keys are never used twice. All threads share one client, where
    django-storages makes one for each thread at some tens of milliseconds of CPU.
    """

    def get_default_settings(self) -> dict[str, Any]:
        """Return the options with their defaults; unknown ones are refused."""
        own = {"prefix": "", "cache_control": "", "cloudfront_signing_key_id": "", "cloudfront_signing_key": ""}
        return {**super().get_default_settings(), "querystring_auth": True, **own}

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        # For what is inherited (listdir, get_modified_time), which makes clients of its own.
        self.client_config = build_client_config(self.endpoint_url)

    @property
    def access(self) -> S3Access:
        """Who asks, and where: what a client is made from."""
        return S3Access(self.region_name, self.endpoint_url, self.access_key, self.secret_key, self.security_token)

    @property
    def client(self) -> S3Client:
        """The process's client for this access."""
        return get_client(self.access)

    def save_files(self, files: Sequence[StoredFile], before_each: Callable[[], None] | None = None) -> None:
        """Put all files at once, as far as there are threads."""
        for file in files:
            self._object_key(file.key)
        run_parallel([partial(self._put_object, file.key, file.content, before_each) for file in files])

    def _put_object(
        self, name: str, content: bytes | Path | IO[bytes], before: Callable[[], None] | None = None
    ) -> None:
        if isinstance(content, Path):
            with content.open("rb") as stream:
                self._put_object(name, stream, before)
            return
        if before is not None:
            before()
        with translate_errors(self.bucket_name):
            # One PUT even for large files (S3 takes 5 GB): whole or absent, and no right to abort multipart uploads.
            self.client.put_object(
                Bucket=self.bucket_name,
                Key=self._object_key(name),
                Body=content,
                ContentType=keys.get_content_type(name),
                CacheControl=self.cache_control,
                Metadata=keys.object_metadata(name),
            )

    def _save(self, name: str, content: File[Any]) -> str:
        content.seek(0)
        self._put_object(name, content.read())
        return name

    def delete(self, name: str) -> None:
        """Delete one object; a missing one is no error."""
        with translate_errors(self.bucket_name):
            try:
                self.client.delete_object(Bucket=self.bucket_name, Key=self._object_key(name))
            except ClientError as error:
                if error_code(error) != "NoSuchKey":
                    raise

    def delete_files(self, names: Iterable[str]) -> None:
        """Delete objects one by one, in parallel: unlike DeleteObjects that works on every store that speaks S3."""
        run_parallel([partial(self.delete, name) for name in names])

    def purge_prefix(self, prefix: str) -> int:
        """List and delete everything below a prefix (needs s3:ListBucket); return how many objects that were."""
        count = 0
        with translate_errors(self.bucket_name):
            pages = self.client.get_paginator("list_objects_v2").paginate(
                Bucket=self.bucket_name, Prefix=self._object_key(prefix.rstrip("/")) + "/"
            )
            for page in pages:
                found = [entry["Key"].removeprefix(self._key_prefix) for entry in page.get("Contents", [])]
                self.delete_files(found)
                count += len(found)
        return count

    def exists(self, name: str) -> bool:
        """Tell whether an object is there.

        Asks for its first byte: only an answer with a body says *why* it is refused. "Access denied" is S3's answer for
        a missing key where the credentials may not list, so it counts as missing; wrong or expired ones raise.
        """
        with translate_errors(self.bucket_name):
            try:
                answer = self.client.get_object(Bucket=self.bucket_name, Key=self._object_key(name), Range="bytes=0-0")
            except ClientError as error:
                if error_code(error) == "InvalidRange":  # it is there, and empty
                    return True
                if error_code(error) in {"NoSuchKey", "AccessDenied"}:
                    return False
                raise
            answer["Body"].read()  # so that the connection can be used again
        return True

    def size(self, name: str) -> int:
        """Return an object's size in bytes; raises FileNotFoundError."""
        with translate_errors(self.bucket_name):
            try:
                return self.client.head_object(Bucket=self.bucket_name, Key=self._object_key(name))["ContentLength"]
            except ClientError as error:
                if error_code(error) == "404":
                    raise FileNotFoundError(f"{name} is not stored.") from error
                raise

    def fetch_file(self, name: str) -> FetchedFile:
        """Read one object whole; raises FileNotFoundError."""
        with translate_errors(self.bucket_name):
            answer = self._get_object(name)
            return FetchedFile(answer["Body"].read(), answer["ContentType"], answer["Metadata"])

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        if mode != "rb":
            raise ValueError(f"Files in S3 are opened for reading only, not {mode!r}; write them with save_files.")
        with translate_errors(self.bucket_name):
            body = self._get_object(name)["Body"]
            spool = SpooledTemporaryFile(_SPOOL_BYTES)  # noqa: SIM115  # the File that is returned closes it
            for chunk in body.iter_chunks(1 << 20):
                spool.write(chunk)
        spool.seek(0)
        return File(spool, name)

    def _get_object(self, name: str) -> GetObjectOutputTypeDef:
        try:
            return self.client.get_object(Bucket=self.bucket_name, Key=self._object_key(name))
        except ClientError as error:
            if error_code(error) == "NoSuchKey":
                raise FileNotFoundError(f"{name} is not stored.") from error
            raise

    def url(
        self,
        name: str,
        parameters: Mapping[str, str] | None = None,
        expire: int | None = None,
        http_method: str | None = None,
    ) -> str:
        """Return the object's address: unsigned, presigned or CloudFront's. Makes no request and no client."""
        if parameters or http_method not in (None, "GET"):
            raise ValueError("Addresses are for plain GET requests: no parameters, no other method.")
        if expire is not None or (self.querystring_auth and not self.custom_domain) or self.cloudfront_signing_key_id:
            return self.signed_url(name, expire or self.querystring_expire)
        return self._object_url(name)

    def signed_url(self, name: str, expires: int) -> str:
        """Return a signed address: CloudFront's if its key pair is configured, else presigned by S3's rules."""
        if self.cloudfront_signing_key_id:
            key_id, private_key = self.cloudfront_signing_key_id, self.cloudfront_signing_key
            return sign_cloudfront_url(self._object_url(name), key_id, private_key, expires=expires)
        with translate_errors(self.bucket_name):
            return presign_url(
                self._bucket_url(name), get_credentials(self.access), region=self.region_name, expires=expires
            )

    def _object_url(self, name: str) -> str:
        if self.custom_domain:
            return f"https://{self.custom_domain}/{quote(self._object_key(name))}"
        return self._bucket_url(name)

    def _bucket_url(self, name: str) -> str:
        key = quote(self._object_key(name))
        return f"{bucket_url(self.bucket_name, self.region_name, self.endpoint_url or '')}/{key}"

    @property
    def _key_prefix(self) -> str:
        return f"{self.location}/" if self.location else ""

    def _object_key(self, name: str) -> str:
        try:
            keys.check_key(name)
        except ValueError as error:
            raise SuspiciousFileOperation(str(error)) from None
        if not name.startswith(self.prefix):
            raise SuspiciousFileOperation(
                f"{name!r} does not belong to this storage: its keys begin with {self.prefix!r}."
            )
        return self._key_prefix + name
