"""Discards files that are no longer needed, and rows that are kept for a time only.

Files are recorded as garbage in the transaction that discards them, and deleted from storage after its commit; the row
goes once the storage has confirmed that. Keys follow from the rows: the storage is never listed.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import BooleanField, ExpressionWrapper, F, Q, QuerySet, Sum
from django.db.models.functions import Greatest, Now

from designs.lifecycle.locks import lock_designs
from designs.lifecycle.pins import IS_PINNED
from designs.lifecycle.quotas import add_bytes
from designs.models import Asset, Design, Garbage, IdempotencyKey, Render, RenderState, Rendition
from designs.models.garbage import ASSET_GARBAGE
from designs.models.tenant import Tenant
from rendering import keys


def build_garbage(render: Render, attempt: int, nonce: str | None = None) -> Garbage:
    """Return an unsaved garbage row for an attempt of a render; without a nonce it is the latest attempt."""
    return Garbage(
        design_id=render.design_id,
        number=render.number,
        attempt=attempt,
        nonce=render.attempt_nonce if nonce is None else nonce,
        lane=render.lane,
        names=[output["name"] for output in render.frozen["outputs"]],
    )


def build_asset_garbage(asset: Asset) -> Garbage:
    """Return an unsaved garbage row for an asset's files."""
    names = [PurePosixPath(key).name for key in asset.keys.unique_keys()]
    return Garbage(design_id=asset.pk, number=0, attempt=0, lane=ASSET_GARBAGE, names=names)


def add_garbage(rows: Sequence[Garbage], due_at: Any, *, again: bool) -> None:  # a database expression
    """Insert garbage rows, due at a time of the database; `again` deletes the files a second time later."""
    for row in rows:
        row.due_at, row.again = due_at, again
    Garbage.objects.bulk_create(rows)


def add_running_garbage(renders: Sequence[Render]) -> None:
    """Discard what running renders may still store: deleted after the lease and a grace longer than a PUT takes."""
    for render in renders:
        due_at = Greatest(Now(), render.lease_until) + settings.RENDER_GRACE
        add_garbage([build_garbage(render, render.attempt)], due_at, again=True)


def discard_attempt(design_id: UUID, number: int, attempt: int, *, nonce: str, lane: str, names: list[str]) -> None:
    """Discard what an attempt stored that does not hold its render any more."""
    row = Garbage(design_id=design_id, number=number, attempt=attempt, nonce=nonce, lane=lane, names=names)
    add_garbage([row], Now(), again=True)


def garbage_keys(garbage: Garbage) -> list[str]:
    """Return the storage keys of a garbage row's files."""
    if garbage.lane == ASSET_GARBAGE:
        return [keys.asset_key(garbage.design_id, name) for name in garbage.names]
    prefix = keys.attempt_prefix(garbage.design_id, garbage.number, garbage.attempt, garbage.nonce)
    return [prefix + name for name in garbage.names]


def published_nonce(render: Render) -> str:
    """Return the nonce of a published render's keys: a worker of an earlier version publishes without one."""
    key = Rendition.objects.filter(render=render).values_list("key", flat=True).first()
    return render.nonce if key is None else keys.parse_key(key).nonce


def discard_files(render_id: int) -> bool:
    """Discard the published files of a render; False if it has none, or a pin keeps them. The caller locked its design.

    Files that were stored recently are deleted a second time later: a PUT that its client gave up and repeated may
    still arrive.
    """
    stored = Render.objects.filter(pk=render_id, state=RenderState.SUCCEEDED, collected_at=None, reuses=None)
    stored = stored.exclude(IS_PINNED)
    is_recent = Q(finished_at__gt=Now() - settings.RENDER_SWEEP_AGAIN)
    render = stored.annotate(is_recent=ExpressionWrapper(is_recent, BooleanField())).first()
    if render is None:
        return False
    files = Rendition.objects.filter(render=render)
    size = files.aggregate(size=Sum("bytes"))["size"] or 0
    garbage = build_garbage(render, render.attempt, published_nonce(render))
    files.delete()
    Render.objects.filter(pk=render_id).update(collected_at=Now())
    add_garbage([garbage], Now(), again=render.is_recent)
    add_bytes({Tenant(render.owner_id, render.test): -size})
    return True


def replaced_renders() -> QuerySet[Render]:
    """Return the renders that a newer one replaced longer than RENDER_KEEP_OLD ago."""
    old = Render.objects.filter(replaced_at__lte=Now() - settings.RENDER_KEEP_OLD, collected_at=None)
    # A process of an earlier version, which knows no pins, may have marked a pinned one.
    return old.exclude(pk=F("design__published_render")).exclude(IS_PINNED)


def discard_replaced(limit: int = 100) -> int:
    """Discard the files of replaced renders; return of how many. Locked designs are left for the next call."""
    discarded = 0
    for pk, design_id in list(replaced_renders().order_by("replaced_at").values_list("pk", "design_id")[:limit]):
        with transaction.atomic():
            design = lock_designs([design_id], skip_locked=True).get(design_id)
            if design is not None and design.published_render_id != pk:
                discarded += discard_files(pk)
    return discarded


def purgeable_designs() -> QuerySet[Design]:
    """Return the deleted designs whose grace is over."""
    return Design.objects.filter(deleted_at__lte=Now() - settings.RENDER_GRACE)


def purge_deleted(limit: int = 100) -> int:
    """Delete the rows of deleted designs, but not their events and garbage; return how many.

    Locked designs are left for the next call: another reconciler deletes them.
    """
    purged = 0
    for pk in list(purgeable_designs().order_by("deleted_at").values_list("pk", flat=True)[:limit]):
        with transaction.atomic():
            if lock_designs([pk], skip_locked=True):
                Design.objects.filter(pk=pk).delete()
                purged += 1
    return purged


def old_idempotency_keys() -> QuerySet[IdempotencyKey]:
    """Return the idempotency keys that are older than IDEMPOTENCY_KEEP."""
    return IdempotencyKey.objects.filter(created_at__lte=Now() - settings.IDEMPOTENCY_KEEP)


def delete_old_idempotency_keys(limit: int = 1_000) -> int:
    """Delete old keys; return how many."""
    oldest = list(old_idempotency_keys().order_by("created_at").values_list("pk", flat=True)[:limit])
    return IdempotencyKey.objects.filter(pk__in=oldest).delete()[0] if oldest else 0
