"""Publishing what was drawn and stored: one transaction, conditional on the lease."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from designs.lifecycle.claiming import Work
from designs.lifecycle.locking import lock_designs, next_event, save_designs
from designs.models import Design, DesignStatus, Event, EventType, Lane, Render, RenderState, Rendition
from rendering import keys

PUBLISHED_FIELDS = ("status", "published_revision", "published_render", "error_code", "error_message")


@dataclass(frozen=True, slots=True)
class StoredFileRow:
    """What a rendition's row says of one stored file; width and height in px."""

    name: str
    kind: str
    format: str
    width: int
    height: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Finished:
    """One render, drawn and stored."""

    work: Work
    files: Sequence[StoredFileRow]
    findings: list[dict[str, Any]]
    receipt: dict[str, Any] = field(default_factory=dict)


def publish(finished: Sequence[Finished]) -> set[int]:
    """Publish every render whose lease still holds and return the ids of those that are published.

    A render that shows `succeeded` under this very attempt counts too: that is a commit whose answer was lost. The
    files of the others are nobody's: the caller deletes them.
    """
    if not finished:
        return set()
    by_render = {one.work.render_id: one for one in finished}
    with transaction.atomic():
        designs = lock_designs({one.work.design_id for one in finished})
        held = list(
            Render.objects.select_for_update()
            .filter(pk__in=by_render, state=RenderState.RUNNING, lease_token=finished[0].work.token)
            .order_by("pk")
        )
        if held:
            _write(held, designs, by_render)
    return {render.pk for render in held} | _already_published(finished, {render.pk for render in held})


def _already_published(finished: Sequence[Finished], held: set[int]) -> set[int]:
    missed = {one.work.render_id: one.work.attempt for one in finished if one.work.render_id not in held}
    if not missed:
        return set()
    rows = Render.objects.filter(pk__in=missed, state=RenderState.SUCCEEDED).values_list("pk", "attempt")
    return {pk for pk, attempt in rows if missed[pk] == attempt}


def _write(held: list[Render], designs: dict[Any, Design], by_render: dict[int, Finished]) -> None:
    replaced: list[int] = []
    events: list[Event] = []
    for render in held:
        one, design = by_render[render.pk], designs[render.design_id]
        render.findings, render.receipt, render.state = one.findings, one.receipt, RenderState.SUCCEEDED
        render.finished_at = Now()  # an expression until it is read again
        render.lease_token = render.lease_until = None
        events.append(_settle_design(design, render, replaced))
    Rendition.objects.bulk_create([row for render in held for row in _rows(render, by_render[render.pk])])
    Render.objects.bulk_update(held, ["findings", "receipt", "state", "finished_at", "lease_token", "lease_until"])
    Render.objects.filter(pk__in=replaced).update(replaced_at=Now())
    Event.objects.bulk_create(events)
    save_designs([designs[pk] for pk in sorted({render.design_id for render in held})], PUBLISHED_FIELDS)


def _settle_design(design: Design, render: Render, replaced: list[int]) -> Event:
    """Point the design at the render's files; only the newest preview asked for does that."""
    data = {"render": render.number, "revision": render.frozen["revision"], "lane": render.lane}
    if render.lane != Lane.PREVIEW:
        return next_event(design, EventType.COMPLETED, {**data, "attempt": render.attempt})
    if design.published_render_id is not None:
        replaced.append(design.published_render_id)
    design.status = DesignStatus.PUBLISHED
    design.published_revision = render.frozen["revision"]
    design.published_render_id = render.pk
    design.error_code = design.error_message = ""
    return next_event(design, EventType.PUBLISHED, {**data, "attempt": render.attempt})


def _rows(render: Render, one: Finished) -> list[Rendition]:
    return [
        Rendition(
            render=render,
            name=file.name,
            kind=file.kind,
            format=file.format,
            width=file.width,
            height=file.height,
            bytes=file.bytes,
            sha256=file.sha256,
            key=keys.rendition_key(render.design_id, render.number, render.attempt, file.name),
        )
        for file in one.files
    ]
