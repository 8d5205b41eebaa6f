"""Deletes designs: a tombstone now, files as soon as nobody can still write them, rows later."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from designs.lifecycle.assets import delete_session_uploads
from designs.lifecycle.garbage import discard_files
from designs.lifecycle.locks import lock_designs, next_event, write_events
from designs.lifecycle.request import supersede_renders
from designs.models import Design, EventType, Render, RenderState


def tombstone_design(design: Design, actor_id: int | None = None) -> None:
    """Mark a locked design deleted, supersede its unfinished renders in every lane and discard all its files."""
    supersede_renders(design)
    write_events([next_event(design, EventType.DELETED, {}, actor_id)])
    Design.objects.filter(pk=design.pk).update(
        deleted_at=Now(), updated_at=Now(), event_count=design.event_count, published_render=None
    )
    delete_session_uploads(design.pk)  # before the files, which change the quota: assets are locked before its row
    kept = Render.objects.filter(design=design, state=RenderState.SUCCEEDED, collected_at=None, reuses=None)
    for pk in list(kept.values_list("pk", flat=True)):
        discard_files(pk)


def old_test_designs() -> QuerySet[Design]:
    """Return the designs that test keys made longer than TEST_KEEP ago."""
    return Design.objects.filter(test=True, deleted_at=None, created_at__lte=Now() - settings.TEST_KEEP)


def delete_old_test_designs(limit: int = 100) -> int:
    """Delete old designs of test keys; return how many. Locked ones are left for the next call."""
    deleted = 0
    for pk in list(old_test_designs().order_by("created_at").values_list("pk", flat=True)[:limit]):
        with transaction.atomic():
            design = lock_designs([pk], skip_locked=True).get(pk)
            if design is not None and design.deleted_at is None:
                tombstone_design(design)
                deleted += 1
    return deleted
