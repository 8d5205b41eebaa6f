"""Discards files that are no longer needed, and rows that are kept for a time only.

Files are recorded as garbage in the transaction that discards them, and deleted from storage after its commit; the row
goes once the storage has confirmed that. Keys follow from the rows: the storage is never listed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet, Sum
from django.db.models.functions import Greatest, Now

from designs.lifecycle.locks import lock_designs
from designs.lifecycle.quotas import add_bytes
from designs.models import Design, Garbage, IdempotencyKey, Render, RenderState, Rendition
from designs.models.tenant import Tenant
from designs.renders.lanes import storage_alias
from rendering import keys


@dataclass(frozen=True, slots=True)
class GarbageFiles:
    """Files of one attempt, to delete now."""

    garbage_id: int
    sweep_again: bool
    alias: str
    keys: list[str]


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


def garbage_keys(garbage: Garbage) -> list[str]:
    """Return the storage keys of a garbage row's files."""
    prefix = keys.attempt_prefix(garbage.design_id, garbage.number, garbage.attempt, garbage.nonce)
    return [prefix + name for name in garbage.names]


def published_nonce(render: Render) -> str:
    """Return the nonce of a published render's keys: a worker of an earlier version publishes without one."""
    key = Rendition.objects.filter(render=render).values_list("key", flat=True).first()
    return render.nonce if key is None else keys.parse_key(key).nonce


def discard_files(render_id: int) -> bool:
    """Discard the published files of a render; False if it has none. The caller has locked its design."""
    render = Render.objects.filter(pk=render_id, state=RenderState.SUCCEEDED, collected_at=None, reuses=None).first()
    if render is None:
        return False
    files = Rendition.objects.filter(render=render)
    size = files.aggregate(size=Sum("bytes"))["size"] or 0
    garbage = build_garbage(render, render.attempt, published_nonce(render))
    files.delete()
    Render.objects.filter(pk=render_id).update(collected_at=Now())
    add_garbage([garbage], Now(), again=False)
    add_bytes({Tenant(render.owner_id, render.test): -size})
    return True


def replaced_renders() -> QuerySet[Render]:
    """Return the renders that a newer one replaced longer than RENDER_KEEP_OLD ago."""
    old = Render.objects.filter(replaced_at__lte=Now() - settings.RENDER_KEEP_OLD, collected_at=None)
    return old.exclude(pk=F("design__published_render"))


def discard_replaced(limit: int = 100) -> int:
    """Discard the files of replaced renders; return of how many."""
    discarded = 0
    for pk, design_id in list(replaced_renders().order_by("replaced_at").values_list("pk", "design_id")[:limit]):
        with transaction.atomic():
            design = lock_designs([design_id]).get(design_id)
            if design is not None and design.published_render_id != pk:
                discarded += discard_files(pk)
    return discarded


def due_garbage() -> QuerySet[Garbage]:
    """Return the garbage that is due."""
    return Garbage.objects.filter(due_at__lte=Now())


def take_due_garbage(limit: int = 200) -> list[GarbageFiles]:
    """Return due garbage, oldest first. Two processes may get the same rows: deleting twice is harmless."""
    rows = due_garbage().order_by("due_at")[:limit]
    return [GarbageFiles(row.pk, row.again, storage_alias(row.lane), garbage_keys(row)) for row in rows]


def finish_garbage(sweep: GarbageFiles) -> None:
    """Delete a row whose files are deleted, or keep it for a second time: a paused worker may still write later."""
    # Only in the state it was read in: of two processes with the same row, one must not skip the second deletion.
    row = Garbage.objects.filter(pk=sweep.garbage_id, again=sweep.sweep_again)
    if sweep.sweep_again:
        row.update(due_at=Now() + settings.RENDER_SWEEP_AGAIN, again=False)
    else:
        row.delete()


def postpone_garbage(sweep: GarbageFiles) -> None:
    """Put a garbage row off, so that files which cannot be deleted do not hold up the others."""
    row = Garbage.objects.filter(pk=sweep.garbage_id, again=sweep.sweep_again)
    row.update(due_at=Now() + settings.RENDER_GRACE)


def purgeable_designs() -> QuerySet[Design]:
    """Return the deleted designs whose grace is over."""
    return Design.objects.filter(deleted_at__lte=Now() - settings.RENDER_GRACE)


def purge_deleted(limit: int = 100) -> int:
    """Delete the rows of deleted designs, but not their events and garbage; return how many."""
    purged = 0
    for pk in list(purgeable_designs().order_by("deleted_at").values_list("pk", flat=True)[:limit]):
        with transaction.atomic():
            if lock_designs([pk]):
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
