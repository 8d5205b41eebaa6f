"""One boto3 client a process for each way of access, made once and shared by all threads."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from threading import RLock
from typing import TYPE_CHECKING, TypeVar

import boto3
from botocore.config import Config
from botocore.credentials import ReadOnlyCredentials
from botocore.exceptions import NoCredentialsError

from rendering.storage.files import MAX_THREADS

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

T = TypeVar("T")

CONNECT_TIMEOUT, READ_TIMEOUT, MAX_ATTEMPTS = 2, 5, 3
"""Seconds, seconds, tries: a store that swallows everything is given up within half a preview's lease."""


@dataclass(frozen=True, slots=True)
class S3Access:
    """Where to, and as whom; without keys boto3's own chain (environment, profile, role) is asked."""

    region: str
    endpoint_url: str | None = None
    access_key: str | None = None
    secret_key: str | None = None
    session_token: str | None = None


_sessions: dict[S3Access, boto3.Session] = {}
_clients: dict[S3Access, "S3Client"] = {}
_lock = RLock()


def get_client(access: S3Access) -> "S3Client":
    """Return the client for an access. Making one costs some 50 ms of CPU and is not thread-safe; using one is."""
    return _get_or_create(_clients, access, _new_client)


def get_credentials(access: S3Access) -> ReadOnlyCredentials:
    """Return the credentials to sign with now, refreshed if they come from a role. Raises NoCredentialsError."""
    if access.access_key and access.secret_key:
        return ReadOnlyCredentials(access.access_key, access.secret_key, _session_token(access))
    found = _get_or_create(_sessions, access, _new_session).get_credentials()
    if found is None:
        raise NoCredentialsError
    return found.get_frozen_credentials()


def _get_or_create(made: dict[S3Access, T], access: S3Access, make: Callable[[S3Access], T]) -> T:
    if access not in made:
        with _lock:
            if access not in made:
                made[access] = make(access)
    return made[access]


def _new_session(access: S3Access) -> boto3.Session:
    return boto3.Session(
        aws_access_key_id=access.access_key,
        aws_secret_access_key=access.secret_key,
        aws_session_token=_session_token(access),
        region_name=access.region,
    )


def _session_token(access: S3Access) -> str | None:
    # Temporary keys in the environment come in threes; handing boto3 two of them would hide the third from it.
    if access.session_token is None and access.access_key == os.environ.get("AWS_ACCESS_KEY_ID"):
        return os.environ.get("AWS_SESSION_TOKEN") or None
    return access.session_token


def build_client_config(endpoint_url: str | None) -> Config:
    """Return how every client of ours talks: signature, addressing, time limits, retries."""
    return Config(
        signature_version="s3v4",
        # Stores other than AWS are rarely reachable under a host name for every bucket.
        s3={"addressing_style": "path" if endpoint_url else "virtual"},
        connect_timeout=CONNECT_TIMEOUT,
        read_timeout=READ_TIMEOUT,
        retries={"mode": "standard", "total_max_attempts": MAX_ATTEMPTS},
        max_pool_connections=2 * MAX_THREADS,
        # The signature covers the body's SHA-256 already; further checksums fail on some stores.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        # Addresses and requests must agree, so only our own setting names the endpoint.
        ignore_configured_endpoint_urls=True,  # type: ignore[call-arg]  # unknown to its stubs
        tcp_keepalive=True,
    )


def _new_client(access: S3Access) -> "S3Client":
    config = build_client_config(access.endpoint_url)
    return _new_session(access).client("s3", endpoint_url=access.endpoint_url, config=config)


def _reset_after_fork() -> None:
    _clients.clear()
    _sessions.clear()
    _lock.release()


# A forked child must not share its parent's connections. The lock is held over the fork, so that no child inherits it
# from a thread that it does not have.
os.register_at_fork(before=_lock.acquire, after_in_parent=_lock.release, after_in_child=_reset_after_fork)
