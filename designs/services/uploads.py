"""Uploads that may be repeated: the same request with the same idempotency key makes one asset."""

from __future__ import annotations

import hashlib
from pathlib import Path
from uuid import UUID

from django.db import IntegrityError

from designs.models import Asset, IdempotencyKey, ResourceKind
from designs.models.tenant import Tenant
from designs.services.assets import add_asset
from designs.services.errors import IdempotencyConflictError, RepeatOfDeletedError, UploadInProgressError


def upload_once(
    tenant: Tenant, source: Path, file_name: str, uploaded_for: UUID | None, idempotency_key: str
) -> tuple[Asset, bool]:
    """Add an asset and return it with whether it is new; a repeated key returns the asset of the first request.

    Raises what `add_asset` raises, IdempotencyConflictError for a key used with another request, RepeatOfDeletedError
    for a key whose asset is deleted, and UploadInProgressError while the first request is still at work.
    """
    if not idempotency_key:
        return add_asset(tenant, source, file_name, uploaded_for), True
    wanted = _build_key(tenant, idempotency_key, _hash_request(source, file_name, uploaded_for))
    if first := _find_repeated(wanted):
        return first, False
    try:
        return add_asset(tenant, source, file_name, uploaded_for, key=wanted), True
    except IntegrityError:
        if first := _find_repeated(wanted):  # two requests raced, and the other one was first
            return first, False
        raise


def _build_key(tenant: Tenant, key: str, request_sha256: str) -> IdempotencyKey:
    return IdempotencyKey(
        owner_id=tenant.owner_id,
        test=tenant.is_test,
        key=key,
        request_sha256=request_sha256,
        status=201,
        kind=ResourceKind.ASSET,
    )


def _hash_request(source: Path, file_name: str, uploaded_for: UUID | None) -> str:
    """Hash an upload, its name and its session's design: a session must not find what another one sent."""
    with source.open("rb") as file:
        content = hashlib.file_digest(file, "sha256").hexdigest()
    return hashlib.sha256(f"{content} {uploaded_for} {file_name}".encode(errors="replace")).hexdigest()


def _find_repeated(wanted: IdempotencyKey) -> Asset | None:
    row = IdempotencyKey.objects.filter(owner_id=wanted.owner_id, test=wanted.test, key=wanted.key).first()
    if row is None:
        return None
    if (row.kind, row.request_sha256) != (wanted.kind, wanted.request_sha256):
        raise IdempotencyConflictError(wanted.key)
    asset = Asset.objects.filter(pk=row.design_id, deleted_at=None).first()
    if asset is None:
        raise RepeatOfDeletedError(row.design_id)
    if asset.stored_at is None:
        raise UploadInProgressError(wanted.key)
    return asset
