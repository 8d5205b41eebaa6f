"""Pins the files of a revision for an order, and unpins them."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import Q

from designs import lifecycle
from designs.lifecycle.locks import EventRow, save_design, write_events
from designs.lifecycle.request import supersede_renders
from designs.models import Design, DesignRevision, Pin, Render, RenderState
from designs.services.errors import UnknownRevisionError
from designs.services.locks import STATE_FIELDS, limits_for_design, lock_design
from designs.services.renders import queue_newest_revision, queue_older_revision


def pin_revision(design_id: UUID, number: int, order_id: str, actor_id: int | None) -> tuple[Pin, bool]:
    """Pin a revision's files and return the pin, and whether it is new: a repeated order gets the pin it has.

    A revision without files is rendered; its pin is ready when that is done. The pin of a render that failed is tried
    again. Raises DesignGoneError,
    UnknownRevisionError and QuotaExceededError.
    """
    with transaction.atomic():
        design = lock_design(design_id)
        revision = find_revision(design, number)
        existing = Pin.objects.filter(design=design, revision=revision, order_id=order_id).first()
        if existing is not None and existing.render.state not in {RenderState.FAILED, RenderState.SUPERSEDED}:
            return existing, False
        lifecycle.lock_revision_assets(revision)
        events = []
        render = lifecycle.find_file_render(design, number) or lifecycle.find_unfinished_render(design, number)
        if render is None:
            render, event = _queue_revision(design, revision)
            events.append(event)
        if existing is None:
            pin, event = lifecycle.add_pin(design, revision, render, order_id, actor_id)
            events.append(event)
        else:
            pin = lifecycle.move_pin(existing, render)
        write_events(events)
        save_design(design, STATE_FIELDS)
    pin.refresh_from_db()
    return pin, existing is None


def _queue_revision(design: Design, revision: DesignRevision) -> tuple[Render, EventRow]:
    limits = limits_for_design(design)
    if revision.number == design.revision:
        return queue_newest_revision(design, None, limits)
    return queue_older_revision(design, revision, limits)


def find_revision(design: Design, number: int) -> DesignRevision:
    """Return a revision of a design; UnknownRevisionError if it has none of this number."""
    revision = design.revisions.filter(number=number).first()
    if revision is None:
        raise UnknownRevisionError(number, design.revision)
    return revision


def unpin(pin_id: UUID, actor_id: int | None) -> bool:
    """Remove a pin; False if there is none. Files that nothing else keeps are discarded after RENDER_KEEP_OLD."""
    design_id = Pin.objects.filter(pk=pin_id).values_list("design_id", flat=True).first()
    if design_id is None:
        return False
    with transaction.atomic():
        design = lock_design(design_id)
        pin = Pin.objects.select_related("revision", "render").defer("render__frozen").filter(pk=pin_id).first()
        if pin is None:
            return False
        render = pin.render
        write_events([lifecycle.remove_pin(design, pin, actor_id)])
        if render.number != design.asked_render:  # nobody else waits for it
            supersede_renders(design, Q(pk=render.pk))
        save_design(design, [])
    return True
