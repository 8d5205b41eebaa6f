"""Publishes renders that are drawn and stored: one transaction, conditional on the lease."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any
from uuid import UUID

from django.db import transaction

from designs.db import bulk
from designs.lifecycle.claim import STORING_EVENTS, ClaimedRender
from designs.lifecycle.locks import EventRow, lock_designs, next_event, write_events
from designs.lifecycle.pins import mark_replaced
from designs.lifecycle.quotas import add_bytes
from designs.models import Design, DesignStatus, EventType, Lane, Render, RenderState, Rendition
from designs.models.tenant import Tenant
from rendering import keys


@dataclass(frozen=True, slots=True)
class StoredFileRow:
    """Values for the rendition row of a stored file; width and height in px, dpi at the placement's real size."""

    name: str
    kind: str
    format: str
    width: int
    height: int
    bytes: int
    sha256: str
    placement: str
    dpi: float


_FILE_COLUMNS = tuple(one.name for one in fields(StoredFileRow))  # asdict() is ten times slower


@dataclass(frozen=True, slots=True)
class StoredRender:
    """One render, drawn and stored."""

    work: ClaimedRender
    files: Sequence[StoredFileRow]
    findings: list[dict[str, Any]]
    receipt: dict[str, Any] = field(default_factory=dict)
    has_storing_events: bool = False  # the design's events record that it is being stored


def publish_renders(finished: Sequence[StoredRender]) -> set[int]:
    """Publish every render whose lease still holds; return the ids of those that are published.

    They include renders that are `succeeded` in this very attempt: then an earlier commit worked, but its response was
    lost. The caller discards the files of all others.
    """
    if not finished:
        return set()
    with transaction.atomic():
        ids = {one.work.design_id for one in finished}
        designs = lock_designs(ids, "owner_id", "test", "event_count", "asked_render", "published_render_id")
        leased = Render.objects.select_for_update().filter(
            pk__in=[one.work.render_id for one in finished],
            state=RenderState.RUNNING,
            lease_token=finished[0].work.lease_token,
        )
        held = set(leased.order_by("pk").values_list("pk", flat=True))
        if held:
            _settle_renders([one for one in finished if one.work.render_id in held], designs)
    return held | _already_published(finished, held)


def _already_published(finished: Sequence[StoredRender], held: set[int]) -> set[int]:
    missed = {one.work.render_id: one.work.attempt for one in finished if one.work.render_id not in held}
    if not missed:
        return set()
    settled = Render.objects.filter(pk__in=missed, state=RenderState.SUCCEEDED).values_list("pk", "attempt")
    return {pk for pk, attempt in settled if missed[pk] == attempt}


def _settle_renders(finished: list[StoredRender], designs: dict[UUID, Design]) -> None:
    """Update renders and designs by a fixed number of statements."""
    newest = {one.work.render_id for one in finished if _is_newest(one.work, designs[one.work.design_id])}
    replaced = [
        designs[one.work.design_id].published_render_id if one.work.render_id in newest else one.work.render_id
        for one in finished
        if one.work.lane == Lane.PREVIEW
    ]
    bulk.insert_rows(Rendition, [row for one in finished for row in rendition_rows(one)])
    write_events([event for one in finished for event in _build_events(designs[one.work.design_id], one, newest)])
    bulk.update_rows(Render, [_render_row(one) for one in finished], finished_at=0)
    if replaced := [pk for pk in replaced if pk is not None]:
        mark_replaced(replaced)
    pointed = {one.work.design_id: one for one in finished if one.work.render_id in newest}
    bulk.update_rows(Design, [_design_row(designs[pk], one.work) for pk, one in pointed.items()], updated_at=0)
    others = {one.work.design_id for one in finished} - set(pointed)
    counts = [{"id": pk, "event_count": designs[pk].event_count} for pk in others]
    bulk.update_rows(Design, counts, updated_at=0)
    add_bytes(_sum_bytes(finished, designs))


def _sum_bytes(finished: Sequence[StoredRender], designs: Mapping[UUID, Design]) -> Counter[Tenant]:
    sizes: Counter[Tenant] = Counter()
    for one in finished:
        design = designs[one.work.design_id]
        sizes[Tenant(design.owner_id, design.test)] += sum(file.bytes for file in one.files)
    return sizes


def _is_newest(work: ClaimedRender, design: Design) -> bool:
    """Tell whether a render's files become the design's: true for the latest requested preview."""
    return work.lane == Lane.PREVIEW and work.number == design.asked_render


def _build_events(design: Design, one: StoredRender, newest: set[int]) -> list[EventRow]:
    work = one.work
    shown = EventType.PUBLISHED if work.render_id in newest else EventType.COMPLETED
    kind = EventType.PRINT_READY if work.lane == Lane.PRINT else shown
    data = {"render": work.number, "revision": work.snapshot["revision"], "lane": work.lane, "attempt": work.attempt}
    events = []
    if not one.has_storing_events:
        about = {"render": work.number, "attempt": work.attempt}
        events = [next_event(design, stage, {**about, **values}) for stage, values in STORING_EVENTS]
    return [*events, next_event(design, kind, data)]


def _render_row(one: StoredRender) -> bulk.RowValues:
    return {
        "id": one.work.render_id,
        "state": RenderState.SUCCEEDED,
        "findings": one.findings,
        "receipt": one.receipt,
        "lease_token": None,
        "lease_until": None,
        "error_message": "",
    }


def _design_row(design: Design, work: ClaimedRender) -> bulk.RowValues:
    """Return the changes of a design whose latest requested render this transaction publishes."""
    return {
        "id": design.pk,
        "event_count": design.event_count,
        "status": DesignStatus.PUBLISHED,
        "published_revision": work.snapshot["revision"],
        "published_render_id": work.render_id,
        "error_code": "",
        "error_message": "",
    }


def rendition_rows(one: StoredRender) -> list[bulk.RowValues]:
    """Return the rows of a stored render's files."""
    work = one.work
    prefix = keys.attempt_prefix(work.design_id, work.number, work.attempt, work.nonce)
    return [
        {
            "render_id": work.render_id,
            **{name: getattr(file, name) for name in _FILE_COLUMNS},
            "key": prefix + file.name,
        }
        for file in one.files
    ]
