"""Vertical alignment by baseline or capitals: where the first baseline is, whatever the letters (decision 32)."""

import math
from dataclasses import dataclass
from typing import Literal

from rendering.engine.text.font_metrics import LetterExtents


@dataclass(frozen=True, slots=True)
class Anchor:
    """`valign` of text in a frame `height` mm high: `size` (em, mm) is the one asked for, `letters` those of its font.

    `cap` centres the rectangle from the top of the first line's capitals to the last baseline. With `baseline` the
    first baseline is where it is if the font's highest and lowest letters, at the size asked for, are centred; if they
    are higher than the frame, at the size at which they are as high. Fitting does not move it.
    """

    valign: Literal["baseline", "cap"]
    letters: LetterExtents
    size: float
    height: float

    def place_baseline(self, size: float, span: float) -> float:
        """Return how far the first baseline is below the frame's top, mm; `span` is from first to last, ems."""
        if self.valign == "cap":
            return self.height / 2 + (self.letters.cap - span) / 2 * size
        rise, drop = self.letters.rise, self.letters.drop + span
        return self.height / 2 + (rise - drop) / 2 * min(self.size, self.height / (rise + drop))

    def limit_size(self, rise: float, drop: float, span: float) -> float:
        """Return the largest size at which ink fits the frame: `rise` above, `drop` below the first baseline, ems.

        The font's letters count beside the ink, so that texts that differ in their letters only get the same size.
        """
        rise, drop = max(rise, self.letters.rise), max(drop, self.letters.drop + span)
        if self.valign == "cap":
            offset, above, below = (self.letters.cap - span) / 2, self.height / 2, self.height / 2
        else:
            offset, above = 0.0, self.place_baseline(self.size, span)
            below = self.height - above
        rooms = ((above, rise - offset), (below, drop + offset))
        return min((room / length for room, length in rooms if length > 0), default=math.inf)
