"""Text blocks: lines stacked below each other, or one line bent over a circle (`arc`). Lengths in ems.

Glyph positions have y up, as HarfBuzz gives them; ink is a Rect and has y down, like every Rect.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from rendering.engine.geometry.rect import Rect, bounding_rect
from rendering.engine.text.shaping import GlyphRun, Line

Align = Literal["left", "center", "right"]

_ANCHORS: dict[Align, Callable[[Rect], float]] = {
    "left": lambda ink: ink.left,
    "center": lambda ink: (ink.left + ink.right) / 2,
    "right": lambda ink: ink.right,
}


@dataclass(frozen=True, slots=True)
class TextBlock:
    """Placed glyphs, and the rectangle of their ink, None where there is none."""

    runs: tuple[GlyphRun, ...]
    ink: Rect | None


def stack_lines(lines: Sequence[Line], align: Align, line_height: float) -> TextBlock:
    """Stack lines at a distance of `line_height`, aligned by their ink, not by their advance (decision 15)."""
    if len(lines) == 1:
        return TextBlock(lines[0].runs, lines[0].ink)
    runs: list[GlyphRun] = []
    inks = []
    for number, line in enumerate(lines):
        if line.ink is None:
            continue
        dx, dy = -_ANCHORS[align](line.ink), -number * line_height
        inks.append((line.ink.left + dx, line.ink.top - dy, line.ink.right + dx, line.ink.bottom - dy))
        for run in line.runs:
            moved = tuple((glyph, x + dx, y + dy, cos, sin) for glyph, x, y, cos, sin in run.glyphs)
            runs.append(GlyphRun(run.face, run.scale, moved))
    return TextBlock(tuple(runs), bounding_rect(inks))
