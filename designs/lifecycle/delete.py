"""Deletes designs: a tombstone now, files as soon as nobody can still write them, rows later."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Now

from designs.lifecycle.assets import delete_session_uploads
from designs.lifecycle.garbage import discard_files
from designs.lifecycle.locks import lock_designs, next_event, write_events
from designs.lifecycle.pins import DesignPinnedError, check_unpinned
from designs.lifecycle.request import supersede_renders
from designs.models import Design, DesignStatus, EventType, Pin, Render, RenderState


def tombstone_design(design: Design, actor_id: int | None = None) -> None:
    """Mark a locked design deleted, supersede its unfinished renders in every lane and discard all its files.

    Raises DesignPinnedError where a pin keeps files of it.
    """
    check_unpinned(design.pk)
    supersede_renders(design)
    write_events([next_event(design, EventType.DELETED, {}, actor_id)])
    Design.objects.filter(pk=design.pk).update(
        deleted_at=Now(), updated_at=Now(), event_count=design.event_count, published_render=None
    )
    delete_session_uploads(design.pk)  # before the files, which change the quota: assets are locked before its row
    kept = Render.objects.filter(design=design, state=RenderState.SUCCEEDED, collected_at=None, reuses=None)
    for pk in list(kept.values_list("pk", flat=True)):
        discard_files(pk)


def delete_again(design_id: UUID) -> bool:
    """Delete a design that a restore has brought back without its files; False where a pin keeps it."""
    with transaction.atomic():
        design = lock_designs([design_id]).get(design_id)
        if design is None or design.deleted_at is not None:
            return True
        with suppress(DesignPinnedError):
            tombstone_design(design)
            return True
    return False


def old_test_designs() -> QuerySet[Design]:
    """Return the designs that test keys made longer than TEST_KEEP ago, without pinned ones."""
    return _unpinned(test=True, deleted_at=None, created_at__lte=Now() - settings.TEST_KEEP)


def old_drafts() -> QuerySet[Design]:
    """Return the drafts that nobody has changed for DRAFT_KEEP; none if that is not set."""
    if not settings.DRAFT_KEEP:
        return Design.objects.none()
    return _unpinned(status=DesignStatus.DRAFT, deleted_at=None, updated_at__lte=Now() - settings.DRAFT_KEEP)


def delete_old_test_designs(limit: int = 100) -> int:
    """Delete old designs of test keys; return how many. Locked ones are left for the next call."""
    return _delete_designs(old_test_designs(), "created_at", limit)


def delete_old_drafts(limit: int = 100) -> int:
    """Delete abandoned drafts; return how many. Locked ones are left for the next call."""
    return _delete_designs(old_drafts(), "updated_at", limit)


def _unpinned(**conditions: Any) -> QuerySet[Design]:
    return Design.objects.filter(~Exists(Pin.objects.filter(design=OuterRef("pk"))), **conditions)


def _delete_designs(designs: QuerySet[Design], oldest: str, limit: int) -> int:
    deleted = 0
    for pk in list(designs.order_by(oldest).values_list("pk", flat=True)[:limit]):
        with transaction.atomic():
            design = lock_designs([pk], skip_locked=True).get(pk)
            # An edit may have come between the list and the lock.
            if design is not None and designs.filter(pk=pk).exists():
                tombstone_design(design)
                deleted += 1
    return deleted
