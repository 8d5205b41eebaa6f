"""Preflight without a picture: of a design that is being edited, and of a stored revision that nobody has drawn yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from designs import services
from designs.drawing.inputs import DrawInputs, build_pictures
from designs.models import Design, DesignRevision
from designs.previews import cache as preview_cache
from designs.previews.budget import DrawingBudget
from designs.previews.render import draw_in_turn
from designs.previews.request import PreflightInputs
from designs.previews.threads import preview_threads
from designs.renders.findings import FindingJson, find_errors
from designs.renders.snapshot import asset_to_json, design_bounds
from designs.scheduling import Caller
from rendering.engine.request import DrawRequest


class PreflightError(Exception):
    """A design that a session wants to finish has findings that are errors, which nobody has overridden."""

    def __init__(self, design: Design, findings: Sequence[FindingJson]) -> None:
        super().__init__("; ".join(finding["message"] for finding in findings))
        self.design, self.findings = design, list(findings)


@dataclass(frozen=True, slots=True)
class Preflight:
    """The findings and facts of a design; `drawing_seconds` is 0 where they came from the cache."""

    findings: list[dict[str, Any]]
    facts: list[dict[str, Any]]
    drawing_seconds: float = 0.0


def run_preflight(inputs: PreflightInputs, budget: DrawingBudget) -> Preflight:
    """Return the findings and facts of a design: those of its preview, without drawing a picture.

    It takes a preview's turn and drawing time. Raises what `render_preview` raises, without UnusedPlacementError.
    """
    cached = preview_cache.find_copy(inputs.key)
    if cached is not None and cached.keys() == {"data", "findings", "facts"}:
        return Preflight(cached["findings"], cached["facts"])
    budget.check()
    caller = inputs.request.caller
    preview_threads().check_place(caller)  # before the work of validation
    drawing, seconds = draw_in_turn(inputs.to_draw_inputs(), caller, budget)
    about: dict[str, Any] = {
        "findings": [finding.to_json() for finding in drawing.findings],
        "facts": [facts.to_json() for facts in drawing.facts],
    }
    preview_cache.keep_copy(inputs.key, b"", about)
    return Preflight(**about, drawing_seconds=seconds)


def check_preflight(design: Design, revision: DesignRevision) -> None:
    """Raise PreflightError where errors stop a design's session from finishing a revision.

    The findings are those of the revision's render, or are made now: that takes a preview's turn and drawing time, and
    raises what `render_preview` raises of those. NoInkError is for an empty design, whatever its technique says.
    """
    stored = services.find_stored_findings(design, revision)
    findings = stored if stored is not None else _inspect_revision(design, revision)
    errors = find_errors(findings, services.list_overridden_codes(revision))
    if errors:
        raise PreflightError(design, errors)


def _inspect_revision(design: Design, revision: DesignRevision) -> list[FindingJson]:
    stored = services.read_revision(revision, design.product, design.tenant)
    if stored.contents.is_empty:
        raise services.NoInkError(design.pk)
    caller = Caller(design.tenant, design.pk)
    budget = DrawingBudget(caller)
    budget.check()
    preview_threads().check_place(caller)
    drawing, _ = draw_in_turn(_build_inputs(design, revision, stored), caller, budget)
    return [finding.to_json() for finding in drawing.findings]


def _build_inputs(design: Design, revision: DesignRevision, stored: services.CheckedDesign) -> DrawInputs:
    request = DrawRequest(
        revision.design_data,
        design.product.to_rules(),
        outputs=(),
        areas=[area.to_geometry(stored.variant) for area in design.product.areas],
        limits=design_bounds(),
        schema_version=revision.schema_version,
        product_color=stored.variant.color or None if stored.variant else None,
    )
    assets = {pk: asset_to_json(asset) for pk, asset in stored.assets.items()}
    return DrawInputs(request, build_pictures(assets, settings.RENDER_PREVIEW_SECONDS))
