"""Replaces the files of a finished render by files drawn again from its snapshot, where the storage has lost them.

The render's state, its revision and the design's pointer stay as they are: renditions, receipt and findings change.
The new files have keys of their own, which are garbage until the rows name them.
"""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet, Sum
from django.db.models.functions import Now

from designs.db import bulk
from designs.lifecycle.claim import ClaimedRender
from designs.lifecycle.garbage import add_garbage, build_garbage, discard_files, published_nonce
from designs.lifecycle.locks import lock_designs, save_design
from designs.lifecycle.publish import StoredRender, rendition_rows
from designs.lifecycle.quotas import add_bytes
from designs.models import Garbage, Render, RenderState, Rendition
from designs.models.tenant import Tenant

REDRAW_TIME = timedelta(hours=1)  # after which files of a redraw that has not ended are deleted


def build_redraw(render: Render) -> ClaimedRender:
    """Return what drawing a finished render again takes, with keys that no other attempt has."""
    return ClaimedRender(
        render.pk,
        render.design_id,
        render.number,
        render.attempt,
        render.lane,
        uuid.uuid4(),
        render.frozen,
        has_more_due=False,
    )


def begin_redraw(render_id: int) -> ClaimedRender | None:
    """Reserve keys for the new files of a render; None where its files were discarded meanwhile."""
    with transaction.atomic():
        render = _with_files(render_id).first()
        if render is None:
            return None
        work = build_redraw(render)
        add_garbage([build_garbage(render, render.attempt, work.nonce)], Now() + REDRAW_TIME, again=False)
    return work


def finish_redraw(stored: StoredRender) -> bool:
    """Let the rows name the new files; False where the old ones were discarded meanwhile, and nothing changed."""
    work = stored.work
    with transaction.atomic():
        design = lock_designs([work.design_id]).get(work.design_id)
        render = _with_files(work.render_id).select_for_update().first()
        if design is None or render is None or not _reserved_keys(work).delete()[0]:
            return False
        old = Rendition.objects.filter(render=render)
        before = old.aggregate(size=Sum("bytes"))["size"] or 0
        # Pages may still show those of the old files that are sound.
        garbage = build_garbage(render, render.attempt, published_nonce(render))
        add_garbage([garbage], Now() + settings.RENDER_KEEP_OLD, again=False)
        old.delete()
        bulk.insert_rows(Rendition, rendition_rows(stored))
        Render.objects.filter(pk=render.pk).update(nonce=work.nonce, receipt=stored.receipt, findings=stored.findings)
        add_bytes({Tenant(render.owner_id, render.test): sum(file.bytes for file in stored.files) - before})
        save_design(design, [])
    return True


def discard_replaced_files(render_id: int) -> bool:
    """Discard the files of a render that a newer one replaced, before their time; False for any other render."""
    with transaction.atomic():
        render = _with_files(render_id).filter(replaced_at__isnull=False).first()
        design = lock_designs([render.design_id]).get(render.design_id) if render else None
        return design is not None and design.published_render_id != render_id and discard_files(render_id)


def _with_files(render_id: int) -> QuerySet[Render]:
    return Render.objects.filter(pk=render_id, state=RenderState.SUCCEEDED, collected_at=None, reuses=None)


def _reserved_keys(work: ClaimedRender) -> QuerySet[Garbage]:
    return Garbage.objects.filter(design_id=work.design_id, number=work.number, attempt=work.attempt, nonce=work.nonce)
