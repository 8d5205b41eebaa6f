"""Pins keep the files of a revision: a pinned render is not superseded, and its files are not discarded.

A pinned render has no `replaced_at`, so that the query for what to discard never meets it. What discards files asks for
pins all the same, under the design's lock, which every pin is made under.
"""

from __future__ import annotations

from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from designs.lifecycle.locks import EventRow, next_event
from designs.models import UNFINISHED, Design, DesignRevision, EventType, Lane, Pin, Render, RenderState

IS_PINNED = Q(Exists(Pin.objects.filter(render=OuterRef("pk"))))
"""Keeps renders that are pinned."""


class DesignPinnedError(Exception):
    """The design cannot be deleted: orders keep its files. `order_ids` names some of them, if they have a name."""

    def __init__(self, design_id: UUID, order_ids: list[str]) -> None:
        super().__init__(f"{design_id} is pinned")
        self.design_id, self.order_ids = design_id, order_ids


def check_unpinned(design_id: UUID) -> None:
    """Raise DesignPinnedError where pins keep files of a design, which the caller has locked."""
    order_ids = list(Pin.objects.filter(design=design_id).order_by("created_at").values_list("order_id", flat=True)[:5])
    if order_ids:
        raise DesignPinnedError(design_id, list(filter(None, order_ids)))


def add_pin(
    design: Design, revision: DesignRevision, render: Render, order_id: str, actor_id: int | None
) -> tuple[Pin, EventRow]:
    """Insert a pin of a locked design; the caller saves the event."""
    pin = Pin.objects.create(
        owner_id=design.owner_id,
        test=design.test,
        design=design,
        revision=revision,
        render=render,
        order_id=order_id,
        created_by_id=actor_id,
    )
    Render.objects.filter(pk=render.pk).update(replaced_at=None)
    # Pages may follow the events: the order is the shop's own affair.
    data = {"revision": revision.number, "render": render.number}
    return pin, next_event(design, EventType.PINNED, data, actor_id)


def move_pin(pin: Pin, render: Render) -> Pin:
    """Let a pin of a locked design keep the files of another render of its revision."""
    pin.render = render
    pin.save(update_fields=["render"])
    Render.objects.filter(pk=render.pk).update(replaced_at=None)
    return pin


def remove_pin(design: Design, pin: Pin, actor_id: int | None) -> EventRow:
    """Delete a pin of a locked design; the caller saves the event.

    Files that nothing keeps any more are discarded after RENDER_KEEP_OLD.
    """
    render_id, data = pin.render_id, {"revision": pin.revision.number, "render": pin.render.number}
    pin.delete()
    replaced = Render.objects.filter(pk=render_id, state=RenderState.SUCCEEDED, collected_at=None).exclude(IS_PINNED)
    replaced.exclude(pk=design.published_render_id or 0).update(replaced_at=Now())
    return next_event(design, EventType.UNPINNED, data, actor_id)


def find_file_render(design: Design, number: int) -> Render | None:
    """Return the render whose files show a revision of a design; None if there are none, or none any more."""
    if design.published_revision == number and design.published_render_id is not None:
        return design.published_render
    succeeded = Render.objects.filter(design=design, revision__number=number, state=RenderState.SUCCEEDED)
    succeeded = succeeded.filter(lane=Lane.PREVIEW)
    newest_first = succeeded.select_related("reuses").defer("frozen", "reuses__frozen").order_by("-number")
    owners = (render.reuses or render for render in newest_first)  # a render that reuses files has none of its own
    return next((owner for owner in owners if owner.collected_at is None and owner.renditions.exists()), None)


def find_unfinished_render(design: Design, number: int) -> Render | None:
    """Return the newest unfinished preview of a revision; None if there is none."""
    unfinished = Render.objects.filter(design=design, revision__number=number, state__in=UNFINISHED, lane=Lane.PREVIEW)
    return unfinished.order_by("-number").first()


def mark_replaced(render_ids: list[int]) -> None:
    """Record that newer renders replaced these; their files are discarded after RENDER_KEEP_OLD unless pinned."""
    Render.objects.filter(pk__in=render_ids).exclude(IS_PINNED).update(replaced_at=Now())
