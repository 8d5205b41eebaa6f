"""Preflight of a stored revision that nobody has drawn yet, without a picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings

from designs.drawing.inputs import DrawInputs, build_pictures
from designs.models import Design, DesignRevision
from designs.previews.budget import DrawingBudget
from designs.previews.render import draw_in_turn
from designs.previews.threads import preview_threads
from designs.renders.snapshot import asset_to_json, design_bounds
from designs.scheduling import Caller
from designs.services import find_assets
from rendering.engine.request import DrawRequest


class PreflightError(Exception):
    """A design that a session wants to finish has findings that are errors: a worker would not publish it."""

    def __init__(self, design: Design, findings: Sequence[dict[str, Any]]) -> None:
        super().__init__("; ".join(finding["message"] for finding in findings))
        self.design, self.findings = design, list(findings)


def check_preflight(design: Design, revision: DesignRevision) -> None:
    """Inspect a revision on behalf of its design's session; PreflightError lists the findings that are errors.

    It takes a preview's turn and drawing time, and raises what `render_preview` raises of those.
    """
    caller = Caller(design.tenant, design.pk)
    budget = DrawingBudget(caller)
    budget.check()
    preview_threads().check_place(caller)
    drawing, _ = draw_in_turn(_build_inputs(design, revision), caller, budget)
    errors = [finding.to_json() for finding in drawing.findings if finding.severity == "error"]
    if errors:
        raise PreflightError(design, errors)


def _build_inputs(design: Design, revision: DesignRevision) -> DrawInputs:
    areas = [area.to_geometry() for area in design.product.areas]
    assets = find_assets(revision.design_data, design.tenant)
    request = DrawRequest(
        revision.design_data,
        design.product.to_rules(),
        outputs=(),
        areas=areas,
        limits=design_bounds(),
        schema_version=revision.schema_version,
    )
    stored = {pk: asset_to_json(asset) for pk, asset in assets.items()}
    return DrawInputs(request, build_pictures(stored, settings.RENDER_PREVIEW_SECONDS))
