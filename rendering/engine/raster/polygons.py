"""Rasterisation of polygons by HarfBuzz, exact to a few thousandths of a px at every size.

HarfBuzz accumulates its rounding along a line, so lines are first divided into short ones (decision 19). That makes
many points, so of lines that leave the viewport only the visible part is divided.
"""

import numpy as np
import uharfbuzz as hb
from numpy.typing import NDArray
from PIL import Image

from rendering.engine.geometry.bezier import FloatArray, IntArray, Polygons
from rendering.engine.geometry.viewport import Viewport
from rendering.engine.raster import memory_font
from rendering.engine.raster.rasterizer import find_raster

FLATTEN_TOLERANCE = 0.005  # px that a polygon may deviate from its curves
_SUBPIXELS = 256  # steps of a px that HarfBuzz rounds to
# px per font unit: 16.16 bits then reach over 100,000 px, with a resolution finer than HarfBuzz's steps.
_PIXELS_PER_UNIT = 4
# px: HarfBuzz loses a step for each px that a line crosses within a row, and some over hundreds of rows.
_FLAT_LENGTH, _STEEP_LENGTH = 2.0, 64.0
_AXIS_TOLERANCE = 1 / 512  # px; a line that deviates from a row or column by no more loses nothing
# px around the viewport: lines are divided up to the first, and points are moved in to the second.
_CLIP_MARGIN, _CLAMP_MARGIN = 2.0, 80.0


def rasterize_polygons(polygons: Polygons, viewport: Viewport) -> Image.Image:
    """Return the coverage of polygons, an L mask of the viewport's size; points are px of the whole frame."""
    raster = find_raster(0, 0, viewport)
    raster.transform = (_PIXELS_PER_UNIT, 0, 0, _PIXELS_PER_UNIT, 0, 0)
    if len(polygons.points):
        points, starts = _subdivide_lines(polygons, viewport)
        charstrings = memory_font.encode_glyphs(points * (65_536 // _SUBPIXELS // _PIXELS_PER_UNIT), starts)
        font = hb.Font(hb.Face(hb.Blob(memory_font.build_font(charstrings))))
        for glyph in range(len(charstrings)):
            raster.draw_glyph(font, glyph)
    image = raster.render()
    return Image.frombuffer("L", (viewport.width, viewport.height), image.buffer, "raw", "L", viewport.width, 1)


def _subdivide_lines(polygons: Polygons, viewport: Viewport) -> tuple[IntArray, IntArray]:
    """Divide lines so that HarfBuzz draws them exactly; return points and the index of each contour's first.

    Points are in steps (1/_SUBPIXELS px) from the viewport's corner. The cuts of a line do not depend on the viewport,
    so that bands have the pixels of the whole.
    """
    points, starts = polygons
    ends = np.append(starts[1:], len(points)) - 1
    following = np.arange(1, len(points) + 1)
    following[ends] = starts
    delta = points[following] - points
    across, down = np.abs(delta[:, 0]), np.abs(delta[:, 1])
    pieces = np.where(across > 2 * down, across / _FLAT_LENGTH, np.maximum(across, down) / _STEEP_LENGTH)
    pieces = np.maximum(np.ceil(np.where((across < _AXIS_TOLERANCE) | (down < _AXIS_TOLERANCE), 1, pieces)), 1)
    corner, size = np.array([viewport.left, viewport.top]), np.array([viewport.width, viewport.height])
    low, high = corner - _CLIP_MARGIN, corner + size + _CLIP_MARGIN
    inside = bool((points.min(axis=0) >= low).all() and (points.max(axis=0) <= high).all())
    # Each line becomes `count` points; a point is at cut `piece` of the `pieces` that its line is divided into.
    count, piece = _subdivide_all(pieces) if inside else _subdivide_visible(points, delta, pieces, low, high)
    line = np.repeat(np.arange(len(points)), count)
    cuts = points[line] + delta[line] * (piece / pieces[line])[:, None]
    if not inside:
        cuts = np.clip(cuts, corner - _CLAMP_MARGIN, corner + size + _CLAMP_MARGIN)
    steps = np.rint((cuts - corner) * _SUBPIXELS).astype(np.int64)
    before = (np.cumsum(count) - count)[starts]
    return _drop_repeats(steps, before)


def _subdivide_all(pieces: FloatArray) -> tuple[IntArray, FloatArray]:
    """Return the points that replace each line: how many, and of each point the piece that it begins."""
    count = pieces.astype(np.int64)
    before = np.cumsum(count) - count
    return count, np.arange(count.sum()) - np.repeat(before, count).astype(float)


def _subdivide_visible(
    points: FloatArray, delta: FloatArray, pieces: FloatArray, low: FloatArray, high: FloatArray
) -> tuple[IntArray, FloatArray]:
    """Return the same, but divide only what lies in the rectangle from `low` to `high`.

    A line outside still decides which px of its rows are inside the polygon. So each line keeps these points, of which
    some may coincide: its beginning (0), the cut before it enters the rows (1), all cuts around its visible part, and
    the cut after it leaves the rows (last).
    """
    # Fractions of a line at which it enters and leaves the rectangle's columns and rows (Liang-Barsky clipping).
    slope = np.where(np.abs(delta) < 1e-12, 1e-12, delta)
    to_low, to_high = (low - points) / slope, (high - points) / slope
    enter, leave = np.minimum(to_low, to_high), np.maximum(to_low, to_high)
    row_pieces, _ = _clip_to_pieces(enter[:, 1], leave[:, 1], pieces)
    visible_pieces, visible_count = _clip_to_pieces(enter.max(axis=1), leave.min(axis=1), pieces)
    count = 3 + visible_count
    before = np.cumsum(count) - count
    line = np.repeat(np.arange(len(points)), count)
    number = np.arange(count.sum()) - before[line]  # of the point within its line
    piece = visible_pieces[0][line] + number - 2
    piece = np.where(number == 0, 0, np.where(number == 1, row_pieces[0][line], piece))
    piece = np.where(number == count[line] - 1, row_pieces[1][line], piece)
    return count, piece


def _clip_to_pieces(
    enter: FloatArray, leave: FloatArray, pieces: FloatArray
) -> tuple[tuple[FloatArray, FloatArray], IntArray]:
    """Return the first and last cut around each line's part from `enter` to `leave` (fractions), and their count."""
    enter, leave = np.clip(enter, 0, 1), np.clip(leave, 0, 1)
    first, last = np.floor(enter * pieces), np.ceil(leave * pieces)
    empty = enter >= leave
    first[empty], last[empty] = 0, -1
    count = (last - first + 1).astype(np.int64)
    return (first, np.maximum(last, 0)), count


def _drop_repeats(points: IntArray, starts: IntArray) -> tuple[IntArray, IntArray]:
    """Drop points that equal the one before them in their contour."""
    kept: NDArray[np.bool_] = np.ones(len(points), dtype=bool)
    kept[1:] = (points[1:] != points[:-1]).any(axis=1)
    kept[starts] = True
    return points[kept], (np.cumsum(kept) - 1)[starts]
