"""The life of an asset: a row, then its files, then the mark that they are stored; a tombstone, then neither."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from designs.lifecycle.quotas import Limits, add_bytes, charge_bytes
from designs.models import Asset
from designs.tenancy import Tenant
from rendering import keys

ABANDONED_AFTER = timedelta(hours=1)  # longer than any upload is being stored
SUFFIXES = {"jpeg": "jpg", "png": "png"}


@dataclass(frozen=True, slots=True)
class AssetKeys:
    """Where an asset's copies lie in private storage; a small picture's working copy is itself."""

    full: str
    working: str

    def all(self) -> list[str]:
        """Return each of them once."""
        return list(dict.fromkeys((self.full, self.working)))


def keys_of_asset(asset: Asset) -> AssetKeys:
    """Return the storage keys of an asset's copies."""
    suffix = SUFFIXES[asset.format]
    full = keys.asset_key(asset.pk, f"full.{suffix}")
    return AssetKeys(full, keys.asset_key(asset.pk, f"working.{suffix}") if asset.has_working_copy else full)


def begin_asset(asset: Asset, limits: Limits) -> None:
    """Insert the row of an upload that is about to be stored; QuotaExceededError where there is no room for it."""
    with transaction.atomic():
        asset.save(force_insert=True)
        charge_bytes(Tenant(asset.owner_id, asset.test), limits, asset.stored_bytes)


def complete_asset(asset_id: UUID) -> bool:
    """Mark an upload as stored; False where it was given up meanwhile."""
    return bool(Asset.objects.filter(pk=asset_id, stored_at=None, deleted_at=None).update(stored_at=Now()))


def delete_asset(asset_id: UUID, only: QuerySet[Asset] | None = None) -> bool:
    """Mark an asset (one of `only`) deleted and give its bytes back; False where there is none to delete."""
    with transaction.atomic():
        rows = (Asset.objects.all() if only is None else only).filter(pk=asset_id, deleted_at=None)
        asset = rows.select_for_update().first()
        if asset is None:
            return False
        Asset.objects.filter(pk=asset_id).update(deleted_at=Now())
        add_bytes({Tenant(asset.owner_id, asset.test): -asset.stored_bytes})
    return True


def abandoned_assets() -> QuerySet[Asset]:
    """Return the uploads whose process died before their files were stored."""
    return Asset.objects.filter(stored_at=None, deleted_at=None, created_at__lte=Now() - ABANDONED_AFTER)


def old_test_assets() -> QuerySet[Asset]:
    """Return what test keys uploaded longer than TEST_KEEP ago."""
    return Asset.objects.filter(test=True, deleted_at=None, created_at__lte=Now() - settings.TEST_KEEP)


def give_up_assets(limit: int = 100) -> int:
    """Mark abandoned uploads and old test assets deleted; return how many."""
    given_up = 0
    for doomed in (abandoned_assets(), old_test_assets()):
        for pk in list(doomed.order_by("created_at").values_list("pk", flat=True)[:limit]):
            given_up += delete_asset(pk, doomed)
    return given_up


def deleted_assets() -> QuerySet[Asset]:
    """Return the tombstones whose files are still to be deleted."""
    return Asset.objects.filter(deleted_at__isnull=False)


def forget_asset(asset_id: UUID) -> None:
    """Drop the row of an asset whose files are gone."""
    deleted_assets().filter(pk=asset_id).delete()
