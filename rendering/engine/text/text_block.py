"""Text blocks: lines stacked below each other, or one line bent over an arc. Lengths in ems.

Glyph positions have y up, as HarfBuzz gives them; ink is a Rect and has y down, like every Rect.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Literal, NamedTuple

import pathops

from rendering.engine.geometry.rect import Rect, bounding_rect
from rendering.engine.text.fonts import NOTDEF, Face
from rendering.engine.text.shaping import GlyphRun, Line, Paragraph

Align = Literal["left", "center", "right"]

_ANCHORS: dict[Align, Callable[[Rect], float]] = {
    "left": lambda ink: ink.left,
    "center": lambda ink: (ink.left + ink.right) / 2,
    "right": lambda ink: ink.right,
}


class StackedLine(NamedTuple):
    """A line with ink among others: its number, counting blank lines too, and its glyphs and ink in the block."""

    number: int
    runs: tuple[GlyphRun, ...]
    ink: Rect


@dataclass(frozen=True, slots=True)
class TextBlock:
    """Placed glyphs, and the rectangle of their ink, None where there is none.

    `lines` are those with ink, from the top, if there are several lines; their baselines are `line_height` apart, and
    that of line 0 is at y = 0, as is that of a single line.
    """

    runs: tuple[GlyphRun, ...]
    ink: Rect | None
    line_height: float = 0.0
    lines: tuple[StackedLine, ...] = ()

    @property
    def first_baseline(self) -> float:
        """The baseline of the first line with ink, y down."""
        return self.lines[0].number * self.line_height if self.lines else 0.0

    @property
    def baseline_span(self) -> float:
        """The distance from the first to the last baseline of lines with ink."""
        return (self.lines[-1].number - self.lines[0].number) * self.line_height if self.lines else 0.0


def stack_lines(lines: Sequence[Line], align: Align, line_height: float) -> TextBlock:
    """Stack lines at a distance of `line_height`, aligned by their ink, not by their advance (decision 15)."""
    if len(lines) == 1:
        return TextBlock(lines[0].runs, lines[0].ink)
    stacked = []
    for number, line in enumerate(lines):
        if line.ink is None:
            continue
        dx, dy = -_ANCHORS[align](line.ink), -number * line_height
        ink = Rect(line.ink.left + dx, line.ink.top - dy, line.ink.right + dx, line.ink.bottom - dy)
        runs = []
        for run in line.runs:
            moved = tuple((glyph, x + dx, y + dy, cos, sin) for glyph, x, y, cos, sin in run.glyphs)
            runs.append(GlyphRun(run.face, run.scale, moved))
        stacked.append(StackedLine(number, tuple(runs), ink))
    every = tuple(run for line in stacked for run in line.runs)
    return TextBlock(every, bounding_rect([line.ink for line in stacked]), line_height, tuple(stacked))


def _ink_path(face: Face, glyph: int) -> pathops.Path:
    """Return an outline with the bounds of a glyph under any rotation; of a colour glyph, the rectangle of its ink."""
    if not face.has_color_glyphs or (ink := face.measure_ink(glyph)) is None:
        return face.get_outline(glyph)
    path = pathops.Path()
    pen = path.getPen()
    pen.moveTo((ink.left, -ink.bottom))  # outlines have y up
    for corner in ((ink.right, -ink.bottom), (ink.right, -ink.top), (ink.left, -ink.top)):
        pen.lineTo(corner)
    pen.closePath()
    return path


def bend_line(paragraph: Paragraph, degrees: float) -> TextBlock:
    """Bend a line over `degrees` of a circle, upward if positive, each cluster rotated about the middle of its advance.

    The line's advance is the length of the arc, which with the angle gives the radius.
    """
    pieces = list(paragraph.slice_runs(0, len(paragraph.text)))
    length = sum(glyph[3] + glyph[5] for _, _, glyphs in pieces for glyph in glyphs)
    if not length:
        return TextBlock((), None)
    radius = length / math.radians(degrees)  # if negative, the circle's centre is above the line
    runs: list[GlyphRun] = []
    inks: list[tuple[float, float, float, float]] = []
    pen = -length / 2
    for face, scale, glyphs in pieces:
        placed = []
        for _, cluster in groupby(glyphs, itemgetter(4)):
            members = list(cluster)
            width = sum(glyph[3] + glyph[5] for glyph in members)
            turn = (pen + width / 2) / radius
            cos, sin = math.cos(turn), math.sin(turn)
            offset = -width / 2
            for glyph, x_offset, y_offset, advance, *_ in members:
                x, y = offset + x_offset, y_offset
                offset += advance
                if glyph == NOTDEF or face.measure_ink(glyph) is None:
                    continue
                origin = (radius * sin + x * cos + y * sin, radius * cos - radius - x * sin + y * cos)
                placed.append((glyph, *origin, cos, sin))
                matrix = (cos * scale, -sin * scale, sin * scale, cos * scale, *origin)
                left, low, right, high = _ink_path(face, glyph).transform(*matrix).bounds
                inks.append((left, -high, right, -low))
            pen += width
        if placed:
            runs.append(GlyphRun(face, scale, tuple(placed)))
    return TextBlock(tuple(runs), bounding_rect(inks))
