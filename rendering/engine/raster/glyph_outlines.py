"""Outlined text: each letter widened with round corners by Skia, and the letters united into one shape.

Where the outlines of two letters meet, their edges run through the same px; as one shape, no px is covered twice
(decision 36). A widened letter is kept with its face, since names are made of the same letters.
"""

import math
from collections.abc import Callable, Sequence
from functools import cached_property, partial
from operator import itemgetter
from typing import NamedTuple

import numpy as np
import pathops

from rendering.engine.geometry.bezier import Curves, FloatArray
from rendering.engine.geometry.transform import Transform
from rendering.engine.raster.outline_font import encode_outline
from rendering.engine.raster.outline_store import OutlineStore, PlacedGlyph, WidenedOutline, find_store
from rendering.engine.text.face import Face
from rendering.engine.text.shaping import GlyphRun
from rendering.engine.text.truetype import COORDINATE_LIMIT, build_font

_UNITS_PER_EM = 2048.0  # of the united shape
_WIDTH_LIMIT = 2000.0  # units to either side; Skia is exact to a fraction of a unit, more than a wide stroke needs
_MITER_LIMIT = 4.0  # Skia wants one; round joins do not use it
_LETTERS_TOGETHER = 32  # letters that are united: 16 bits must hold the shape
# Of letters that are united: their points, and how often their boxes may cover the box around all. Within both, Skia
# took at most 70 ms for 32 letters of 2,400 random texts, and 1 to 3 ms for most; beyond, it may take minutes.
_POINTS_TOGETHER = 8_000
_DEPTH_TOGETHER = 8.0
# Outlines of several ems make every letter the same blob at nearly the same place, which Skia may never be done with.
_WIDE, _DEPTH_WIDE = 2.0, 2.0  # ems; times
_BOUNDS_TOLERANCE = 1.0  # units
_WIDTH_TOLERANCE = 0.002  # of a width
_WIDTHS_TRIED = 1.0, 0.9993, 1.0007, 0.998, 1.002, 0.995, 1.005, 0.99  # of a width
_WIDTH_STEPS = 512  # widths of an octave that are told apart: a thousandth of the width

Letter = tuple[GlyphRun, PlacedGlyph]
Point = tuple[float, float]
Bounds = tuple[float, float, float, float]


class _Shape(NamedTuple):
    """A widened letter at its place, or several united; `bounds` are left, low, right, high.

    `inner` are points of the letters' edges, which are well within.
    """

    path: pathops.Path
    bounds: Bounds
    point_count: int
    inner: Sequence[Point]


def outline_glyphs(runs: Sequence[GlyphRun], width: float) -> tuple[GlyphRun, ...]:
    """Return runs that cover the given glyphs and `width` ems around them, in the same places.

    The outline of a colour glyph is that around all it paints.
    """
    letters = [(run, glyph) for run in runs for glyph in run.glyphs]
    unit = 1 / min(_UNITS_PER_EM, _WIDTH_LIMIT / width)  # ems
    encoded: list[bytes] = []
    places: list[tuple[float, PlacedGlyph]] = []
    for start in range(0, len(letters), _LETTERS_TOGETHER):
        together = letters[start : start + _LETTERS_TOGETHER]
        _, (_, x, y, _, _) = together[0]
        shapes = [_place_widened(letter, width, x, y, unit) for letter in together]
        tangled = any(find_store(run).is_tangled(glyph[0]) for run, glyph in together)
        for path, *_ in shapes if tangled or _is_costly(shapes, width) else _unite_shapes(shapes):
            left, low, right, high = path.controlPointBounds
            zoom = COORDINATE_LIMIT / (1 + max(-left, -low, right, high, right - left, high - low))
            if glyph := encode_outline(path, zoom):
                places.append((unit / zoom, (len(encoded), x, y, 1.0, 0.0)))
                encoded.append(glyph)
    if not encoded:
        return ()
    face = Face("outline", build_font(encoded), 1000)
    return tuple(GlyphRun(face, scale, (glyph,)) for scale, glyph in places)


def _place_widened(letter: Letter, width: float, x: float, y: float, unit: float) -> _Shape:
    """Return a widened glyph at its place, in units of `unit` ems from (x, y), y up."""
    run, (glyph, glyph_x, glyph_y, cos, sin) = letter
    scale = run.scale / unit
    matrix = (cos * scale, -sin * scale, sin * scale, cos * scale)
    widened = _find_widened(run, glyph, _round_width(width / run.scale))
    right, up = (glyph_x - x) / unit, (glyph_y - y) / unit
    path = widened.path.transform(*matrix, right, up)
    a, b, c, d = matrix
    inner = [(a * px + c * py + right, b * px + d * py + up) for px, py in widened.inner]
    return _Shape(path, path.bounds, widened.point_count, inner)


