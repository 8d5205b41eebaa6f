"""Deleting a design: a tombstone now, its files at once where nobody may still write them, its rows later."""

from __future__ import annotations

from django.db.models.functions import Now

from designs.lifecycle.asking import supersede
from designs.lifecycle.collecting import discard
from designs.lifecycle.locking import next_event, write_events
from designs.models import Design, EventType, Render, RenderState


def delete(design: Design, actor_id: int | None = None) -> None:
    """Mark a locked design deleted, end its unfinished renders in every lane and give up all its files."""
    supersede(design)
    kept = Render.objects.filter(design=design, state=RenderState.SUCCEEDED, collected_at=None, reuses=None)
    for pk in list(kept.values_list("pk", flat=True)):
        discard(pk)
    write_events([next_event(design, EventType.DELETED, {}, actor_id)])
    Design.objects.filter(pk=design.pk).update(
        deleted_at=Now(), updated_at=Now(), event_count=design.event_count, published_render=None
    )
