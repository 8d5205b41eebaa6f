"""Line height `auto`: from the metrics of the fonts, and from the ink of neighbouring lines (decision 32).

Lengths in ems, positive away from the baseline: upwards for ascent and rise, downwards for descent and drop.
"""

import math
from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from rendering.engine.text.face import NOTDEF
from rendering.engine.text.itemize import TextRun
from rendering.engine.text.scripts import find_script
from rendering.engine.text.shaping import Line, Paragraph

INK_CLEARANCE = 0.05  # ems; the least room between the ink of two lines
LINE_HEIGHT_CEILING = 5.0  # ems; marks may be stacked without end


class LineExtent(NamedTuple):
    """The ascent and descent of a line's fonts, and how far its ink rises above the baseline and drops below it."""

    ascent: float
    descent: float
    rise: float
    drop: float


def choose_line_height(lines: Sequence[LineExtent | None]) -> float:
    """Return the distance of the baselines, one for all lines; None stands for a line without ink.

    It is the largest that two neighbouring lines need: descent and ascent of their fonts, as for `line-height: normal`
    of CSS, or the ink between their baselines with INK_CLEARANCE.
    """
    full = [(number, line) for number, line in enumerate(lines) if line]
    needed = max((line.ascent + line.descent for _, line in full), default=0.0) if len(full) < 2 else 0.0
    for (above, upper), (below, lower) in pairwise(full):
        ink = (upper.drop + lower.rise + INK_CLEARANCE) / (below - above)
        needed = max(needed, upper.descent + lower.ascent, ink)
    return min(needed, LINE_HEIGHT_CEILING)


class ParagraphExtents:
    """The extents of any line of a paragraph."""

    def __init__(self, paragraph: Paragraph) -> None:
        self._paragraph = paragraph
        self._metrics = [(run.start, run.end, run.face.line_metrics) for run in _find_metric_runs(paragraph)]

    def measure_cut_line(self, line: Line, start: int = 0, end: int | None = None) -> LineExtent | None:
        """Return the extent of the characters [start, end), which were cut as `line`, None if they leave no ink."""
        if line.ink is None:
            return None
        return LineExtent(*self._measure_fonts(start, end), -line.ink.top, line.ink.bottom)

    def measure_line(self, start: int, end: int) -> LineExtent | None:
        """Return the same without shaping the line: its ends may have other forms than inside the paragraph."""
        rises, drops = self._inks
        rise = max(rises[start:end], default=-math.inf)
        return None if rise == -math.inf else LineExtent(*self._measure_fonts(start, end), rise, max(drops[start:end]))

    @cached_property
    def _inks(self) -> tuple[list[float], list[float]]:
        """How far the ink of the cluster at each character rises and drops."""
        length = len(self._paragraph.text)
        rises, drops = [-math.inf] * length, [-math.inf] * length
        for shaped in self._paragraph.shaped_runs:
            face, scale = shaped.run.face, shaped.scale
            for glyph, _, y_offset, _, cluster, _ in shaped.glyphs:
                if glyph != NOTDEF and (ink := face.measure_ink(glyph)):
                    rises[cluster] = max(rises[cluster], y_offset - ink.top * scale)
                    drops[cluster] = max(drops[cluster], ink.bottom * scale - y_offset)
        return rises, drops

    def _measure_fonts(self, start: int, end: int | None) -> tuple[float, float]:
        """Return the ascent and descent of the fonts of the characters [start, end)."""
        if len(self._metrics) == 1:  # most paragraphs
            return self._metrics[0][2]
        found = [
            metrics for first, last, metrics in self._metrics if (end is None or first < end) and start < last
        ] or [self._paragraph.faces[0].line_metrics]
        return max(ascent for ascent, _ in found), max(descent for _, descent in found)


def _find_metric_runs(paragraph: Paragraph) -> list[TextRun]:
    """Return the runs whose fonts' metrics count: those in the design's font, and of others those with letters.

    A heart from a symbol font, whose metrics are for stacked mathematics, must not push the lines apart.
    """

    def counts(run: TextRun) -> bool:
        characters = paragraph.text[run.start : run.end]
        return not characters.isspace() if run.face is paragraph.faces[0] else any(map(find_script, characters))

    return [shaped.run for shaped in paragraph.shaped_runs if counts(shaped.run)]
