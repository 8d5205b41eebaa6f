"""Publishing what was drawn and stored: one transaction, conditional on the lease."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import OuterRef, Subquery
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
    with transaction.atomic():
        ids = {one.work.design_id for one in finished}
        designs = lock_designs(ids, "owner_id", "event_count", "asked_render", "published_render_id")
        rows = Render.objects.select_for_update().filter(
            pk__in=[one.work.render_id for one in finished],
            state=RenderState.RUNNING,
            lease_token=finished[0].work.token,
        )
        held = set(rows.order_by("pk").values_list("pk", flat=True))
        if held:
            _write([one for one in finished if one.work.render_id in held], designs)
    return held | _already_published(finished, held)


def _already_published(finished: Sequence[Finished], held: set[int]) -> set[int]:
    missed = {one.work.render_id: one.work.attempt for one in finished if one.work.render_id not in held}
    if not missed:
        return set()
    rows = Render.objects.filter(pk__in=missed, state=RenderState.SUCCEEDED).values_list("pk", "attempt")
    return {pk for pk, attempt in rows if missed[pk] == attempt}


def _write(finished: list[Finished], designs: dict[UUID, Design]) -> None:
    """Settle renders and designs by statements whose number does not grow with theirs: Django's bulk_update costs more
    than the drawing."""
    ids = [one.work.render_id for one in finished]
    newest = {one.work.render_id for one in finished if _is_newest(one.work, designs[one.work.design_id])}
    replaced = [
        designs[one.work.design_id].published_render_id if one.work.render_id in newest else one.work.render_id
        for one in finished
        if one.work.lane == Lane.PREVIEW
    ]
    Rendition.objects.bulk_create([row for one in finished for row in _rows(one)])
    Event.objects.bulk_create(
        [_event(designs[one.work.design_id], one.work, newest=one.work.render_id in newest) for one in finished]
    )
    _note_results(finished)
    Render.objects.filter(pk__in=ids).update(
        state=RenderState.SUCCEEDED, finished_at=Now(), lease_token=None, lease_until=None, error_message=""
    )
    Render.objects.filter(pk__in=[pk for pk in replaced if pk is not None]).update(replaced_at=Now())
    count_events((one.work.design_id for one in finished), updated_at=Now())
    _point_at_newest([one.work.design_id for one in finished if one.work.render_id in newest])


def _is_newest(work: Work, design: Design) -> bool:
    """Tell whether a render's files become the design's. Older previews are superseded before this can ask of them."""
    return work.lane == Lane.PREVIEW and work.number == design.asked_render


def _event(design: Design, work: Work, *, newest: bool) -> Event:
    kind = EventType.PUBLISHED if newest else EventType.COMPLETED
    data = {"render": work.number, "revision": work.frozen["revision"], "lane": work.lane}
    return next_event(design, kind, {**data, "attempt": work.attempt})


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
    )


def _rows(one: Finished) -> list[Rendition]:
    work = one.work
    return [
        Rendition(
            render_id=work.render_id,
            name=file.name,
            kind=file.kind,
            format=file.format,
            width=file.width,
            height=file.height,
            bytes=file.bytes,
            sha256=file.sha256,
            key=keys.rendition_key(work.design_id, work.number, work.attempt, file.name),
        )
        for file in one.files
    ]
