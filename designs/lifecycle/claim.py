"""Claims due renders for a worker, records their progress as events, and releases those that were not begun."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from designs.db import bulk
from designs.lifecycle.garbage import add_garbage, build_garbage
from designs.lifecycle.locks import lock_designs, next_event, save_event_counts, write_events
from designs.models import Design, EventType, Render, RenderState
from designs.renders.lanes import LaneRules
from rendering import keys

MAX_LOST_LEASES = 5  # lost by dead workers; then the render is poison
EventTemplates: TypeAlias = tuple[tuple[EventType, dict[str, Any]], ...]
STORING_EVENTS: EventTemplates = ((EventType.STAGE, {"stage": "storing"}),)
CLAIMED_EVENTS: EventTemplates = ((EventType.CLAIMED, {}), (EventType.STAGE, {"stage": "drawing"}))
_CLAIM_COLUMNS = ("design_id", "number", "attempt", "nonce", "lease_token", "lane", "frozen", "lost", "state")
_EVENT_COLUMNS = ("owner_id", "event_count")  # of a design, for writing its events


@dataclass(frozen=True, slots=True)
class ClaimedRender:
    """One claimed render, as values: drawing needs no further query.

    `has_more_due` says that the lane (probably) has more due renders than this claim took.
    """

    render_id: int
    design_id: uuid.UUID
    number: int
    attempt: int
    lane: str
    lease_token: uuid.UUID
    snapshot: dict[str, Any]
    has_more_due: bool
    has_claim_events: bool = True  # the design's events record this claim

    @property
    def nonce(self) -> str:
        """The random part of this attempt's storage keys."""
        return attempt_nonce(self.lease_token)

    @property
    def file_names(self) -> list[str]:
        """Names of the files it will store."""
        return [output["name"] for output in self.snapshot["outputs"]]


def attempt_nonce(lease_token: uuid.UUID) -> str:
    """Return the nonce of an attempt: the first digits of its lease token, which are random."""
    return lease_token.hex[: keys.NONCE_LENGTH]


def _claimable(lane: str) -> QuerySet[Render]:
    # A row whose fifth lease has ended is poison: the reconciler fails it, no worker claims it.
    poison = Q(state=RenderState.RUNNING, lost__gte=MAX_LOST_LEASES - 1)
    return Render.objects.filter_due(lane).exclude(poison).order_by("priority", "turn", "pk").only(*_CLAIM_COLUMNS)


def _isolate_suspect(due: Sequence[Render]) -> list[Render]:
    """Claim a render that has lost a lease alone, so that poison takes no neighbours with it."""
    if due and _is_suspect(due[0]):
        return [due[0]]
    return [row for row in due if not _is_suspect(row)]


def _is_suspect(row: Render) -> bool:
    return row.lost > 0 or row.state == RenderState.RUNNING


def claim_renders(rules: LaneRules) -> list[ClaimedRender]:
    """Claim up to `rules.claim_size` due renders in fair order, each for `rules.lease` s."""
    if connection.vendor == "sqlite" and not _claimable(rules.name).exists():
        return []  # checked without BEGIN IMMEDIATE, so that an idle worker takes no writer lock
    token = uuid.uuid4()
    with transaction.atomic():
        due = list(_claimable(rules.name).select_for_update(skip_locked=True)[: rules.claim_size])
        taken = _isolate_suspect(due)
        if not taken:
            return []
        add_garbage(
            [build_garbage(row, row.attempt) for row in taken if row.state == RenderState.RUNNING],
            Now() + settings.RENDER_GRACE,
            again=True,
        )
        rows = [_claimed_row(row, token) for row in taken]
        bulk.update_rows(Render, rows, lease_until=rules.lease, due_at=rules.lease, started_at=0)
        # In the same transaction, which saves one. It must not wait: who holds the designs may wait for these renders.
        designs = lock_designs({row.design_id for row in taken}, *_EVENT_COLUMNS, skip_locked=True)
        has_more_due = len(due) == rules.claim_size or len(taken) < len(due)
        renders = [
            ClaimedRender(
                r.pk,
                r.design_id,
                r.number,
                r.attempt + 1,
                r.lane,
                token,
                r.frozen,
                has_more_due,
                r.design_id in designs,
            )
            for r in taken
        ]
        _write_progress([work for work in renders if work.has_claim_events], designs, CLAIMED_EVENTS)
    return renders


def _claimed_row(row: Render, token: uuid.UUID) -> bulk.RowValues:
    return {
        "id": row.pk,
        "lost": row.lost + (row.state == RenderState.RUNNING),
        "state": RenderState.RUNNING,
        "attempt": row.attempt + 1,
        "nonce": attempt_nonce(token),
        "lease_token": token,
    }


def record_progress(renders: Sequence[ClaimedRender], events: EventTemplates) -> None:
    """Record the same events for every render still leased, in one transaction."""
    if not renders:
        return
    with transaction.atomic():
        designs = lock_designs((work.design_id for work in renders), *_EVENT_COLUMNS)
        held = Render.objects.filter(
            pk__in=[work.render_id for work in renders], lease_token=renders[0].lease_token, state=RenderState.RUNNING
        )
        ids = set(held.values_list("pk", flat=True))
        _write_progress(
            [work for work in renders if work.render_id in ids and work.design_id in designs], designs, events
        )


def _write_progress(
    renders: Sequence[ClaimedRender], designs: Mapping[uuid.UUID, Design], events: EventTemplates
) -> None:
    write_events(
        [
            next_event(designs[work.design_id], kind, {"render": work.number, "attempt": work.attempt, **data})
            for work in renders
            for kind, data in events
        ]
    )
    save_event_counts({work.design_id: designs[work.design_id] for work in renders}.values())


def release_renders(renders: Collection[ClaimedRender]) -> int:
    """Queue again renders that were not begun: due now, the lease not counted as lost. Return how many."""
    if not renders:
        return 0
    held = Render.objects.filter(
        pk__in=[work.render_id for work in renders],
        lease_token=next(iter(renders)).lease_token,
        state=RenderState.RUNNING,
    )
    with transaction.atomic():
        # Locked in id order first: an UPDATE alone locks in any order, and could deadlock with deleting a design.
        locked = list(held.select_for_update().order_by("pk").values_list("pk", flat=True))
        return Render.objects.filter(pk__in=locked).update(
            state=RenderState.QUEUED, due_at=Now(), lease_token=None, lease_until=None
        )
