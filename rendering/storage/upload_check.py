"""Compares what a store says about an upload, or holds after it, with what was sent."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import IO

from rendering.storage.files import MeasuredFile, StorageUnavailable

_CHUNK = 1 << 20


def read_chunks(content: bytes | IO[bytes]) -> Iterator[bytes]:
    """Yield a content in chunks; a stream is read from its beginning and set back to it."""
    if isinstance(content, bytes):
        yield content
        return
    content.seek(0)
    yield from iter(lambda: content.read(_CHUNK), b"")
    content.seek(0)


def hash_content(content: bytes | IO[bytes]) -> str:
    """Return the MD5 of a content: what most stores answer a PUT with, as its ETag."""
    digest = hashlib.md5(usedforsecurity=False)
    for chunk in read_chunks(content):
        digest.update(chunk)
    return digest.hexdigest()


def is_confirmed(etag: str, md5: str) -> bool:
    """Tell whether an ETag proves that a content with this MD5 was received.

    False says nothing yet: with KMS keys, on directory buckets and on some other stores an ETag is no MD5.
    """
    return etag.strip('"').lower() == md5


def lost_upload(bucket: str, key: str, sent: MeasuredFile, stored: MeasuredFile | None) -> StorageUnavailable:
    """Return the error for a PUT that was answered with success, and did not store what was sent."""
    what = f"{stored.size} other bytes are stored instead of {sent.size}" if stored else "nothing is stored"
    return StorageUnavailable(
        f"S3 bucket {bucket!r} did not store what was sent: PutObject of {key} succeeded, but {what}."
        " Look for a fault of the store, or of a proxy in front of it; the file is stored again later."
    )
