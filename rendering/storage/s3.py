"""Files in S3 or a compatible store; needs no rights beyond PutObject, GetObject and DeleteObject.

An answer of 200 is not believed: the ETag must be that of what was sent, or else the object is read back and compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
from rendering.storage.files import (
    DeletionResult,
    FetchedFile,
    FileSetStorage,
    ListedFile,
    MeasuredFile,
    StoredFile,
    measure_chunks,
    run_parallel,
)
from rendering.storage.s3_deletion import ObjectDeletion
from rendering.storage.signing import presign_url, sign_cloudfront_url
from rendering.storage.upload_check import hash_content, is_confirmed, lost_upload, read_chunks
from rendering.storage_config import bucket_url

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import GetObjectOutputTypeDef

_SPOOL_BYTES = 8 * 1024 * 1024
"""Bytes of an opened file that are kept in memory; larger ones go to a temporary file."""


class S3Storage(FileSetStorage, DjangoStoragesS3):  # type: ignore[misc]  # django-storages has no types
    """Objects in one bucket below ``location``; URLs are public, presigned or signed for CloudFront, as configured.

    Saving does not check whether a key exists, because keys are never used twice. All threads share one client;
    django-storages creates one per thread, which takes tens of milliseconds of CPU.
    """

    def get_default_settings(self) -> dict[str, Any]:
        """Return the options with their defaults; django-storages refuses unknown ones."""
        added = {"prefix": "", "cache_control": "", "public_url": ""}
        added |= {"cloudfront_signing_key_id": "", "cloudfront_signing_key": ""}
        return {**super().get_default_settings(), "querystring_auth": True, **added}

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        # For inherited methods (listdir, get_modified_time), which create their own clients.
        self.client_config = build_client_config(self.endpoint_url)

    @property
    def access(self) -> S3Access:
        """The endpoint and credentials of the client."""
        return S3Access(self.region_name, self.endpoint_url, self.access_key, self.secret_key, self.security_token)

    @property
    def client(self) -> S3Client:
        """The client that all threads of this process share."""
        return get_client(self.access)

    def save_files(self, files: Sequence[StoredFile], before_each: Callable[[], None] | None = None) -> None:
        """Upload all files in parallel, up to the number of storage threads."""
        for file in files:
            self.object_key(file.key)
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
        md5 = hash_content(content)
        with translate_errors(self.bucket_name):
            # One PUT even for large files (up to 5 GB): it is atomic, and needs no right to abort multipart uploads.
            answer = self.client.put_object(
                Bucket=self.bucket_name,
                Key=self.object_key(name),
                Body=content,
                ContentType=keys.get_content_type(name),
                CacheControl=self.cache_control,
                Metadata=keys.object_metadata(name),
            )
        if not is_confirmed(answer.get("ETag", ""), md5):
            self._compare_with_stored(name, content)

    def _compare_with_stored(self, name: str, content: bytes | IO[bytes]) -> None:
        """Read an object back whose ETag does not confirm it; StorageUnavailable if it is not what was sent."""
        sent = measure_chunks(read_chunks(content))
        try:
            stored = self.measure_file(name, with_hash=True)
        except FileNotFoundError:
            raise lost_upload(self.bucket_name, name, sent, None) from None
        if stored != sent:
            raise lost_upload(self.bucket_name, name, sent, stored)

    def _save(self, name: str, content: File[Any]) -> str:
        content.seek(0)
        self._put_object(name, content.read())
        return name

    def delete(self, name: str) -> None:
        """Delete one object; a missing one is not an error."""
        with translate_errors(self.bucket_name):
            try:
                self.client.delete_object(Bucket=self.bucket_name, Key=self.object_key(name))
            except ClientError as error:
                if error_code(error) != "NoSuchKey":
                    raise

    def delete_files(self, names: Iterable[str]) -> None:
        """Delete a few objects one by one, in parallel; raise the first failure."""
        run_parallel([partial(self.delete, name) for name in names])

    def delete_many(self, names: Iterable[str], keep_going: Callable[[], bool]) -> DeletionResult:
        """Delete any number of objects, by DeleteObjects if the store supports it."""
        return ObjectDeletion(self, keep_going).delete_objects(list(names))

    def purge_prefix(self, prefix: str) -> int:
        """List and delete everything below a prefix (needs s3:ListBucket); return the number of objects."""
        count = 0
        with translate_errors(self.bucket_name):
            pages = self.client.get_paginator("list_objects_v2").paginate(
                Bucket=self.bucket_name, Prefix=self.object_key(prefix.rstrip("/")) + "/"
            )
            for page in pages:
                names = [entry["Key"].removeprefix(self._key_prefix) for entry in page.get("Contents", [])]
                self.delete_files(names)
                count += len(names)
        return count

    def exists(self, name: str) -> bool:
        """Tell whether an object exists.

        Requests its first byte: only a response with a body says why it was refused (HEAD has none). S3 answers
        "access denied" for a missing key if the credentials may not list, so that counts as missing; wrong or expired
        credentials raise StorageUnavailable.
        """
        with translate_errors(self.bucket_name):
            return self._read_size(name) is not None

    def _read_size(self, name: str) -> int | None:
        try:
            answer = self.client.get_object(Bucket=self.bucket_name, Key=self.object_key(name), Range="bytes=0-0")
        except ClientError as error:
            if error_code(error) == "InvalidRange":  # the object exists and is empty
                return 0
            if error_code(error) in {"NoSuchKey", "AccessDenied"}:
                return None
            raise
        answer["Body"].read()  # so that the connection can be reused
        whole = answer.get("ContentRange", "").rpartition("/")[2]
        return int(whole) if whole.isdecimal() else answer["ContentLength"]

    def measure_file(self, name: str, *, with_hash: bool) -> MeasuredFile:
        """Return size and hash of an object; raises FileNotFoundError."""
        with translate_errors(self.bucket_name):
            if with_hash:
                return measure_chunks(self._get_object(name)["Body"].iter_chunks(1 << 20))
            size = self._read_size(name)
        if size is None:
            raise FileNotFoundError(f"{name} is not stored.")
        return MeasuredFile(size)

    def list_files(self, after: str) -> Iterator[ListedFile]:
        """Yield objects by key (needs s3:ListBucket)."""
        with translate_errors(self.bucket_name):
            pages = self.client.get_paginator("list_objects_v2").paginate(
                Bucket=self.bucket_name,
                Prefix=self._key_prefix + self.prefix,
                StartAfter=self._key_prefix + after if after else "",
            )
            for page in pages:
                for entry in page.get("Contents", []):
                    key = entry["Key"].removeprefix(self._key_prefix)
                    yield ListedFile(key, entry["Size"], entry["LastModified"])

    def size(self, name: str) -> int:
        """Return the size of an object in bytes; raises FileNotFoundError."""
        with translate_errors(self.bucket_name):
            try:
                return self.client.head_object(Bucket=self.bucket_name, Key=self.object_key(name))["ContentLength"]
            except ClientError as error:
                if error_code(error) == "404":
                    raise FileNotFoundError(f"{name} is not stored.") from error
                raise

    def fetch_file(self, name: str) -> FetchedFile:
        """Read a whole object; raises FileNotFoundError."""
        with translate_errors(self.bucket_name):
            answer = self._get_object(name)
            return FetchedFile(answer["Body"].read(), answer["ContentType"], answer["Metadata"])

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        if mode != "rb":
            raise ValueError(f"Files in S3 can be opened for reading only, not {mode!r}; write them with save_files.")
        with translate_errors(self.bucket_name):
            body = self._get_object(name)["Body"]
            spool = SpooledTemporaryFile(_SPOOL_BYTES)  # noqa: SIM115  # closed by the returned File
            for chunk in body.iter_chunks(1 << 20):
                spool.write(chunk)
        spool.seek(0)
        return File(spool, name)

    def _get_object(self, name: str) -> GetObjectOutputTypeDef:
        try:
            return self.client.get_object(Bucket=self.bucket_name, Key=self.object_key(name))
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
        """Return the URL of an object: unsigned, presigned or signed for CloudFront. Needs no request and no client."""
        if parameters or http_method not in (None, "GET"):
            raise ValueError("URLs are for plain GET requests: no parameters, no other method.")
        if expire is not None or (self.querystring_auth and not self.custom_domain) or self.cloudfront_signing_key_id:
            return self.signed_url(name, expire or self.querystring_expire)
        return self._object_url(name)

    def signed_url(self, name: str, expires: int) -> str:
        """Return a signed URL: for CloudFront if its key pair is configured, else presigned for S3."""
        if self.cloudfront_signing_key_id:
            key_id, private_key = self.cloudfront_signing_key_id, self.cloudfront_signing_key
            return sign_cloudfront_url(self._object_url(name), key_id, private_key, expires=expires)
        with translate_errors(self.bucket_name):
            return presign_url(
                self._bucket_url(name), get_credentials(self.access), region=self.region_name, expires=expires
            )

    def _object_url(self, name: str) -> str:
        if self.custom_domain:
            return f"https://{self.custom_domain}/{quote(self.object_key(name))}"
        return self._bucket_url(name)

    def _bucket_url(self, name: str) -> str:
        key = quote(self.object_key(name))
        return f"{bucket_url(self.bucket_name, self.region_name, self.public_url)}/{key}"

    @property
    def _key_prefix(self) -> str:
        return f"{self.location}/" if self.location else ""

    def object_key(self, name: str) -> str:
        """Return the key of an object in the bucket; SuspiciousFileOperation for an invalid name."""
        try:
            keys.check_key(name)
        except ValueError as error:
            raise SuspiciousFileOperation(str(error)) from None
        if not name.startswith(self.prefix):
            raise SuspiciousFileOperation(
                f"{name!r} does not belong to this storage: its keys begin with {self.prefix!r}."
            )
        return self._key_prefix + name
