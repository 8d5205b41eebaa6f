"""Text blocks: lines stacked below each other, or one line bent over a circle (`arc`). Lengths in ems.

Glyph positions have y up, as HarfBuzz gives them; ink is a Rect and has y down, like every Rect.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from rendering.engine.geometry.rect import Rect, bounding_rect
from rendering.engine.text.shaping import GlyphRun, Line

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
