"""The life of an asset: its row, its files, the mark that they are stored; later a tombstone, then garbage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from designs.lifecycle.garbage import add_garbage, build_asset_garbage
from designs.lifecycle.locks import lock_designs
from designs.lifecycle.quotas import QuotaExceededError, QuotaLimits, add_bytes, charge_bytes
from designs.models import Asset, AssetUse, DesignRevision, Pin
from designs.models.tenant import Tenant

ABANDONED_AFTER = timedelta(hours=1)  # longer than storing any upload takes
MAX_DESIGNS_NAMED = 10  # in the error for deleting an asset in use


class MissingAssetError(LookupError):
    """An asset that a design names was deleted at the same moment."""


class AssetInUseError(Exception):
    """Designs are drawn from the asset; `designs` holds their ids, at most MAX_DESIGNS_NAMED + 1 of them."""

    def __init__(self, designs: list[UUID]) -> None:
        super().__init__(", ".join(map(str, designs)))
        self.designs = designs


def begin_asset(asset: Asset, limits: QuotaLimits) -> None:
    """Insert the row of an upload before its files are stored; QuotaExceededError where there is no room for it."""
    with transaction.atomic():
        asset.save(force_insert=True)
        charge_bytes(Tenant(asset.owner_id, asset.test), limits, asset.stored_bytes)


def check_upload_limit(design_id: UUID) -> None:
    """Raise QuotaExceededError where sessions of a design have uploaded as many pictures as allowed."""
    count, most = Asset.objects.filter(uploaded_for=design_id, deleted_at=None).count(), settings.SESSION_UPLOADS
    if count >= most:
        raise QuotaExceededError("pictures", count, most)


def lock_upload_limit(design_id: UUID) -> bool:
    """Check the limit with the design locked until the transaction ends; False where the design is deleted.

    Without the lock, uploads at the same time would exceed the limit together.
    """
    design = lock_designs([design_id], "deleted_at").get(design_id)
    check_upload_limit(design_id)
    return design is not None and design.deleted_at is None


def delete_session_uploads(design_id: UUID) -> None:
    """Mark deleted what sessions of a deleted design uploaded, except pictures that other designs draw from.

    All assets are locked before the quota is changed: its row is always the last to be locked.
    """
    uploads = Asset.objects.filter(uploaded_for=design_id, deleted_at=None)
    unused = [asset for asset in uploads.select_for_update().order_by("pk") if not designs_using(asset.pk, 1)]
    Asset.objects.filter(pk__in=[asset.pk for asset in unused]).update(deleted_at=Now())
    freed: Counter[Tenant] = Counter()
    for asset in unused:
        freed[Tenant(asset.owner_id, asset.test)] -= asset.stored_bytes
    add_bytes(freed)


def record_asset_uses(revision: DesignRevision, ids: Collection[str]) -> None:
    """Record which assets a new revision draws from; MissingAssetError where one was deleted meanwhile.

    The assets are locked against deletion until the transaction commits; from then on the rows protect them.
    """
    if not ids:
        return
    AssetUse.objects.bulk_create([AssetUse(revision=revision, asset_id=pk) for pk in sorted(ids)])
    if _lock_usable(ids) < len(ids):
        raise MissingAssetError


def lock_revision_assets(revision: DesignRevision) -> None:
    """Lock the assets of a revision against deletion until the transaction ends; those deleted before are left out."""
    ids = [str(pk) for pk in AssetUse.objects.filter(revision=revision).values_list("asset", flat=True)]
    if ids:
        _lock_usable(ids)


def _lock_usable(ids: Collection[str]) -> int:
    """Lock the assets that are still usable against deletion; return how many. Other designs may use them meanwhile."""
    usable = Asset.objects.filter_usable().filter(pk__in=ids).order_by("pk").values_list("pk")
    if connection.vendor == "sqlite":  # it has one writer at a time
        return usable.count()
    # The lock of a foreign key check, which Django's deferred keys take only at commit. It conflicts with a deletion's
    # FOR UPDATE, but not with the same lock of another design.
    sql, parameters = usable.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} FOR KEY SHARE", parameters)
        return len(cursor.fetchall())


def designs_using(asset_id: UUID, limit: int) -> list[UUID]:
    """Return up to `limit` designs, not deleted, that draw from an asset: newest, published and pinned revisions."""
    needed = Q(revision__number=F("revision__design__revision"))
    needed |= Q(Exists(Pin.objects.filter(revision=OuterRef("revision"))))
    needed |= Q(revision__number=F("revision__design__published_revision"))
    uses = AssetUse.objects.filter(needed, asset=asset_id, revision__design__deleted_at=None)
    return list(uses.values_list("revision__design", flat=True).order_by("revision__design").distinct()[:limit])


def complete_asset(asset_id: UUID) -> bool:
    """Mark an upload as stored; False where it was marked deleted meanwhile."""
    return bool(Asset.objects.filter(pk=asset_id, stored_at=None, deleted_at=None).update(stored_at=Now()))


def delete_asset(asset_id: UUID, only: QuerySet[Asset] | None = None) -> bool:
    """Mark an asset (among `only`) deleted and take its bytes off the quota; False where there is none to delete.

    Raises AssetInUseError where a design draws from it.
    """
    with transaction.atomic():
        rows = (Asset.objects.all() if only is None else only).filter(pk=asset_id, deleted_at=None)
        asset = rows.select_for_update().first()
        if asset is None:
            return False
        if users := designs_using(asset_id, MAX_DESIGNS_NAMED + 1):
            raise AssetInUseError(users)
        Asset.objects.filter(pk=asset_id).update(deleted_at=Now())
        add_bytes({Tenant(asset.owner_id, asset.test): -asset.stored_bytes})
    return True


def delete_lost_asset(asset_id: UUID) -> None:
    """Mark an asset deleted that has no files any more, although designs may draw from it; their files stay."""
    with transaction.atomic():
        asset = Asset.objects.filter_usable().filter(pk=asset_id).select_for_update().first()
        if asset is not None:
            Asset.objects.filter(pk=asset_id).update(deleted_at=Now())
            add_bytes({Tenant(asset.owner_id, asset.test): -asset.stored_bytes})


def abandoned_assets() -> QuerySet[Asset]:
    """Return the uploads whose process ended before their files were stored."""
    return Asset.objects.filter(stored_at=None, deleted_at=None, created_at__lte=Now() - ABANDONED_AFTER)


def old_test_assets() -> QuerySet[Asset]:
    """Return the assets that test keys uploaded longer than TEST_KEEP ago."""
    return Asset.objects.filter(test=True, deleted_at=None, created_at__lte=Now() - settings.TEST_KEEP)


def delete_stale_assets(limit: int = 100) -> int:
    """Mark abandoned uploads and old test assets deleted; return how many."""
    deleted = 0
    for stale in (abandoned_assets(), old_test_assets()):
        for pk in list(stale.order_by("created_at").values_list("pk", flat=True)[:limit]):
            with suppress(AssetInUseError):  # by a design of the same age, which is deleted later
                deleted += delete_asset(pk, stale)
    return deleted


def deleted_assets() -> QuerySet[Asset]:
    """Return the assets that are marked deleted and whose files are still to be discarded."""
    return Asset.objects.filter(deleted_at__isnull=False)


def replace_working_copy(asset: Asset, size: int, sha256: str) -> bool:
    """Record a working copy that was made again from the full one; False where the asset was deleted meanwhile."""
    with transaction.atomic():
        rows = Asset.objects.filter_usable().filter(pk=asset.pk, working_sha256=asset.working_sha256)
        if not rows.update(working_bytes=size, working_sha256=sha256):
            return False
        add_bytes({Tenant(asset.owner_id, asset.test): size - asset.working_bytes})
    return True


def discard_deleted_assets(limit: int = 100) -> int:
    """Turn deleted assets into garbage, and delete their rows; return how many. Locked ones are left for the next call.

    A PUT of an upload that was never completed may still be on its way: its files are deleted after RENDER_GRACE.
    """
    if not deleted_assets().exists():  # asked first, so that an idle collector takes no writer lock of SQLite
        return 0
    with transaction.atomic():
        rows = deleted_assets().select_for_update(skip_locked=True).order_by("deleted_at")[:limit]
        assets = {asset.pk: asset for asset in rows}
        discard_asset_files([asset for asset in assets.values() if asset.stored_at is not None])
        dead = [build_asset_garbage(asset) for asset in assets.values() if asset.stored_at is None]
        add_garbage(dead, Now() + settings.RENDER_GRACE, again=True)
        deleted_assets().filter(pk__in=assets).delete()
    return len(assets)


def discard_asset_files(assets: Collection[Asset]) -> None:
    """Discard files that are stored: deleted at once, and once more later, when no PUT can arrive any more."""
    add_garbage([build_asset_garbage(asset) for asset in assets], Now(), again=True)
