"""The trim of a print area: how far inside it points lie, whatever its shape."""

import functools
import math

import numpy as np

from rendering.engine.geometry.bezier import FloatArray, Polygons
from rendering.engine.geometry.svg_path import read_svg_path
from rendering.engine.geometry.transform import Transform
from rendering.engine.layout.placed import Layout

_FLATNESS = 0.005  # mm by which an outline's polygon may be off
_AT_ONCE = 256  # points that are compared with all sides of an outline


def measure_margin(points: FloatArray, layout: Layout) -> float:
    """Return the least distance of points from the edge of the trim, mm; negative for those that lie beyond it.

    A point beyond a rounded corner counts by its distance from that arc, and one beyond an outline by its distance from
    the line. `points` is of shape (n, 2), at least one.
    """
    xs, ys = points[:, 0], points[:, 1]
    straight = float(min(xs.min(), ys.min(), layout.width - xs.max(), layout.height - ys.max()))
    area = layout.area
    if not covers_area(layout):
        return straight
    if area.outline:
        parts = np.array_split(points, math.ceil(len(points) / _AT_ONCE))
        return min(straight, *(_measure_to_outline(part, area.outline) for part in parts))
    if area.corner_radius_mm:
        return min(straight, _measure_to_corners(points, layout, area.corner_radius_mm))
    return straight


def covers_area(layout: Layout) -> bool:
    """Tell whether the frame is the whole print area, so that its edges are those of the trim."""
    return (layout.width, layout.height) == (layout.area.width_mm, layout.area.height_mm)


def is_cut(layout: Layout) -> bool:
    """Tell whether the product is cut along the trim, as paper and stickers are."""
    area = layout.area
    return covers_area(layout) and bool(area.bleed_mm or area.outline or area.corner_radius_mm)


def _measure_to_corners(points: FloatArray, layout: Layout, radius: float) -> float:
    """Return the least distance from the arcs of rounded corners of the points beside them."""
    across = radius - np.minimum(points[:, 0], layout.width - points[:, 0])
    down = radius - np.minimum(points[:, 1], layout.height - points[:, 1])
    beside = (across > 0) & (down > 0)
    return radius - float(np.hypot(across[beside], down[beside]).max()) if beside.any() else math.inf


def _measure_to_outline(points: FloatArray, outline: str) -> float:
    """Return the least distance of points from an outline, negative outside."""
    xs, ys = points[:, 0], points[:, 1]
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
