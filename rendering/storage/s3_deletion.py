"""Deletes many objects of a bucket: in batches by DeleteObjects, one by one where a store refuses that.

A batch of the largest size, 1,000 keys, takes some stores longer than a client waits for an answer, and would then be
tried in vain for ever. So batches are small and several are sent at once, which hides the latency just as well; and
whatever fails as a batch is deleted one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from rendering.storage.errors import get_error_code, translate_errors
from rendering.storage.files import DeletionResult, StorageUnavailable, delete_parallel

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import ErrorTypeDef

    from rendering.storage.s3 import S3Storage

BATCH_KEYS = 50
"""Keys of one DeleteObjects request: a store has 0.1 s for each before its client gives up."""

_UNSUPPORTED_CODES = {
    *("NotImplemented", "MethodNotAllowed", "MalformedXML"),  # the store lacks the operation
    *("MissingContentMD5", "InvalidRequest", "InvalidDigest", "BadDigest"),  # it demands another checksum
}
stores_without_batches: set[tuple[str, str]] = set()
"""Endpoint and bucket of stores that refused DeleteObjects itself, for the life of this process."""


class ObjectDeletion:
    """One deletion of many objects; ``keep_going`` is asked before each request."""

    def __init__(self, storage: S3Storage, keep_going: Callable[[], bool]) -> None:
        self.storage, self.keep_going = storage, keep_going
        self._store = (storage.endpoint_url or "", storage.bucket_name)

    def delete_objects(self, names: Sequence[str]) -> DeletionResult:
        """Delete objects in parallel; a failure does not stop the others."""
        keys = {self.storage.object_key(name): name for name in names}  # refuses invalid names before anything is sent
        size = 1 if self._store in stores_without_batches else BATCH_KEYS
        batches = [list(keys)[start : start + size] for start in range(0, len(keys), size)]
        return delete_parallel(lambda batch: self._delete_batch(batch, keys), batches)

    def _delete_batch(self, batch: Sequence[str], names: dict[str, str]) -> DeletionResult:
        if len(batch) > 1 and self.keep_going() and self._store not in stores_without_batches:
            try:
                return self._delete_together(batch, names)
            except StorageUnavailable as error:
                if _is_unsupported(error):
                    stores_without_batches.add(self._store)
        return DeletionResult.merge(self._delete_alone(names[key]) for key in batch if self.keep_going())

    def _delete_together(self, batch: Sequence[str], names: dict[str, str]) -> DeletionResult:
        with translate_errors(self.storage.bucket_name):
            answer = self.storage.client.delete_objects(
                Bucket=self.storage.bucket_name, Delete={"Objects": [{"Key": key} for key in batch], "Quiet": True}
            )
        failed = {error.get("Key", ""): error for error in answer.get("Errors", []) if error.get("Code") != "NoSuchKey"}
        if not failed.keys() <= set(batch):
            raise StorageUnavailable(f"S3 bucket {self.storage.bucket_name!r} named other keys than it was asked for.")
        errors = {names[key]: self._describe(error) for key, error in failed.items()}
        return DeletionResult(frozenset(names[key] for key in batch if key not in failed), errors)

    def _delete_alone(self, name: str) -> DeletionResult:
        try:
            self.storage.delete(name)
        except StorageUnavailable as error:
            return DeletionResult(errors={name: error})
        return DeletionResult(frozenset([name]))

    def _describe(self, error: ErrorTypeDef) -> StorageUnavailable:
        try:
            with translate_errors(self.storage.bucket_name):
                raise ClientError(
                    {"Error": {"Code": error.get("Code", "unknown"), "Message": error.get("Message", "")}},
                    "DeleteObjects",
                )
        except StorageUnavailable as described:
            return described


def _is_unsupported(error: StorageUnavailable) -> bool:
    cause = error.__cause__
    return isinstance(cause, ClientError) and get_error_code(cause) in _UNSUPPORTED_CODES | {"405", "501"}
