"""Orders print files: once for a revision and its options, kept by a pin of their own."""

from __future__ import annotations

from dataclasses import dataclass
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
from designs.services.errors import NotRenderedError
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


def order_print_file(wanted: NewPrintFile) -> tuple[PrintFile, bool]:
    """Return the print file of a revision with these options, and whether it is new; one that failed is tried again.

    Raises DesignGoneError, UnknownRevisionError, NotRenderedError, NotPrintableError, PrintOptionsError, PressError and
    QuotaExceededError.
    """
    press = describe_press()
    with transaction.atomic():
        design = lock_design(wanted.design_id)
        revision = find_revision(design, wanted.revision or design.revision)
        shown = _find_shown(design, revision)
        if blockers := find_blockers(revision):
            raise NotPrintableError(blockers)
        options = wanted.options.check(list_placements(shown.frozen))
        existing = _find_existing(revision, hash_options(options, press))
        if existing is not None and existing.pin.render.state in {*UNFINISHED, RenderState.SUCCEEDED}:
            return existing, False
        lifecycle.lock_revision_assets(revision)
        about = {"design": str(design.pk), "revision": revision.number}
        snapshot = build_print_snapshot(shown.frozen, options, press, about)
        render, event = lifecycle.queue_render(
            design,
            revision,
            snapshot,
            Lane.PRINT,
            actor_id=wanted.actor_id,
            limits=limits_for_design(design),
            is_current=False,
        )
        if existing is not None:
            lifecycle.move_pin(existing.pin, render)
            printed, events = existing, [event]
        else:
            printed, pinned = _insert(design, revision, render, options, hash_options(options, press), wanted.actor_id)
            events = [event, pinned]
        write_events(events)
        save_design(design, STATE_FIELDS)
        queue.wake_on_commit(Lane.PRINT)
    return select_print_files().get(pk=printed.pk), existing is None


def _find_shown(design: Design, revision: DesignRevision) -> Render:
    """Return the newest render of previews that shows a revision, also if its files are gone: it holds the snapshot."""
    succeeded = Render.objects.filter(design=design, revision=revision, state=RenderState.SUCCEEDED, lane=Lane.PREVIEW)
    shown = succeeded.order_by("-number").first()
    if shown is None:
        raise NotRenderedError(revision.number)
    return shown


def _find_existing(revision: DesignRevision, sha256: str) -> PrintFile | None:
    return select_print_files().filter(revision=revision, options_sha256=sha256).first()


def select_print_files() -> QuerySet[PrintFile]:
    """Return all print files with the rows that show them, without large columns."""
    rows = PrintFile.objects.select_related("revision", "pin__render")
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
