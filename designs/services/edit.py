"""Edits a design."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from designs.broker import queue
from designs.lifecycle import queue_render, record_asset_uses, record_event, reuse_published_files
from designs.lifecycle.locks import EventRow, save_design, write_events
from designs.models import Design, DesignRevision, DesignStatus, EventType, Lane
from designs.renders.snapshot import build_snapshot
from designs.services.locked_layers import check_locked_layers
from designs.services.locks import (
    STATE_FIELDS,
    check_session_round,
    describe_conflict,
    limits_for_design,
    lock_design,
    session_data,
)
from designs.services.renders import queue_newest_revision
from designs.services.revisions import add_revision
from designs.services.validation import CheckedDesign, check_design_data, reject_empty
from rendering.fonts.catalogue import installed_fonts


@dataclass(frozen=True, slots=True)
class DesignEdit:
    """Changes to a design; None leaves a value as it is. `seen_edit_count` is the count the caller last saw.

    `session_round` is the round of the calling designer session, None for other callers. A session may use
    only pictures that were uploaded for its design, that the design uses already, or that are in `session_assets`.
    """

    design_data: Mapping[str, Any] | None = None
    metadata: dict[str, Any] | None = None
    external_id: str | None = None
    customer: str | None = None
    render: bool | None = None
    seen_edit_count: int | None = None
    session_round: int | None = None
    session_assets: Set[str] = frozenset()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to change and no render to request."""
        given = (self.design_data, self.metadata, self.external_id, self.customer)
        return not self.render and all(value is None for value in given)


def edit_design(design_id: UUID, edit: DesignEdit, actor_id: int | None) -> Design:
    """Change a design. New data makes a new revision.

    It is rendered unless `render` is false; of a draft, only if `render` is true.

    Raises SpecError, DesignGoneError, QuotaExceededError, SessionOverError, LockedLayerError, and EditConflictError
    where `seen_edit_count` is out of date.
    """
    with transaction.atomic():
        design = lock_design(design_id)
        check_session_round(design, edit.session_round)
        if edit.seen_edit_count is not None and edit.seen_edit_count != design.edit_count:
            raise describe_conflict(design)
        if edit.is_empty:
            return design
        design.edit_count += 1
        changed = [name for name in ("metadata", "external_id", "customer") if getattr(edit, name) is not None]
        for name in changed:
            setattr(design, name, getattr(edit, name))
        events = [
            record_event(design, EventType.EDITED, {"fields": changed, **session_data(edit.session_round)}, actor_id)
        ]
        if edit.design_data is not None:
            events[0]["data"]["fields"] = ["design_data", *changed]
            checked = _check_edit(design, edit, edit.design_data)
            revision = add_revision(design, edit.design_data, actor_id)
            record_asset_uses(revision, checked.assets)
            events[0]["data"]["revision"] = revision.number
            if edit.render or (edit.render is None and design.status != DesignStatus.DRAFT):
                events += _render_edit(design, revision, checked, actor_id)
        elif edit.render:
            events.append(queue_newest_revision(design, actor_id, limits_for_design(design))[1])
        write_events(events)
        save_design(design, [*STATE_FIELDS, "edit_count", *changed])
    design.refresh_from_db()
    return design


def _check_edit(design: Design, edit: DesignEdit, data: Mapping[str, Any]) -> CheckedDesign:
    if edit.session_round is None:
        return check_design_data(data, design.product, design.tenant)
    checked = check_design_data(data, design.product, design.tenant, design.pk, edit.session_assets)
    check_locked_layers(design.revisions.get(number=design.revision), data, checked.contents)
    return checked


def _render_edit(
    design: Design, revision: DesignRevision, checked: CheckedDesign, actor_id: int | None
) -> list[EventRow]:
    reject_empty(checked.contents)
    fonts = installed_fonts()
    snapshot = build_snapshot(revision, design.product, checked.contents, fonts, checked.assets, checked.variant)
    if reused := reuse_published_files(design, revision, snapshot, actor_id):
        return reused[1]
    queue.wake_on_commit(Lane.PREVIEW)
    return [queue_render(design, revision, snapshot, actor_id=actor_id, limits=limits_for_design(design))[1]]