def _round_width(width: float) -> float:
    """Return the nearest width that is told apart, so that texts of almost one size share their letters."""
    fraction, octave = math.frexp(width)
    return math.ldexp(round(fraction * 2 * _WIDTH_STEPS) / (2 * _WIDTH_STEPS), octave)


def _find_widened(run: GlyphRun, glyph: int, width: float) -> WidenedOutline:
    """Return a glyph and `width` font units around it."""
    store = find_store(run)
    widened = store.widened.get((glyph, width))
    if widened is None:
        # A tangled glyph cannot be read anyhow, and its stroke may take Skia minutes.
        letter = store.find_outline(glyph)
        path = letter if store.is_tangled(glyph) else _widen_outline(store, glyph, width)
        widened = store.widened[glyph, width] = WidenedOutline(path, len(path.points), _find_extremes(letter))
    return widened


def _find_corners(letter: pathops.Path) -> list[Point]:
    """Return the points of a letter's edge at which its lines and curves end."""
    return [steps[-1] for _, steps in letter.segments if steps and steps[-1]]


def _find_extremes(letter: pathops.Path) -> tuple[Point, ...]:
    """Return the lowest and the highest corner of a letter."""
    corners, up = _find_corners(letter), itemgetter(1)
    return (min(corners, key=up), max(corners, key=up)) if corners else ()


def _widen_outline(store: OutlineStore, glyph: int, width: float) -> pathops.Path:
    """Return a glyph's outline without overlaps and `width` units around it.

    The stroke of a letter crosses itself, in a curly one many times, and Skia may lose parts of it. At widths that no
    eye tells apart it crosses itself elsewhere: these are tried until the letter's corners are within.
    """
    scale = min(1.0, _WIDTH_LIMIT / width)
    letter = store.find_outline(glyph).transform(scale, 0, 0, scale)
    corners = _find_corners(letter)
    for factor in _WIDTHS_TRIED if scale == 1 else _WIDTHS_TRIED[:1]:  # of blobs that hide their letter, none is better
        reach = width * scale * factor
        stroke = pathops.Path(letter)
        stroke.stroke(2 * reach, pathops.LineCap.ROUND_CAP, pathops.LineJoin.ROUND_JOIN, _MITER_LIMIT)
        widened = _unite_stroke(stroke, _LetterEdges(letter, partial(store.find_curves, glyph), scale, reach))
        if widened is not None and all(widened.contains(corner) for corner in corners):
            break
    else:
        widened = _fill_ring(stroke, letter)
    return widened.transform(1 / scale, 0, 0, 1 / scale)


def _unite_stroke(stroke: pathops.Path, letter: "_LetterEdges") -> pathops.Path | None:
    """Return a stroke without overlaps and with its letter; None if Skia fails."""
    united = pathops.Path(stroke)
    try:
        united.simplify(fix_winding=False, keep_starting_points=False)
        filled = _fill_stroke(united, letter)
    except pathops.PathOpsError:
        return None
    return None if _differ(filled.bounds, stroke.bounds) else filled


def _fill_ring(stroke: pathops.Path, letter: pathops.Path) -> pathops.Path:
    """Return a stroke as it is and its letter, both in the same direction, so that nothing is taken off."""
    ring = pathops.Path(stroke)
    ring.convertConicsToQuads()
    inside = pathops.Path(letter)
    if _is_clockwise(ring) != _is_clockwise(inside):
        inside.reverse()
    ring.addPath(inside)
    return ring


def _is_clockwise(path: pathops.Path) -> bool:
    largest = max(path.contours, key=lambda contour: abs(contour.area), default=None)
    return largest is not None and bool(largest.clockwise)


