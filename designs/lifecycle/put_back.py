"""Queues renders again that a live worker could not settle in time, because of the database.

Such a lease is not lost: the worker is alive, and the design is not to blame. The statements touch renders and garbage
alone, no design, quota or rendition: those may be what is locked.
"""

from __future__ import annotations

from collections.abc import Collection

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce, Now

from designs.lifecycle.claim import ClaimedRender
from designs.lifecycle.fail import backoff_delay
from designs.lifecycle.garbage import add_garbage, build_garbage, discard_attempt
from designs.models import Render, RenderState


def put_back_renders(renders: Collection[ClaimedRender], reason: str) -> None:
    """Queue renders again that are still claimed; take the lost lease off those that another claim took over.

    Files that a worker stored for a render that is no longer its own are discarded: earlier garbage of that attempt may
    have been deleted before they were stored.

    A claim that takes a render over counts a lost lease. The worker that calls this was alive all the time, so that
    count was wrong. A second call for the same claim could take off one too many, which allows one more attempt.
    """
    if not renders:
        return
    with transaction.atomic():
        locked = Render.objects.select_for_update().filter(pk__in=[work.render_id for work in renders])
        rows = {row.pk: row for row in locked.order_by("pk")}
        for work in renders:
            row = rows.get(work.render_id)
            if row is None or row.attempt > work.attempt or row.state == RenderState.SUPERSEDED:
                discard_attempt(
                    work.design_id, work.number, work.attempt, nonce=work.nonce, lane=work.lane, names=work.file_names
                )
            if row is None:
                continue
            if row.lease_token == work.lease_token and row.state == RenderState.RUNNING:
                _queue_again(row, reason)
            elif row.attempt > work.attempt:
                _forgive_lost_lease(row)


def _queue_again(row: Render, reason: str) -> None:
    add_garbage([build_garbage(row, row.attempt)], Now() + settings.RENDER_GRACE, again=True)
    _only(row).update(
        state=RenderState.QUEUED,
        due_at=Now() + backoff_delay(row.failures),
        failures=F("failures") + 1,
        first_failed_at=Coalesce("first_failed_at", Now()),
        lease_token=None,
        lease_until=None,
        error_message=reason,
    )


def _forgive_lost_lease(row: Render) -> None:
    # Also off one that the other claim has published meanwhile; of a failed one the message names the count.
    _only(row).exclude(state=RenderState.FAILED).filter(lost__gt=0).update(lost=F("lost") - 1)


def _only(row: Render) -> QuerySet[Render]:
    return Render.objects.filter(pk=row.pk)
