"""Collection of files that nobody names any more.

They are written down as garbage in the transaction that gives them up, deleted from storage after that commit, and
forgotten only when storage has let go of them. Keys follow from rows: nothing is listed.
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
    """One attempt's files to delete now."""

    garbage_id: int
    sweep_again: bool
    alias: str
    keys: list[str]


def build_garbage(render: Render, attempt: int) -> Garbage:
    """Return the garbage row of one attempt of a render; unsaved."""
    names = [output["name"] for output in render.frozen["outputs"]]
    return Garbage(design_id=render.design_id, number=render.number, attempt=attempt, lane=render.lane, names=names)


def add_garbage(rows: Sequence[Garbage], due_at: Any, *, again: bool) -> None:  # a database expression
    """Write garbage rows, due at a database time."""
    for row in rows:
        row.due_at, row.again = due_at, again
    Garbage.objects.bulk_create(rows)


def add_running_garbage(renders: Sequence[Render]) -> None:
    """Give up what running renders may still store: swept after their lease and a grace longer than a PUT in flight."""
    for render in renders:
        due_at = Greatest(Now(), render.lease_until) + settings.RENDER_GRACE
        add_garbage([build_garbage(render, render.attempt)], due_at, again=True)


def garbage_keys(garbage: Garbage) -> list[str]:
    """Return the storage keys of a garbage row."""
    return [keys.rendition_key(garbage.design_id, garbage.number, garbage.attempt, name) for name in garbage.names]


def discard_files(render_id: int) -> bool:
    """Give up the published files of one render; the caller holds its design's lock."""
    render = Render.objects.filter(pk=render_id, state=RenderState.SUCCEEDED, collected_at=None, reuses=None).first()
    if render is None:
        return False
    files = Rendition.objects.filter(render=render)
    size = files.aggregate(size=Sum("bytes"))["size"] or 0
    files.delete()
    Render.objects.filter(pk=render_id).update(collected_at=Now())
    add_garbage([build_garbage(render, render.attempt)], Now(), again=False)
    add_bytes({Tenant(render.owner_id, render.test): -size})
    return True


def replaced_renders() -> QuerySet[Render]:
    """Return the renders whose files another's replaced longer than RENDER_KEEP_OLD ago."""
    old = Render.objects.filter(replaced_at__lte=Now() - settings.RENDER_KEEP_OLD, collected_at=None)
    return old.exclude(pk=F("design__published_render"))


def discard_replaced(limit: int = 100) -> int:
    """Give up the files of replaced renders; return how many renders'."""
    given_up = 0
    for pk, design_id in list(replaced_renders().order_by("replaced_at").values_list("pk", "design_id")[:limit]):
        with transaction.atomic():
            design = lock_designs([design_id]).get(design_id)
            if design is not None and design.published_render_id != pk:
                given_up += discard_files(pk)
    return given_up


def due_garbage() -> QuerySet[Garbage]:
    """Return the garbage whose time has come."""
    return Garbage.objects.filter(due_at__lte=Now())


def take_due_garbage(limit: int = 200) -> list[GarbageFiles]:
    """Return due garbage, oldest first. Two sweepers may take the same: deleting twice is harmless."""
    rows = due_garbage().order_by("due_at")[:limit]
    return [GarbageFiles(row.pk, row.again, storage_alias(row.lane), garbage_keys(row)) for row in rows]


def finish_garbage(sweep: GarbageFiles) -> None:
    """Drop a row whose files are deleted, or look once more later: a worker paused past the grace may still write."""
    # Only as it was taken: a second sweeper that met this one must not take its second sweep for the first.
    row = Garbage.objects.filter(pk=sweep.garbage_id, again=sweep.sweep_again)
    if sweep.sweep_again:
        row.update(due_at=Now() + settings.RENDER_SWEEP_AGAIN, again=False)
    else:
        row.delete()


def postpone_garbage(sweep: GarbageFiles) -> None:
    """Keep a garbage row for later, so that files which cannot be deleted do not hold up those that can."""
    row = Garbage.objects.filter(pk=sweep.garbage_id, again=sweep.sweep_again)
    row.update(due_at=Now() + settings.RENDER_GRACE)


def purgeable_designs() -> QuerySet[Design]:
    """Return the tombstones whose grace is over."""
    return Design.objects.filter(deleted_at__lte=Now() - settings.RENDER_GRACE)


def purge_deleted(limit: int = 100) -> int:
    """Delete the rows of tombstones; events and garbage outlive them. Return how many."""
    purged = 0
    for pk in list(purgeable_designs().order_by("deleted_at").values_list("pk", flat=True)[:limit]):
        with transaction.atomic():
            if lock_designs([pk]):
                Design.objects.filter(pk=pk).delete()
                purged += 1
    return purged


def old_idempotency_keys() -> QuerySet[IdempotencyKey]:
    """Return the keys whose requests nobody will repeat any more."""
    return IdempotencyKey.objects.filter(created_at__lte=Now() - settings.IDEMPOTENCY_KEEP)


def delete_old_idempotency_keys(limit: int = 1_000) -> int:
    """Delete old keys; return how many."""
    oldest = list(old_idempotency_keys().order_by("created_at").values_list("pk", flat=True)[:limit])
    return IdempotencyKey.objects.filter(pk__in=oldest).delete()[0] if oldest else 0
