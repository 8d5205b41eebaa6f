"""Outlined text: the letters of a text widened with round corners by Skia, and united into one shape.

Where the outlines of two letters meet, their edges run through the same px; as one shape, no px is covered twice
(decision 36).
"""

from collections.abc import Iterator, Sequence

import numpy as np
import pathops

from rendering.engine.raster.outline_font import COORDINATE_LIMIT, build_font, encode_outline
from rendering.engine.raster.overlaps import PlacedGlyph, find_outline
from rendering.engine.text.fonts import Face
from rendering.engine.text.shaping import GlyphRun

_UNITS_PER_EM = 2048.0  # of the united shape
_WIDTH_LIMIT = 2000.0  # units to either side; Skia is exact to a fraction of a unit, more than a wide stroke needs
_MITER_LIMIT = 4.0  # Skia wants one; round joins do not use it
_LETTERS_TOGETHER = 32  # letters that are united: time grows faster than their number, and 16 bits must hold the shape
_BOUNDS_TOLERANCE = 1.0  # units

Letter = tuple[GlyphRun, PlacedGlyph]


def outline_glyphs(runs: Sequence[GlyphRun], width: float) -> tuple[GlyphRun, ...]:
    """Return runs that cover the given glyphs and `width` ems around them, in the same places.

    Colour glyphs have no outline and are left out.
    """
    letters = [(run, glyph) for run in runs if not run.face.has_color_glyphs for glyph in run.glyphs]
    unit = 1 / min(_UNITS_PER_EM, _WIDTH_LIMIT / width)  # ems
    encoded: list[bytes] = []
    places: list[tuple[float, PlacedGlyph]] = []
    for start in range(0, len(letters), _LETTERS_TOGETHER):
        together = letters[start : start + _LETTERS_TOGETHER]
        _, (_, x, y, _, _) = together[0]
        for path in _widen_letters([_place_outline(letter, x, y, unit) for letter in together], width / unit):
            left, low, right, high = path.controlPointBounds
            zoom = COORDINATE_LIMIT / (1 + max(-left, -low, right, high, right - left, high - low))
            if glyph := encode_outline(path, zoom):
                places.append((unit / zoom, (len(encoded), x, y, 1.0, 0.0)))
                encoded.append(glyph)
    if not encoded:
        return ()
    face = Face("outline", build_font(encoded), 1000)
    return tuple(GlyphRun(face, scale, (glyph,)) for scale, glyph in places)


def _place_outline(letter: Letter, x: float, y: float, unit: float) -> pathops.Path:
    """Return a glyph's outline at its place, in units of `unit` ems from (x, y), y up."""
    run, (glyph, glyph_x, glyph_y, cos, sin) = letter
    scale = run.scale / unit
    matrix = (cos * scale, -sin * scale, sin * scale, cos * scale)
    return find_outline(run.face, glyph).transform(*matrix, (glyph_x - x) / unit, (glyph_y - y) / unit)


def _widen_letters(outlines: Sequence[pathops.Path], width: float) -> Iterator[pathops.Path]:
    """Yield shapes that together are the outlines and `width` units around them: one, unless Skia fails on it."""
    letters, strokes = pathops.Path(), pathops.Path()
    for outline in outlines:
        letters.addPath(outline)
        stroke = pathops.Path(outline)
        stroke.stroke(2 * width, pathops.LineCap.ROUND_CAP, pathops.LineJoin.ROUND_JOIN, _MITER_LIMIT)
        strokes.addPath(stroke)
    united = pathops.Path(strokes)
    try:
        united.simplify(fix_winding=False, keep_starting_points=False)
        failed = _differ(united.bounds, strokes.bounds)
    except pathops.PathOpsError:
        failed = True
    if not failed:
        yield _fill_letters(united, letters)
    elif len(outlines) > 1:
        for outline in outlines:
            yield from _widen_letters([outline], width)
    else:
        strokes.convertConicsToQuads()
        yield strokes


def _differ(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return any(abs(a - b) > _BOUNDS_TOLERANCE for a, b in zip(one, other, strict=True))


def _fill_letters(strokes: pathops.Path, letters: pathops.Path) -> pathops.Path:
    """Return united strokes without their edges inside letters, outer contours clockwise and holes the other way."""
    contours = [contour for contour in strokes.contours if not letters.contains(contour.firstPoints[0])]
    bounds = np.array([contour.controlPointBounds for contour in contours]).reshape(-1, 4)
    low, high = bounds[:, None, :2], bounds[:, None, 2:]
    inside = (low > bounds[:, :2]).all(axis=2) & (high < bounds[:, 2:]).all(axis=2)
    filled = pathops.Path()
    for contour, around in zip(contours, inside, strict=True):
        start = contour.firstPoints[0]
        depth = sum(contours[other].contains(start) for other in np.flatnonzero(around).tolist())
        shape = pathops.Path(contour)  # conics stay in the contours that others are compared with
        shape.convertConicsToQuads()
        shape.clockwise = depth % 2 == 0
        filled.addPath(shape)
    return filled
