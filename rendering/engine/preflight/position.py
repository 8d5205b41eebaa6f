"""Findings about where a layer lies: beyond the trim, in the safe zone, across the cut, short of the bleed."""

import math
from collections.abc import Callable, Iterator

import numpy as np

from rendering.engine.geometry.bezier import FloatArray
from rendering.engine.geometry.rect import Rect
from rendering.engine.layout.placed import Layout, PlacedLayer
from rendering.engine.preflight.complete import to_box
from rendering.engine.preflight.ink_corners import bound_points, list_rect_points
from rendering.engine.preflight.trim import covers_area, is_cut, measure_margin
from rendering.engine.preflight.wording import name_layer
from rendering.engine.values import Finding, Fix

_TOLERANCE = 1e-4  # mm; rounding errors at an edge
_HALVINGS, _ROUNDING = 12, 0.02  # of the way to the middle; mm, of the box that a fix gives
REACH_MM = 0.1  # from the trim: art that ends so near to it is meant to reach it


def inspect_read(
    layer: PlacedLayer, layout: Layout, bounds: Rect, list_points: Callable[[], FloatArray]
) -> Iterator[Finding]:
    """Yield the finding about the position of a layer that people read, at most one.

    `bounds` is around its ink; the exact corners of the ink are listed only for what lies near an edge by its bounds.
    """
    noun, area = name_layer(layer.source), layout.area
    if measure_margin(list_rect_points(bounds), layout) >= (area.safe_mm if covers_area(layout) else 0.0):
        return
    points = list_points()
    bounds, margin = bound_points(points), measure_margin(points, layout)
    if margin < -_TOLERANCE * max(1.0, layout.width, layout.height):
        beyond = math.ceil(-margin * 100 - _TOLERANCE) / 100
        fix = _move_inside(layer, layout, points, area.safe_mm if covers_area(layout) else 0.0)
        if is_cut(layout):
            message = f"The blade cuts through this {noun}. Move it {beyond:g} mm or more away from the edge."
            yield _finding("cut_through", layer, layout, message, beyond, 0.0, bounds, fix)
        else:
            message = (
                f"The {noun} extends {beyond:g} mm beyond the edge and is cut off there. "
                "Move it in, or make it smaller."
            )
            yield _finding("outside_trim", layer, layout, message, beyond, 0.0, bounds, fix)
    elif covers_area(layout) and margin < area.safe_mm - _TOLERANCE:
        measured = max(0.0, math.floor(margin * 100 + _TOLERANCE) / 100)
        message = (
            f"This {noun} is only {measured:g} mm from the edge; when it is printed, it may shift that far. Keep it "
            f"{area.safe_mm:g} mm away."
        )
        fix = _move_inside(layer, layout, points, area.safe_mm)
        yield _finding("outside_safe_zone", layer, layout, message, measured, area.safe_mm, bounds, fix)


def inspect_art(layer: PlacedLayer, layout: Layout) -> Iterator[Finding]:
    """Yield the finding about the position of a picture or a shape: outside, or it ends between trim and bleed."""
    noun, bounds = name_layer(layer.source), layer.visible_bounds
    if bounds is None:
        return
    if bounds.right <= 0 or bounds.bottom <= 0 or bounds.left >= layout.width or bounds.top >= layout.height:
        message = f"The {noun} is not visible: it lies outside the print area. Move it in."
        yield _finding("outside_trim", layer, layout, message, None, None, bounds, None)
        return
    bleed = layout.area.bleed_mm
    if not bleed or not covers_area(layout):
        return
    reaches = (-bounds.left, -bounds.top, bounds.right - layout.width, bounds.bottom - layout.height)
    short = [reach for reach in reaches if -REACH_MM <= reach < bleed - _TOLERANCE]
    if short:
        measured = max(0.0, math.floor(min(short) * 100) / 100)
        message = (
            f"This {noun} ends at the edge. When the product is cut, a white line may show there: let it reach "
            f"{bleed:g} mm beyond."
        )
        fix = _extend(layer, layout, bounds)
        yield _finding("no_bleed", layer, layout, message, measured, bleed, bounds, fix)


