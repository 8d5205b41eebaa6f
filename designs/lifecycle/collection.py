"""Collection of garbage: rows are claimed in chunks, and leave the table once the storage has deleted their files.

A claim puts its rows off by RENDER_GRACE. No transaction is open while files are deleted, several processes share the
work, and what a killed process had claimed is due again after the grace.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from designs.lifecycle.garbage import garbage_keys
from designs.models import Garbage
from designs.models.garbage import ASSET_GARBAGE
from designs.renders.lanes import storage_alias


@dataclass(frozen=True, slots=True)
class GarbageFiles:
    """Files of one attempt or asset, to delete now."""

    garbage_id: int
    sweep_again: bool
    alias: str
    keys: list[str]


def due_garbage() -> QuerySet[Garbage]:
    """Return the garbage that is due."""
    return Garbage.objects.filter(due_at__lte=Now())


def claim_due_garbage(limit: int = 100) -> list[GarbageFiles]:
    """Claim due garbage, oldest first, for RENDER_GRACE; rows that another process claims meanwhile are skipped."""
    if not due_garbage().exists():  # asked first, so that an idle collector takes no writer lock of SQLite
        return []
    with transaction.atomic():
        rows = list(due_garbage().select_for_update(skip_locked=True).order_by("due_at")[:limit])
        Garbage.objects.filter(pk__in=[row.pk for row in rows]).update(due_at=Now() + settings.RENDER_GRACE)
    return [GarbageFiles(row.pk, row.again, garbage_alias(row), garbage_keys(row)) for row in rows]


def finish_garbage(finished: Collection[GarbageFiles]) -> None:
    """Delete rows whose files are deleted, or keep them for a second time: a late PUT may still arrive.

    A claim that has expired may finish too: its files are deleted. But only in the state that was claimed: of two
    processes with the same row, the slower one must not skip the second deletion.
    """
    last = [files.garbage_id for files in finished if not files.sweep_again]
    first = [files.garbage_id for files in finished if files.sweep_again]
    if last:
        Garbage.objects.filter(pk__in=last, again=False).delete()
    if first:
        later = Now() + settings.RENDER_SWEEP_AGAIN
        Garbage.objects.filter(pk__in=first, again=True).update(due_at=later, again=False)


def garbage_alias(garbage: Garbage) -> str:
    """Return the alias of the storage that holds a garbage row's files."""
    return "private" if garbage.lane == ASSET_GARBAGE else storage_alias(garbage.lane)
