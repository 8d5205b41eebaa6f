"""The trim of a print area: how far inside it a rectangle lies, whatever its shape."""

import functools
import math

import numpy as np

from rendering.engine.geometry.bezier import FloatArray, Polygons
from rendering.engine.geometry.rect import Rect
from rendering.engine.geometry.svg_path import read_svg_path
from rendering.engine.geometry.transform import Transform
from rendering.engine.layout.placed import Layout

_FLATNESS = 0.005  # mm by which an outline's polygon may be off


def measure_margin(rect: Rect, layout: Layout) -> float:
    """Return the least distance of a rectangle from the edge of the trim, mm; negative for what lies beyond it.

    A corner beyond a rounded corner counts by its distance from that arc, and one beyond an outline by its distance
    from the line.
    """
    straight = min(rect.left, rect.top, layout.width - rect.right, layout.height - rect.bottom)
    area = layout.area
    if not covers_area(layout):
        return straight
    if area.outline:
        return min(straight, _measure_to_outline(rect, area.outline))
    if area.corner_radius_mm:
        return min(straight, *(_measure_to_corner(rect, layout, area.corner_radius_mm)))
    return straight


def covers_area(layout: Layout) -> bool:
    """Tell whether the frame is the whole print area, so that its edges are those of the trim."""
    return (layout.width, layout.height) == (layout.area.width_mm, layout.area.height_mm)


def is_cut(layout: Layout) -> bool:
    """Tell whether the product is cut along the trim, as paper and stickers are."""
    area = layout.area
    return covers_area(layout) and bool(area.bleed_mm or area.outline or area.corner_radius_mm)


def _measure_to_corner(rect: Rect, layout: Layout, radius: float) -> list[float]:
    """Return the distance from each rounded corner of the rectangle's corner beside it."""
    margins = []
    for x, right in ((rect.left, False), (rect.right, True)):
        for y, low in ((rect.top, False), (rect.bottom, True)):
            across = radius - (layout.width - x if right else x)
            down = radius - (layout.height - y if low else y)
            if across > 0 and down > 0:
                margins.append(radius - math.hypot(across, down))
    return margins or [math.inf]


def _measure_to_outline(rect: Rect, outline: str) -> float:
    """Return the least distance of the rectangle's corners and sides' middles from an outline, negative outside."""
    x, y = rect.center
    xs = np.array([rect.left, x, rect.right, rect.left, rect.right, rect.left, x, rect.right])
    ys = np.array([rect.top, rect.top, rect.top, y, y, rect.bottom, rect.bottom, rect.bottom])
    starts, ends = _list_sides(outline)
    side = ends - starts
    length = np.maximum((side**2).sum(axis=1), 1e-12)
    from_x, from_y = xs[:, None] - starts[:, 0], ys[:, None] - starts[:, 1]
    along = np.clip((from_x * side[:, 0] + from_y * side[:, 1]) / length, 0, 1)
    distances = np.hypot(from_x - along * side[:, 0], from_y - along * side[:, 1]).min(axis=1)
    # A point is inside if a line from it to the right crosses the outline an odd number of times.
    crosses = (starts[:, 1] > ys[:, None]) != (ends[:, 1] > ys[:, None])
    rise = np.where(side[:, 1] == 0, 1, side[:, 1])
    beyond = xs[:, None] < starts[:, 0] + (ys[:, None] - starts[:, 1]) / rise * side[:, 0]
    inside = (crosses & beyond).sum(axis=1) % 2 == 1
    return float(np.where(inside, distances, -distances).min())


@functools.lru_cache(64)
def _list_sides(outline: str) -> tuple[FloatArray, FloatArray]:
    """Return the sides of an outline's polygon, mm: their starts and their ends, shape (n, 2) each."""
    polygons: Polygons = read_svg_path(outline).to_polygons(Transform(), 1.0, _FLATNESS)
    parts = np.split(polygons.points, polygons.starts[1:])
    return np.concatenate(parts), np.concatenate([np.roll(part, -1, axis=0) for part in parts])