def _finding(  # noqa: PLR0917  all that a finding about a place has
    code: str,
    layer: PlacedLayer,
    layout: Layout,
    message: str,
    measured: float | None,
    required: float | None,
    bounds: Rect,
    fix: Fix | None,
) -> Finding:
    return Finding(
        code,
        "warning",
        message,
        layer.index,
        measured,
        required,
        layout.placement,
        box=to_box(bounds),
        fix=fix,
    )


def get_box(layer: PlacedLayer) -> Rect | None:
    """Return the box of a layer that may be moved, mm; None in a group, where it has other coordinates."""
    box: Rect | None = getattr(layer, "box", None)
    return box if len(layer.path) == 1 else None


def to_box_value(box: Rect) -> dict[str, float]:
    """Return a box as design_data has it; hundredths of a mm."""
    return {
        "x": round(box.left, 2),
        "y": round(box.top, 2),
        "width": round(box.width, 2),
        "height": round(box.height, 2),
    }


def _move_inside(layer: PlacedLayer, layout: Layout, points: FloatArray, margin: float) -> Fix | None:
    """Return the box by which a layer keeps a margin from the trim; None if it is too large, or in a group."""
    box, bounds = get_box(layer), bound_points(points)
    if box is None:
        return None
    dx = _shift(bounds.left, bounds.right, layout.width, margin)
    dy = _shift(bounds.top, bounds.bottom, layout.height, margin)
    if dx is None or dy is None:
        return None
    if measure_margin(_move(points, dx, dy), layout) >= margin - _TOLERANCE:
        return Fix("box", to_box_value(box.move(dx, dy)))
    toward = _move_toward_middle(points, layout, margin)
    return toward and Fix("box", to_box_value(box.move(*toward)))


def _move_toward_middle(points: FloatArray, layout: Layout, margin: float) -> tuple[float, float] | None:
    """Return the shortest way to the middle of the frame that keeps the margin from a trim with round edges."""
    (x, y), least, most = bound_points(points).center, 0.0, 1.0
    across, down = layout.width / 2 - x, layout.height / 2 - y
    if measure_margin(_move(points, across, down), layout) < margin + _ROUNDING:
        return None
    for _ in range(_HALVINGS):
        middle = (least + most) / 2
        if measure_margin(_move(points, across * middle, down * middle), layout) < margin + _ROUNDING:
            least = middle
        else:
            most = middle
    return across * most, down * most


def _move(points: FloatArray, dx: float, dy: float) -> FloatArray:
    moved: FloatArray = points + np.array((dx, dy))
    return moved


def _shift(start: float, end: float, length: float, margin: float) -> float | None:
    """Return by how much a span must move to lie between margins, away from zero to a hundredth; None if it cannot."""
    if end - start > length - 2 * margin - 0.02:
        return None
    if start < margin:
        return math.ceil((margin - start) * 100) / 100
    if end > length - margin:
        return -math.ceil((end - length + margin) * 100) / 100
    return 0.0


def _extend(layer: PlacedLayer, layout: Layout, bounds: Rect) -> Fix | None:
    """Return the box of an upright layer by which it reaches the bleed at the edges that it touches."""
    box, bleed = get_box(layer), layout.area.bleed_mm
    if box is None or layer.source.rotation % 360:
        return None
    left = bounds.left + bleed if abs(bounds.left) <= bleed + REACH_MM else 0.0
    top = bounds.top + bleed if abs(bounds.top) <= bleed + REACH_MM else 0.0
    right = layout.width + bleed - bounds.right if abs(bounds.right - layout.width) <= bleed + REACH_MM else 0.0
    bottom = layout.height + bleed - bounds.bottom if abs(bounds.bottom - layout.height) <= bleed + REACH_MM else 0.0
    extended = Rect(
        box.left - max(0.0, left), box.top - max(0.0, top), box.right + max(0.0, right), box.bottom + max(0.0, bottom)
    )
    return Fix("box", to_box_value(extended))
