"""Requests renders: in the transaction of the edit, with the design locked or new."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from designs.db import bulk
from designs.lifecycle.garbage import add_running_garbage
from designs.lifecycle.locks import EventRow, next_event
from designs.lifecycle.pins import IS_PINNED
from designs.lifecycle.quotas import UNLIMITED, QuotaLimits, charge_design, check_render_limit
from designs.models import (
    UNFINISHED,
    UNFINISHED_SQL,
    Design,
    DesignRevision,
    DesignStatus,
    EventType,
    Lane,
    Render,
    RenderState,
)
from designs.models.tenant import Tenant
from designs.renders.snapshot import inputs_sha256

MAX_TURN = 1_000  # later renders of an owner share the last turn, so that counting stays cheap


def count_unfinished(tenant: Tenant, lane: Lane, limit: int) -> int:
    """Count a tenant's unfinished renders in a lane, but no further than `limit`."""
    where = f"owner_id = %s AND test = %s AND lane = %s AND {UNFINISHED_SQL}"
    return bulk.count_up_to(limit, Render, where, [*tenant, lane])


def assign_turn(tenant: Tenant, lane: Lane, limits: QuotaLimits | None) -> int:
    """Return the position of a new render in its owner's queue, from 1 to MAX_TURN + 1.

    Raises QuotaExceededError where it would exceed `limits`.
    """
    bounded = limits is not None and limits.renders < UNLIMITED
    unfinished = count_unfinished(tenant, lane, max(MAX_TURN, limits.renders) if limits and bounded else MAX_TURN)
    if limits is not None:
        check_render_limit(limits, unfinished)
    return min(unfinished, MAX_TURN) + 1


def supersede_renders(design: Design, only: Q | None = None) -> int:
    """End a design's unfinished renders (those matching `only`); what a running one stores becomes garbage.

    Pinned ones go on: an order waits for their files.
    """
    renders = Render.objects.filter(only or Q(), design=design, state__in=UNFINISHED).exclude(IS_PINNED)
    # All are locked first: a claim could make a queued one running between the query and the update.
    unfinished = list(renders.select_for_update().order_by("pk"))
    add_running_garbage([render for render in unfinished if render.state == RenderState.RUNNING])
    return renders.update(state=RenderState.SUPERSEDED, finished_at=Now(), lease_token=None, lease_until=None)


def queue_render(
    design: Design,
    revision: DesignRevision,
    snapshot: dict[str, Any],
    lane: Lane = Lane.PREVIEW,
    *,
    actor_id: int | None = None,
    limits: QuotaLimits | None = None,
    is_current: bool = True,
) -> tuple[Render, EventRow]:
    """Insert a queued render of `revision`; the caller saves the design's changed fields and the event.

    A current preview makes the design `rendering`, and older unfinished previews are superseded; any other is of an
    older revision, for its files alone. Raises QuotaExceededError where its owner has as many unfinished renders as
    `limits` allow, and where a draft would be one design too many of this month.
    """
    is_new, is_preview = design._state.adding, is_current and lane == Lane.PREVIEW  # noqa: SLF001  # Django's own mark
    is_drafts_first = not is_new and design.status == DesignStatus.DRAFT and design.render_count == 0
    if is_preview and not is_new:
        supersede_renders(design, Q(lane=lane))
    design.render_count += 1
    if is_preview:
        design.asked_render = design.render_count
        design.status = DesignStatus.RENDERING
        design.error_code = design.error_message = ""
    render = Render(
        design=design,
        owner_id=design.owner_id,
        test=design.test,
        revision=revision,
        number=design.render_count,
        lane=lane,
        frozen=snapshot,
        inputs_sha256=inputs_sha256(snapshot),
        turn=assign_turn(design.tenant, lane, limits),
        requested_by_id=actor_id,
    )
    bulk.insert_object(render)
    if is_drafts_first:
        charge_design(design.tenant, limits or QuotaLimits.unlimited())
    data = {"render": render.number, "revision": revision.number, "lane": str(lane)}
    return render, next_event(design, EventType.REQUESTED, data, actor_id)


def reuse_published_files(
    design: Design, revision: DesignRevision, snapshot: dict[str, Any], actor_id: int | None = None
) -> tuple[Render, list[EventRow]] | None:
    """Finish an edit that changes no picture with the files of the published render, without drawing.

    Return None where the pictures change, nothing is published, or those files are discarded already.
    """
    published = design.published_render
    unchanged = published and published.inputs_sha256 == inputs_sha256(snapshot)
    if published is None or not unchanged or published.collected_at:
        return None
    supersede_renders(design, Q(lane=Lane.PREVIEW))
    design.render_count += 1
    render = Render.objects.create(
        design=design,
        owner_id=design.owner_id,
        test=design.test,
        revision=revision,
        number=design.render_count,
        lane=Lane.PREVIEW,
        state=RenderState.SUCCEEDED,
        frozen=snapshot,
        inputs_sha256=published.inputs_sha256,
        reuses=published,
        turn=1,
        findings=published.findings,
        requested_by_id=actor_id,
        finished_at=Now(),
    )
    design.asked_render = render.number
    design.status = DesignStatus.PUBLISHED
    design.published_revision = revision.number
    design.error_code = design.error_message = ""
    data = {"render": render.number, "revision": revision.number, "lane": str(Lane.PREVIEW)}
    events = [
        next_event(design, EventType.REQUESTED, data, actor_id),
        next_event(design, EventType.PUBLISHED, {**data, "reuses": published.number}),
    ]
    return render, events


def record_event(design: Design, kind: EventType, data: dict[str, Any], actor_id: int | None) -> EventRow:
    """Number an event of a use case (created, edited) under the design's lock; the caller saves both."""
    if not transaction.get_connection().in_atomic_block:
        message = "Events are numbered inside the transaction that locks the design."
        raise RuntimeError(message)
    return next_event(design, kind, data, actor_id)
