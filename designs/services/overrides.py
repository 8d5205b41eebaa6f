"""Overrides of findings, and what stops a revision from being printed."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from designs import lifecycle
from designs.lifecycle import record_event
from designs.lifecycle.locks import save_event_counts, write_events
from designs.models import Design, DesignRevision, EventType, Lane, Override, Render, RenderState
from designs.renders.findings import FindingJson, current_code, find_errors
from designs.services.errors import CodeError, NotRenderedError
from designs.services.locks import lock_design
from designs.services.pins import find_revision
from rendering.engine.preflight.codes import CODES, NOTHING_DRAWN


@dataclass(frozen=True, slots=True)
class Decider:
    """Who overrides a finding: a user, and the API key by its name and first characters, "" without one."""

    user_id: int | None
    key: str = ""


def override_finding(design_id: UUID, number: int, code: str, reason: str, decider: Decider) -> Override:
    """Let a revision be printed in spite of errors of a code; return the override.

    It takes the place of an earlier one. Raises DesignGoneError, UnknownRevisionError, and CodeError for a code that
    cannot be overridden.
    """
    code = check_code(code)
    with transaction.atomic():
        design = lock_design(design_id)
        revision = find_revision(design, number)
        values = {"reason": reason, "decided_by_id": decider.user_id, "key": decider.key, "decided_at": Now()}
        override, _ = Override.objects.update_or_create(revision=revision, code=code, defaults=values)
        _record(design, number, code, decider)
    override.refresh_from_db()
    return override


def remove_override(design_id: UUID, number: int, code: str, decider: Decider) -> bool:
    """Let errors of a code stop a revision again; False if nobody had overridden it.

    Raises DesignGoneError and UnknownRevisionError.
    """
    code = current_code(code)
    with transaction.atomic():
        design = lock_design(design_id)
        revision = find_revision(design, number)
        if not Override.objects.filter(revision=revision, code=code).delete()[0]:
            return False
        _record(design, number, code, decider, removed=True)
    return True


def _record(design: Design, number: int, code: str, decider: Decider, **more: bool) -> None:
    """Write the event of a locked design; its number makes an ETag out of date that knew another `printable`."""
    data = {"revision": number, "code": code, **({"key": decider.key} if decider.key else {}), **more}
    write_events([record_event(design, EventType.OVERRIDDEN, data, decider.user_id)])
    save_event_counts([design])


def check_code(code: str) -> str:
    """Return the code of today for one that can be overridden; CodeError for any other."""
    current = current_code(code)
    if current in NOTHING_DRAWN:
        raise CodeError(f"{current} cannot be overridden: nothing of the layer would be printed. Change the design.")
    if current not in CODES:
        near = get_close_matches(current, CODES, 1)
        hint = f" Do you mean {near[0]}?" if near else " docs/preflight.md lists them."
        raise CodeError(f"There are no findings of this code.{hint}")
    return current


def list_overridden_codes(revision: DesignRevision) -> frozenset[str]:
    """Return the codes that are overridden for a revision."""
    return frozenset(Override.objects.filter(revision=revision).values_list("code", flat=True))


def find_blockers(revision: DesignRevision) -> list[FindingJson]:
    """Return the findings that stop a revision from being printed: errors of its render that nobody has overridden.

    They are those that the render recorded, by the rules of its time. Raises NotRenderedError if none has succeeded.
    """
    findings = find_stored_findings(revision.design, revision)
    if findings is None:
        raise NotRenderedError(revision.number)
    return find_errors(findings, list_overridden_codes(revision))


def find_stored_findings(design: Design, revision: DesignRevision) -> list[FindingJson] | None:
    """Return the findings of the render that shows a revision, or did while it had files; None if none succeeded."""
    source = lifecycle.find_file_render(design, revision.number)
    if source is None:
        succeeded = Render.objects.filter(design=design, revision=revision, state=RenderState.SUCCEEDED)
        succeeded = succeeded.filter(lane=Lane.PREVIEW)
        newest = succeeded.select_related("reuses").defer("frozen", "reuses__frozen").order_by("-number").first()
        source = newest and (newest.reuses or newest)
    return None if source is None else list(source.findings)
