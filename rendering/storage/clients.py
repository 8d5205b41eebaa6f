"""One boto3 client per process and access (endpoint and credentials), shared by all threads."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from threading import RLock
from typing import TYPE_CHECKING, TypeVar

import boto3
from botocore.config import Config
from botocore.credentials import ReadOnlyCredentials
from botocore.exceptions import NoCredentialsError

from rendering.storage.files import DELETION_THREADS

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

T = TypeVar("T")

CONNECT_TIMEOUT, READ_TIMEOUT, MAX_ATTEMPTS = 2, 5, 3
"""Seconds, seconds, attempts: a store that never answers is given up within half the lease of a preview."""


@dataclass(frozen=True, slots=True)
class S3Access:
    """Endpoint and credentials; without keys boto3 uses its own chain (environment, profile, role)."""

    region: str
    endpoint_url: str | None = None
    access_key: str | None = None
    secret_key: str | None = None
    session_token: str | None = None


_sessions: dict[S3Access, boto3.Session] = {}
_clients: dict[S3Access, "S3Client"] = {}
_lock = RLock()


def get_client(access: S3Access) -> "S3Client":
    """Return the client for an access. Creating one takes about 50 ms of CPU and is not thread-safe; using it is."""
    return _get_or_create(_clients, access, _new_client)


def get_credentials(access: S3Access) -> ReadOnlyCredentials:
    """Return the current credentials for signing, refreshed if they come from a role. Raises NoCredentialsError."""
    if access.access_key and access.secret_key:
        return ReadOnlyCredentials(access.access_key, access.secret_key, _session_token(access))
    credentials = _get_or_create(_sessions, access, _new_session).get_credentials()
    if credentials is None:
        raise NoCredentialsError
    return credentials.get_frozen_credentials()


def _get_or_create(cache: dict[S3Access, T], access: S3Access, create: Callable[[S3Access], T]) -> T:
    if access not in cache:
        with _lock:
            if access not in cache:
                cache[access] = create(access)
    return cache[access]


def _new_session(access: S3Access) -> boto3.Session:
    return boto3.Session(
        aws_access_key_id=access.access_key,
        aws_secret_access_key=access.secret_key,
        aws_session_token=_session_token(access),
        region_name=access.region,
    )


def _session_token(access: S3Access) -> str | None:
    # Temporary credentials have three parts; if boto3 is given two of them, it ignores the third in the environment.
    if access.session_token is None and access.access_key == os.environ.get("AWS_ACCESS_KEY_ID"):
        return os.environ.get("AWS_SESSION_TOKEN") or None
    return access.session_token


def build_client_config(endpoint_url: str | None) -> Config:
    """Return the configuration of every client: signature, addressing, timeouts, retries."""
    return Config(
        signature_version="s3v4",
        # Stores other than AWS rarely offer a host name per bucket.
        s3={"addressing_style": "path" if endpoint_url else "virtual"},
        connect_timeout=CONNECT_TIMEOUT,
        read_timeout=READ_TIMEOUT,
        retries={"mode": "standard", "total_max_attempts": MAX_ATTEMPTS},
        max_pool_connections=DELETION_THREADS,
        # The signature already covers the SHA-256 of the body; further checksums fail on some stores.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        # URLs and requests must use the same endpoint, so only this project's setting may name it.
        ignore_configured_endpoint_urls=True,  # type: ignore[call-arg]  # missing in its stubs
        tcp_keepalive=True,
    )


def _new_client(access: S3Access) -> "S3Client":
    config = build_client_config(access.endpoint_url)
    return _new_session(access).client("s3", endpoint_url=access.endpoint_url, config=config)


def _reset_after_fork() -> None:
    _clients.clear()
    _sessions.clear()
    _lock.release()


# A forked child must not share its parent's connections. The lock is held during the fork: otherwise the child could
# inherit it locked by a thread that does not exist in the child.
os.register_at_fork(before=_lock.acquire, after_in_parent=_lock.release, after_in_child=_reset_after_fork)
