"""Heights that belong to a font, whichever letters a text has. In ems, positive away from the baseline."""

from collections.abc import Mapping
from typing import NamedTuple

import uharfbuzz as hb

from rendering.engine.geometry.rect import Rect

EXTREME_LETTERS = "Hbdfhklgjpqy"  # without accents: the height of capitals, and the ascenders and descenders


class LetterExtents(NamedTuple):
    """The height of capitals, and how far the highest letters rise and the lowest ones drop."""

    cap: float
    rise: float
    drop: float


def measure_line(font: hb.Font, upem: int) -> tuple[float, float]:
    """Return ascent and descent of a line, each with half of the font's line gap, as CSS has it (CSS 2.2, 10.8.1).

    HarfBuzz takes them from the table that browsers take: hhea, or OS/2 where its bit USE_TYPO_METRICS is set.
    """
    extents, em = font.get_font_extents("ltr"), 1 / upem
    half_gap = extents.line_gap / 2
    return (extents.ascender + half_gap) * em, (half_gap - extents.descender) * em


def measure_letters(inks: Mapping[str, Rect], upem: int, line: tuple[float, float]) -> LetterExtents:
    """Return the heights of letters from the ink, in font units, of those of EXTREME_LETTERS that the font has.

    A font that has none has the ascent and descent of its line.
    """
    ascent, descent = line
    rise = max((-ink.top / upem for ink in inks.values()), default=ascent)
    drop = max((ink.bottom / upem for ink in inks.values()), default=descent)
    cap = -inks["H"].top / upem if "H" in inks else rise
    return LetterExtents(cap, rise, max(drop, 0.0))
