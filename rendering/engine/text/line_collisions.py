"""Neighbouring lines that run into each other, judged by the outlines of their letters. Lengths in ems, y down."""

from bisect import bisect_left
from collections.abc import Iterator
from itertools import pairwise

import pathops

from rendering.engine.geometry.rect import Rect
from rendering.engine.text.face import Face
from rendering.engine.text.line_height import INK_CLEARANCE
from rendering.engine.text.shaping import GlyphRun
from rendering.engine.text.text_block import StackedLine, TextBlock

TOUCHING = 0.01  # ems; letters that are as close as this are one shape when they are small
PATH_EM = 1000.0  # units to the em; path operations are precise for numbers of this size
PAIRS_CEILING = 200  # pairs of letters whose outlines are compared, of a text

PlacedGlyph = tuple[Rect, Face, float, tuple[int, float, float, float, float]]
"""Ink in the block, face, ems per font unit, and the glyph as in a GlyphRun."""


def find_touching_lines(block: TextBlock) -> tuple[int, int] | None:
    """Return the numbers of the first two neighbouring lines whose letters overlap or touch; blank lines count.

    After PAIRS_CEILING pairs of letters whose rectangles overlap, though the letters do not, no more are compared.
    """
    budget = PAIRS_CEILING
    for upper, lower in pairwise(block.lines):
        for first, second in _find_overlapping_rects(upper, lower):
            if budget <= 0:
                return None
            budget -= 1
            if _outlines_touch(first, second):
                return upper.number, lower.number
    return None


def measure_clear_height(block: TextBlock) -> float:
    """Return the smallest line height at which the ink of neighbouring lines has some room between it."""
    return max(
        block.line_height + (upper.ink.bottom - lower.ink.top + INK_CLEARANCE) / (lower.number - upper.number)
        for upper, lower in pairwise(block.lines)
    )


def _find_overlapping_rects(upper: StackedLine, lower: StackedLine) -> Iterator[tuple[PlacedGlyph, PlacedGlyph]]:
    """Yield the letters of two lines whose rectangles overlap or nearly do, those that overlap most first."""
    if upper.ink.bottom + TOUCHING < lower.ink.top:
        return
    above = [glyph for glyph in _place_glyphs(upper.runs) if glyph[0].bottom + TOUCHING >= lower.ink.top]
    below = [glyph for glyph in _place_glyphs(lower.runs) if glyph[0].top - TOUCHING <= upper.ink.bottom]
    below.sort(key=lambda glyph: glyph[0].left)
    lefts, widest = [ink.left for ink, *_ in below], max((ink.width for ink, *_ in below), default=0.0)
    pairs = []
    for first in above:
        for second in below[bisect_left(lefts, first[0].left - widest) : bisect_left(lefts, first[0].right)]:
            across = min(first[0].right, second[0].right) - max(first[0].left, second[0].left)
            down = first[0].bottom + TOUCHING - second[0].top
            if across > 0 and down >= 0:
                pairs.append((across * down, first, second))
    pairs.sort(key=lambda pair: -pair[0])
    yield from ((first, second) for _, first, second in pairs)


def _place_glyphs(runs: tuple[GlyphRun, ...]) -> Iterator[PlacedGlyph]:
    for run in runs:
        for glyph in run.glyphs:
            number, x, y, *_ = glyph
            if ink := run.face.measure_ink(number):
                left, top, right, bottom = (edge * run.scale for edge in ink)
                yield Rect(x + left, top - y, x + right, bottom - y), run.face, run.scale, glyph


def _outlines_touch(upper: PlacedGlyph, lower: PlacedGlyph) -> bool:
    """Tell whether two outlines overlap, where they are or with the lower one TOUCHING higher."""
    first, second = _get_path(upper, 0.0), _get_path(lower, 0.0)
    if _overlap(first, second):
        return True
    return _overlap(first, _get_path(lower, TOUCHING))


def _get_path(placed: PlacedGlyph, rise: float) -> pathops.Path:
    """Return a glyph's outline, `rise` ems higher, in units of PATH_EM."""
    _, face, scale, (glyph, x, y, *_) = placed
    matrix = (scale, 0.0, 0.0, scale, x, y + rise)
    return face.get_ink_path(glyph).transform(*(value * PATH_EM for value in matrix))


def _overlap(first: pathops.Path, second: pathops.Path) -> bool:
    return bool(pathops.op(first, second, pathops.PathOp.INTERSECTION).verbs)
