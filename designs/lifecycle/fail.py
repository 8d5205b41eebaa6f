"""Ends a render without publishing it: retry later, failure, poison. And raises what has waited long."""

from __future__ import annotations

import random
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce, Now

from designs.lifecycle.claim import MAX_LOST_LEASES, ClaimedRender
from designs.lifecycle.garbage import add_garbage, build_garbage
from designs.lifecycle.locks import lock_designs, next_event, save_design, write_events
from designs.models import UNFINISHED, Design, DesignStatus, EventType, Lane, Render, RenderState

FIRST_BACKOFF = 0.5  # s


def backoff_delay(failures: int) -> timedelta:
    """Return the delay after so many failures in a row: doubling, with random jitter, at most RENDER_BACKOFF_MAX."""
    ceiling = min(settings.RENDER_BACKOFF_MAX, FIRST_BACKOFF * 2 ** min(failures, 20))
    return timedelta(seconds=ceiling * random.uniform(0.5, 1))  # noqa: S311  # to spread the load, not for security


def retry_render(work: ClaimedRender, code: str, message: str) -> bool:
    """Queue a render again after a transient failure, or fail it after RENDER_RETRY_FOR of failures.

    Retries are not limited in number. Return False where the lease was lost meanwhile.
    """
    with transaction.atomic():
        design = lock_designs([work.design_id]).get(work.design_id)
        render = _lock_leased(work)
        if design is None or render is None:
            return False
        add_garbage([build_garbage(render, work.attempt)], Now() + settings.RENDER_GRACE, again=True)
        if _has_failed_for_long(render):
            _mark_failed(design, render, code, message)
            return True
        Render.objects.filter(pk=render.pk).update(
            state=RenderState.QUEUED,
            due_at=Now() + backoff_delay(render.failures),
            failures=F("failures") + 1,
            first_failed_at=Coalesce("first_failed_at", Now()),
            lease_token=None,
            lease_until=None,
            error_message=message,
        )
        if render.failures == 0:  # only the first failure of an outage is an event
            data = {"render": render.number, "attempt": work.attempt, "reason": message}
            write_events([next_event(design, EventType.RETRYING, data)])
            save_design(design, [])
    return True


def _has_failed_for_long(render: Render) -> bool:
    return Render.objects.filter(pk=render.pk, first_failed_at__lte=Now() - settings.RENDER_RETRY_FOR).exists()


def fail_render(work: ClaimedRender, code: str, message: str) -> bool:
    """Fail a render that can never succeed; False where the lease was lost meanwhile."""
    with transaction.atomic():
        design = lock_designs([work.design_id]).get(work.design_id)
        render = _lock_leased(work)
        if design is None or render is None:
            return False
        _mark_failed(design, render, code, message)
    return True


def poison_renders() -> QuerySet[Render]:
    """Return the renders that have lost MAX_LOST_LEASES leases, counting the one that has just ended."""
    return Render.objects.filter(state=RenderState.RUNNING, due_at__lte=Now(), lost__gte=MAX_LOST_LEASES - 1)


def fail_poison_renders(limit: int = 100) -> int:
    """Fail the renders that keep ending their workers; return how many."""
    ended = 0
    for pk, design_id in list(poison_renders().values_list("pk", "design_id").order_by("pk")[:limit]):
        with transaction.atomic():
            design = lock_designs([design_id]).get(design_id)
            render = (
                Render.objects.select_for_update().filter(pk=pk, state=RenderState.RUNNING, due_at__lte=Now()).first()
            )
            if design is None or render is None:
                continue
            add_garbage([build_garbage(render, render.attempt)], Now() + settings.RENDER_GRACE, again=True)
            render.lost += 1
            message = (
                f"Drawing this design ended its worker {render.lost} times. Simplify the design, or ask the operator."
            )
            _mark_failed(design, render, "poison", message)
            ended += 1
    return ended


def long_waiting_renders() -> QuerySet[Render]:
    """Return the due renders that were requested longer than RENDER_RAISE_AFTER ago and are not raised yet."""
    return Render.objects.filter(
        state__in=UNFINISHED, priority=1, due_at__lte=Now(), requested_at__lte=Now() - settings.RENDER_RAISE_AFTER
    )


def raise_priority(limit: int = 1_000) -> int:
    """Raise the priority of renders that have waited long; return how many.

    Locked rows are left for the next tick: waiting for several, in no order, could deadlock with an edit.
    """
    old = long_waiting_renders()
    if not old.exists():
        return 0
    with transaction.atomic():
        free = list(old.select_for_update(skip_locked=True).order_by("pk").values_list("pk", flat=True)[:limit])
        return Render.objects.filter(pk__in=free).update(priority=0)


def _lock_leased(work: ClaimedRender) -> Render | None:
    held = Render.objects.select_for_update().filter(
        pk=work.render_id, state=RenderState.RUNNING, lease_token=work.lease_token
    )
    return held.first()


def _mark_failed(design: Design, render: Render, code: str, message: str) -> None:
    Render.objects.filter(pk=render.pk).update(
        state=RenderState.FAILED,
        error_code=code,
        error_message=message,
        lost=render.lost,
        finished_at=Now(),
        lease_token=None,
        lease_until=None,
    )
    fields: list[str] = []
    if render.lane == Lane.PREVIEW and design.asked_render == render.number:
        design.status, design.error_code, design.error_message = DesignStatus.FAILED, code, message
        fields = ["status", "error_code", "error_message"]
    data = {"render": render.number, "attempt": render.attempt, "lane": render.lane, "code": code, "message": message}
    kind = EventType.PRINT_FAILED if render.lane == Lane.PRINT else EventType.FAILED
    write_events([next_event(design, kind, data)])
    save_design(design, fields)
