"""Orders print files: once for a revision and its options, kept by a pin of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from designs import lifecycle
from designs.broker import queue
from designs.lifecycle.locks import EventRow, save_design, write_events
from designs.models import UNFINISHED, Design, DesignRevision, Lane, PrintFile, Render, RenderState
from designs.renders.findings import FindingJson
from designs.renders.print_options import (
    PrintOptions,
    build_print_snapshot,
    describe_press,
    hash_options,
    list_placements,
)
from designs.services.errors import DesignGoneError, NotRenderedError
from designs.services.locks import STATE_FIELDS, limits_for_design, lock_design
from designs.services.overrides import find_blockers
from designs.services.pins import find_revision

ORDER_PREFIX = "print-file "  # of the pin's order id, which says what keeps the files


class NotPrintableError(Exception):
    """Errors of preflight stop a revision from being printed, and nobody has overridden them."""

    def __init__(self, findings: list[FindingJson]) -> None:
        super().__init__(findings)
        self.findings = findings


@dataclass(frozen=True, slots=True)
class NewPrintFile:
    """Files to print: of a revision, None for the newest."""

    design_id: UUID
    options: PrintOptions
    revision: int | None = None
    actor_id: int | None = None


@dataclass(frozen=True, slots=True)
class PrintPlan:
    """A revision that may be printed, the options with all defaults, and the snapshot to draw from."""

    revision: DesignRevision
    options: PrintOptions
    snapshot: dict[str, Any]


def order_print_file(wanted: NewPrintFile) -> tuple[PrintFile, bool]:
    """Return the print file of a revision with these options, and whether it is new; one that failed is tried again.

    Raises DesignGoneError, UnknownRevisionError, NotRenderedError, NotPrintableError, PrintOptionsError, PressError and
    QuotaExceededError.
    """
    press = describe_press()
    with transaction.atomic():
        design = lock_design(wanted.design_id)
        plan = _plan(design, wanted, press)
        revision, options, sha256 = plan.revision, plan.options, hash_options(plan.options, press)
        existing = select_print_files().filter(revision=revision, options_sha256=sha256).first()
        if existing is not None and existing.pin.render.state in {*UNFINISHED, RenderState.SUCCEEDED}:
            return existing, False
        lifecycle.lock_revision_assets(revision)
        render, event = lifecycle.queue_render(
            design,
            revision,
            plan.snapshot,
            Lane.PRINT,
            actor_id=wanted.actor_id,
            limits=limits_for_design(design),
            is_current=False,
        )
        if existing is not None:
            lifecycle.move_pin(existing.pin, render)
            printed, events = existing, [event]
        else:
            printed, pinned = _insert(design, revision, render, options, sha256, wanted.actor_id)
            events = [event, pinned]
        write_events(events)
        save_design(design, STATE_FIELDS)
        queue.wake_on_commit(Lane.PRINT)
    return select_print_files().get(pk=printed.pk), existing is None


def plan_print_file(wanted: NewPrintFile) -> PrintPlan:
    """Return what `order_print_file` would make, and store nothing; it raises the same, but no QuotaExceededError."""
    design = Design.objects.filter(pk=wanted.design_id, deleted_at=None).first()
    if design is None:
        raise DesignGoneError(wanted.design_id)
    return _plan(design, wanted, describe_press())


def _plan(design: Design, wanted: NewPrintFile, press: Mapping[str, Any]) -> PrintPlan:
    revision = find_revision(design, wanted.revision or design.revision)
    shown = _find_shown(design, revision)
    if blockers := find_blockers(revision):
        raise NotPrintableError(blockers)
    options = wanted.options.check(list_placements(shown.frozen))
    about = {"design": str(design.pk), "revision": revision.number}
    return PrintPlan(revision, options, build_print_snapshot(shown.frozen, options, press, about))


def _find_shown(design: Design, revision: DesignRevision) -> Render:
    """Return the newest render of previews that shows a revision, also if its files are gone: it holds the snapshot."""
    succeeded = Render.objects.filter(design=design, revision=revision, state=RenderState.SUCCEEDED, lane=Lane.PREVIEW)
    shown = succeeded.order_by("-number").first()
    if shown is None:
        raise NotRenderedError(revision.number)
    return shown


def select_print_files() -> QuerySet[PrintFile]:
    """Return all print files with the rows that show them, without large columns."""
    rows = PrintFile.objects.select_related("revision", "pin__render").prefetch_related("pin__render__renditions")
    return rows.defer("revision__design_data", "pin__render__frozen")


def _insert(  # noqa: PLR0917  the columns of a row
    design: Design,
    revision: DesignRevision,
    render: Render,
    options: PrintOptions,
    sha256: str,
    actor_id: int | None,
) -> tuple[PrintFile, EventRow]:
    printed = PrintFile(
        owner_id=design.owner_id,
        test=design.test,
        design=design,
        revision=revision,
        options=options.to_json(),
        options_sha256=sha256,
        created_by_id=actor_id,
    )
    pin, event = lifecycle.add_pin(design, revision, render, f"{ORDER_PREFIX}{printed.pk}", actor_id)
    printed.pin = pin
    printed.save(force_insert=True)
    return printed, event