def _differ(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return any(abs(a - b) > _BOUNDS_TOLERANCE for a, b in zip(one, other, strict=True))


def _fill_stroke(stroke: pathops.Path, letter: "_LetterEdges") -> pathops.Path:
    """Return a stroke without the holes that its letter fills; outer contours clockwise, holes the other way.

    Skia's stroke also has holes that are none, where it is wider than a dot or a counter: their edges are less than
    the stroke's width from the letter.
    """
    contours = list(stroke.contours)
    if len(contours) == 1:
        stroke.convertConicsToQuads()
        stroke.clockwise = True
        return stroke
    boxes = [contour.bounds for contour in contours]
    around = [
        [other for other, box in enumerate(boxes) if _encloses(box, boxes[number]) and contours[other].contains(start)]
        for number, contour in enumerate(contours)
        for start in contour.firstPoints[:1]
    ]
    for contour in contours:
        contour.convertConicsToQuads()
    is_hole = [len(others) % 2 == 1 for others in around]
    kept = [
        not hole or (not letter.path.contains(contour.firstPoints[0]) and letter.is_within(contour))
        for contour, hole in zip(contours, is_hole, strict=True)
    ]
    filled = pathops.Path()
    for contour, hole, keep, others in zip(contours, is_hole, kept, around, strict=True):
        # What lies in a hole is inside the letter's shape if the hole is: the innermost contour around it has the most.
        if keep and (hole or not others or kept[max(others, key=lambda number: len(around[number]))]):
            contour.clockwise = not hole
            filled.addPath(contour)
    return filled


def _encloses(box: Bounds, other: Bounds) -> bool:
    """Tell whether a box has another within it and is larger: only then can the one's contour be around the other's.

    Skia alone may take the inner of two contours for the one around the other.
    """
    return box != other and box[0] <= other[0] and box[1] <= other[1] and box[2] >= other[2] and box[3] >= other[3]


class _LetterEdges:
    """The edges of a letter, by which it is told whether a hole of its stroke is one."""

    def __init__(self, path: pathops.Path, find_curves: Callable[[], Curves], scale: float, width: float) -> None:
        self.path, self._find_curves, self._scale, self._width = path, find_curves, scale, width

    def is_within(self, contour: pathops.Path) -> bool:
        """Tell whether no point of a contour is nearer than the stroke's width to the letter's edge."""
        ends = [steps[-1] for _, steps in contour.segments if steps and steps[-1]] or contour.points
        points = np.array(ends).T[:, :, None]
        (x, y), (along_x, along_y), lengths = self._lines
        to_x, to_y = points[0] - x, points[1] - y
        fraction = np.clip((to_x * along_x + to_y * along_y) / lengths, 0, 1)
        to_x -= fraction * along_x
        to_y -= fraction * along_y
        nearest = math.sqrt(float((to_x * to_x + to_y * to_y).min()))
        return nearest > self._width * (1 - 3 * _WIDTH_TOLERANCE) - _BOUNDS_TOLERANCE / 2

    @cached_property
    def _lines(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """The beginnings of lines in place of the edge, the ways along them (2, n), and their squared lengths."""
        corners, starts = self._find_curves().to_polygons(Transform(), self._scale, self._width * _WIDTH_TOLERANCE)
        following = np.arange(1, len(corners) + 1)
        following[np.append(starts[1:], len(corners)) - 1] = starts
        along = (corners[following] - corners).T
        return corners.T, along, np.maximum((along * along).sum(axis=0), 1e-12)


def _is_costly(shapes: Sequence[_Shape], width: float) -> bool:
    """Tell whether Skia might take seconds to unite shapes: each lies over many others, or they have many points.

    The edges of most of these are hidden beneath others.
    """
    if sum(shape.point_count for shape in shapes) > _POINTS_TOGETHER:
        return True
    left, low, right, high = _bound_shapes(shapes)
    covered = sum((box[2] - box[0]) * (box[3] - box[1]) for _, box, *_ in shapes)
    depth = _DEPTH_TOGETHER if width <= _WIDE else _DEPTH_WIDE
    return bool(covered > depth * (right - left) * (high - low))


def _bound_shapes(shapes: Sequence[_Shape]) -> Bounds:
    lefts, lows, rights, highs = zip(*(shape.bounds for shape in shapes), strict=True)
    return min(lefts), min(lows), max(rights), max(highs)


def _unite_shapes(shapes: Sequence[_Shape]) -> Sequence[_Shape]:
    """Return one shape that is all of the given ones, or as few as Skia can tell."""
    if len(shapes) == 1:
        return shapes
    if whole := _unite_at_once(shapes):
        return [whole]
    if len(shapes) == 2:
        return shapes
    middle = len(shapes) // 2
    halves = [*_unite_shapes(shapes[:middle]), *_unite_shapes(shapes[middle:])]
    whole = _unite_at_once(halves) if len(halves) == 2 else None
    return [whole] if whole else halves


def _unite_at_once(shapes: Sequence[_Shape]) -> _Shape | None:
    """Return one shape that is all of the given ones; None if Skia fails, or has lost a part.

    It loses letters where many edges run through the same places: at round widths, serifs of the same height.
    """
    path = pathops.Path()
    for shape in shapes:
        path.addPath(shape.path)
    try:
        path.simplify(fix_winding=True, keep_starting_points=False, clockwise=True)
    except pathops.PathOpsError:
        return None
    inner = [point for shape in shapes for point in shape.inner]
    bounds = path.bounds
    if _differ(bounds, _bound_shapes(shapes)) or not all(path.contains(point) for point in inner):
        return None
    return _Shape(path, bounds, len(path.points), inner)
