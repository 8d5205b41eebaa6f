"""Polygons to coverage, exact to a few thousandths of a px however large the picture is."""

import numpy as np
import uharfbuzz as hb
from numpy.typing import NDArray
from PIL import Image

from rendering.engine.geometry.bezier import FloatArray, IntArray, Polygons
from rendering.engine.geometry.viewport import Viewport
from rendering.engine.raster import memory_font

FLATTEN_TOLERANCE = 0.005  # px that a polygon may leave its curves by
_SUBPIXELS = 256  # of a px, that HarfBuzz rounds to
_PIXELS_PER_UNIT = (
    4  # px to a font unit: 16.16 bits of it reach over 100,000 px, and still are finer than HarfBuzz's steps
)
# px: HarfBuzz loses a step for each px that a line crosses within a row, and some over hundreds of rows.
_FLAT_LENGTH, _STEEP_LENGTH = 2.0, 64.0
_AXIS_TOLERANCE = 1 / 512  # px; what leaves a row or a column by no more loses nothing
_CLIP_MARGIN, _CLAMP_MARGIN = (
    2.0,
    80.0,
)  # px around a view: from the first on lines are not cut up, and the second is where they end


def rasterize_polygons(polygons: Polygons, viewport: Viewport) -> Image.Image:
    """Return the coverage of polygons, in px of the whole frame, in a view: an L mask of the view's size."""
    raster = hb.RasterDraw()
    raster.extents = hb.RasterExtents(x_origin=0, y_origin=0, width=viewport.width, height=viewport.height)
    raster.transform = (_PIXELS_PER_UNIT, 0, 0, _PIXELS_PER_UNIT, 0, 0)
    if len(polygons.points):
        points, starts = _subdivide_lines(polygons, viewport)
        charstrings = memory_font.encode_glyphs(points * (65_536 // _SUBPIXELS // _PIXELS_PER_UNIT), starts)
        font = hb.Font(hb.Face(hb.Blob(memory_font.build_font(charstrings))))
        for glyph in range(len(charstrings)):
            raster.draw_glyph(font, glyph)
    image = raster.render()
    return Image.frombuffer("L", (viewport.width, viewport.height), image.buffer, "raw", "L", image.extents.stride, 1)


def _subdivide_lines(polygons: Polygons, viewport: Viewport) -> tuple[IntArray, IntArray]:
    """Return points from the view's corner, in STEPS, of lines so short that HarfBuzz draws them right; and starts.

    Where a line is cut does not depend on the view, so that bands hold the pixels of the whole.
    """
    points, starts = polygons
    ends = np.append(starts[1:], len(points)) - 1
    onward = np.arange(1, len(points) + 1)
    onward[ends] = starts
    delta = points[onward] - points
    across, down = np.abs(delta[:, 0]), np.abs(delta[:, 1])
    pieces = np.where(across > 2 * down, across / _FLAT_LENGTH, np.maximum(across, down) / _STEEP_LENGTH)
    pieces = np.maximum(np.ceil(np.where((across < _AXIS_TOLERANCE) | (down < _AXIS_TOLERANCE), 1, pieces)), 1)
    corner, size = np.array([viewport.left, viewport.top]), np.array([viewport.width, viewport.height])
    low, high = corner - _CLIP_MARGIN, corner + size + _CLIP_MARGIN
    inside = bool((points.min(axis=0) >= low).all() and (points.max(axis=0) <= high).all())
    count, at = _subdivide_all(pieces) if inside else _subdivide_visible(points, delta, pieces, low, high)
    line = np.repeat(np.arange(len(points)), count)
    cut = points[line] + delta[line] * (at / pieces[line])[:, None]
    if not inside:
        cut = np.clip(cut, corner - _CLAMP_MARGIN, corner + size + _CLAMP_MARGIN)
    steps = np.rint((cut - corner) * _SUBPIXELS).astype(np.int64)
    before = (np.cumsum(count) - count)[starts]
    return _drop_repeats(steps, before)


def _subdivide_all(pieces: FloatArray) -> tuple[IntArray, FloatArray]:
    """Return how many points come of each line, and at which of its pieces each is."""
    count = pieces.astype(np.int64)
    before = np.cumsum(count) - count
    return count, np.arange(count.sum()) - np.repeat(before, count).astype(float)


def _subdivide_visible(
    points: FloatArray, delta: FloatArray, pieces: FloatArray, low: FloatArray, high: FloatArray
) -> tuple[IntArray, FloatArray]:
    """Return the same, of lines of which but a part is between `low` and `high`.

    Of each: its beginning, where it comes into the rows, what is seen of it, and where it leaves the rows.
    """
    slope = np.where(np.abs(delta) < 1e-12, 1e-12, delta)
    one, two = (low - points) / slope, (high - points) / slope
    enter, leave = np.minimum(one, two), np.maximum(one, two)
    rows, _ = _clip_to_pieces(enter[:, 1], leave[:, 1], pieces)
    seen, many = _clip_to_pieces(enter.max(axis=1), leave.min(axis=1), pieces)
    count = 3 + many
    before = np.cumsum(count) - count
    line = np.repeat(np.arange(len(points)), count)
    number = np.arange(count.sum()) - before[line]
    at = seen[0][line] + number - 2
    at = np.where(number == 0, 0, np.where(number == 1, rows[0][line], at))
    at = np.where(number == count[line] - 1, rows[1][line], at)
    return count, at


def _clip_to_pieces(
    enter: FloatArray, leave: FloatArray, pieces: FloatArray
) -> tuple[tuple[FloatArray, FloatArray], IntArray]:
    """Return the pieces of lines that begin and end what lies between two places on them, and how many cuts that is."""
    enter, leave = np.clip(enter, 0, 1), np.clip(leave, 0, 1)
    first, last = np.floor(enter * pieces), np.ceil(leave * pieces)
    none = enter >= leave
    first[none], last[none] = 0, -1
    many = (last - first + 1).astype(np.int64)
    return (first, np.maximum(last, 0)), many


def _drop_repeats(points: IntArray, starts: IntArray) -> tuple[IntArray, IntArray]:
    kept: NDArray[np.bool_] = np.ones(len(points), dtype=bool)
    kept[1:] = (points[1:] != points[:-1]).any(axis=1)
    kept[starts] = True
    return points[kept], (np.cumsum(kept) - 1)[starts]
