"""Publishing what was drawn and stored: one transaction, conditional on the lease."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Now

from designs.lifecycle.claiming import Work
from designs.lifecycle.locking import count_events, lock_designs, next_event
from designs.models import Design, DesignStatus, Event, EventType, Lane, Render, RenderState, Rendition
from rendering import keys


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
    """Settle renders and designs by statements whose number does not grow with theirs: Django's bulk_update costs more
    than the drawing."""
    ids = [render.pk for render in held]
    previews = [render for render in held if render.lane == Lane.PREVIEW]
    replaced = [designs[render.design_id].published_render_id for render in previews]
    Rendition.objects.bulk_create([row for render in held for row in _rows(render, by_render[render.pk])])
    Event.objects.bulk_create([_event(designs[render.design_id], render) for render in held])
    _note_results([by_render[render.pk] for render in held])
    Render.objects.filter(pk__in=ids).update(
        state=RenderState.SUCCEEDED, finished_at=Now(), lease_token=None, lease_until=None, error_message=""
    )
    Render.objects.filter(pk__in=[pk for pk in replaced if pk is not None]).update(replaced_at=Now())
    count_events((render.design_id for render in held if render.lane != Lane.PREVIEW), updated_at=Now())
    _point_at_newest([render.design_id for render in previews])


def _event(design: Design, render: Render) -> Event:
    kind = EventType.PUBLISHED if render.lane == Lane.PREVIEW else EventType.COMPLETED
    data = {"render": render.number, "revision": render.frozen["revision"], "lane": render.lane}
    return next_event(design, kind, {**data, "attempt": render.attempt})


def _note_results(finished: Sequence[Finished]) -> None:
    """Write each render's findings and receipt, many rows a round trip."""
    table = connection.ops.quote_name(Render._meta.db_table)  # noqa: SLF001  # the documented model API
    rows = [(json.dumps(one.findings), json.dumps(one.receipt), one.work.render_id) for one in finished]
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {table} SET findings = %s, receipt = %s WHERE id = %s", rows)  # noqa: S608


def _point_at_newest(design_ids: Sequence[UUID]) -> None:
    """Point designs at the newest render asked for, which this transaction has just settled."""
    if not design_ids:
        return
    asked = Render.objects.filter(design=OuterRef("pk"), number=OuterRef("asked_render"))
    Design.objects.filter(pk__in=design_ids).update(
        status=DesignStatus.PUBLISHED,
        published_revision=Subquery(asked.values("revision__number")[:1]),
        published_render=Subquery(asked.values("pk")[:1]),
        error_code="",
        error_message="",
        event_count=F("event_count") + 1,
        updated_at=Now(),
    )


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
