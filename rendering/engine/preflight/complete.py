"""Completes a finding of an inspector with what is the same for all kinds: its severity, its box and its pointer."""

from collections.abc import Mapping
from dataclasses import replace

from rendering.engine.geometry.rect import Rect
from rendering.engine.layout.placed import Layout, PlacedLayer
from rendering.engine.layout.text import TextLayer
from rendering.engine.preflight.codes import NOTHING_DRAWN
from rendering.engine.preflight.operator_messages import describe_for_operator
from rendering.engine.schema.units import SQUARE_UNITS
from rendering.engine.values import Finding, Fix, Rules

_DIGITS = 2  # of lengths in mm
_SHORT_FORM_FIELDS: Mapping[str, str] = {"text": "text", "size": "fontSize"}  # the short form has no other


def complete_finding(
    finding: Finding, layout: Layout, layer: PlacedLayer | None = None, rules: Rules | None = None
) -> Finding | None:
    """Return a finding with the severity of the technique, its box and a JSON Pointer; None if the technique drops it.

    A finding about a layer has the box of what is visible of it, unless the inspector gave one. It loses a fix that
    the rules of the product refuse.
    """
    severity = layout.area.technique.severity_by_code.get(finding.code, finding.severity)
    if severity == "off":
        return None
    bounds = layer.visible_bounds if layer else None
    box = finding.box or (to_box(bounds) if bounds else None)
    fix = finding.fix
    if fix and rules and isinstance(layer, TextLayer) and fix.path == "size":
        fix = fix if _allows_size(rules, fix.value * layer.unit, layout) else None
    fix = fix and _point_at(fix, layout, layer)
    leaves_nothing = finding.severity == "error" and finding.code in NOTHING_DRAWN
    completed = replace(finding, severity=severity, box=box, fix=fix, leaves_nothing=leaves_nothing)
    return replace(completed, operator_message=finding.operator_message or describe_for_operator(completed))


def to_box(rect: Rect) -> tuple[float, float, float, float]:
    """Return x, y, width and height of a rectangle, mm, as findings give them."""
    return tuple(round(each, _DIGITS) for each in (rect.left, rect.top, rect.width, rect.height))  # type: ignore[return-value]


def _allows_size(rules: Rules, size_mm: float, layout: Layout) -> bool:
    size = size_mm * SQUARE_UNITS / min(layout.area.width_mm, layout.area.height_mm)
    return rules.size_min <= size <= rules.size_max


def _point_at(fix: Fix, layout: Layout, layer: PlacedLayer | None) -> Fix | None:
    """Return a fix with a JSON Pointer into design_data; None where the short form has no such field."""
    if layout.is_short_form:
        name = _SHORT_FORM_FIELDS.get(fix.path)
        return Fix(f"/{name}", fix.value) if name else None
    steps = "".join(f"/layers/{number}" for number in layer.path) if layer else ""
    return Fix(f"/placements/{layout.placement}{steps}/{fix.path}", fix.value)
