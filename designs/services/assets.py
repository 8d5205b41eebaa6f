"""Use cases of assets: upload and delete a picture."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import asdict
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction

from designs import lifecycle
from designs.db.connections import release_connection
from designs.models import Asset, IdempotencyKey
from designs.models.asset import FILE_NAME_LENGTH
from designs.models.tenant import Tenant
from designs.services import decoders
from designs.services.errors import DesignGoneError
from rendering import storage
from rendering.ingest import clean
from rendering.storage import StorageUnavailable, StoredFile

_INVISIBLE_CATEGORIES = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}  # Unicode categories without a glyph of their own


class AssetGoneError(LookupError):
    """The asset is deleted, or never existed."""


class OwnAssetInUseError(Exception):
    """A design uses what its session wants to delete."""


def upload_limits() -> clean.IngestLimits:
    """Return the limits of an upload, from the settings."""
    return clean.IngestLimits(
        bytes=settings.ASSET_MAX_BYTES,
        pixels=settings.ASSET_MAX_MEGAPIXELS * 1_000_000,
        side_min=settings.ASSET_SIDE_MIN,
        side_max=settings.ASSET_SIDE_MAX,
        aspect=settings.ASSET_MAX_ASPECT,
    )


def add_asset(
    tenant: Tenant,
    source: Path,
    file_name: str = "",
    uploaded_for: UUID | None = None,
    *,
    key: IdempotencyKey | None = None,
) -> Asset:
    """Clean an uploaded picture and store it privately; `uploaded_for` is the design of the session that sent it.

    An unsaved `key` is inserted with the asset's row. Raises PictureRefused, DecoderBusy, QuotaExceededError,
    DesignGoneError and StorageUnavailable, and IntegrityError for a key that is in use; then nothing is kept.
    """
    if uploaded_for is not None:
        lifecycle.check_upload_limit(uploaded_for)
    release_connection()  # decoding takes tenths of a second, waiting for a decoder takes seconds
    picture = _clean_picture(tenant, source, uploaded_for)
    asset = _build_asset(tenant, picture, file_name)
    asset.uploaded_for = uploaded_for
    with transaction.atomic():
        if key is not None:
            key.design_id = asset.pk
            key.save(force_insert=True)
        if uploaded_for is not None and not lifecycle.lock_upload_limit(uploaded_for):
            raise DesignGoneError(uploaded_for)
        lifecycle.begin_asset(asset, lifecycle.QuotaLimits.for_tenant(tenant))
    contents = {asset.keys.working: picture.working.data, asset.keys.full: picture.full.data}
    try:
        storage.save_files([StoredFile(key, data) for key, data in contents.items()], alias="private")
    except StorageUnavailable:
        lifecycle.delete_asset(asset.pk)  # the collection deletes what was stored, and what a late PUT still stores
        _forget_key(key)
        raise
    if not lifecycle.complete_asset(asset.pk):  # marked deleted meanwhile, and perhaps collected before it was stored
        lifecycle.discard_asset_files([asset])
        _forget_key(key)
        raise StorageUnavailable("Storing the picture took too long. Upload it again.")
    asset.refresh_from_db()
    return asset


def _clean_picture(tenant: Tenant, source: Path, uploaded_for: UUID | None) -> clean.CleanPicture:
    decoders.check_refusals(tenant, uploaded_for)
    hold_decoder = decoders.decoder_holder(tenant, uploaded_for)
    try:
        return clean.ingest_picture(source, upload_limits(), hold_decoder=hold_decoder)
    except clean.PictureRefused:
        decoders.count_refusal(tenant, uploaded_for)
        raise


def _forget_key(key: IdempotencyKey | None) -> None:
    """Let a repeat of a failed upload begin anew."""
    if key is not None:
        IdempotencyKey.objects.filter(pk=key.pk).delete()


def _build_asset(tenant: Tenant, picture: clean.CleanPicture, file_name: str) -> Asset:
    full, working = picture.full, picture.working
    return Asset(
        owner_id=tenant.owner_id,
        test=tenant.is_test,
        file_name=clean_file_name(file_name),
        format=picture.format,
        width=full.width,
        height=full.height,
        bytes=len(full.data),
        sha256=hashlib.sha256(full.data).hexdigest(),
        working_width=working.width,
        working_height=working.height,
        working_bytes=len(working.data),
        working_sha256=hashlib.sha256(working.data).hexdigest(),
        colors=[asdict(color) for color in picture.colors],
    )


def clean_file_name(file_name: str) -> str:
    """Return the name that the uploader gave, to be shown: without folders and without invisible characters.

    Those could reverse the direction of the text around them.
    """
    last = file_name.replace("\\", "/").rpartition("/")[2]
    visible = "".join(char for char in last if unicodedata.category(char) not in _INVISIBLE_CATEGORIES)
    return visible.strip()[:FILE_NAME_LENGTH]


def delete_asset(asset_id: UUID, tenant: Tenant, uploaded_for: UUID | None = None) -> None:
    """Delete an asset: from the API at once, its files soon after. Raises AssetGoneError and AssetInUseError.

    With `uploaded_for`, only one that was uploaded for that design; then OwnAssetInUseError names no other design.
    """
    assets = Asset.objects.filter_usable().filter(owner_id=tenant.owner_id, test=tenant.is_test)
    if uploaded_for is not None:
        assets = assets.filter(uploaded_for=uploaded_for)
    try:
        deleted = lifecycle.delete_asset(asset_id, assets)
    except lifecycle.AssetInUseError as error:
        raise error if uploaded_for is None else OwnAssetInUseError(asset_id) from error
    if not deleted:
        raise AssetGoneError(asset_id)
