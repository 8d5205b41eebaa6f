"""How far glyphs reach to both sides of slanted lines, by which most neighbours are told to be apart.

The boxes of two letters often overlap where their outlines do not (AV, WA, f beside a letter), and Skia takes a tenth
of a millisecond to find that they share nothing.
"""

from typing import NamedTuple

import numpy as np
import pathops

# x per y of the lines: most letters that are apart but in their boxes have one of these between them.
_SLANTS = (-1.5, -1.0, -0.7, -0.5, -0.35, -0.2, -0.1, 0.1, 0.2, 0.35, 0.5, 0.7, 1.0, 1.5)


class SlantedReach(NamedTuple):
    """The least and the greatest x + s · y of a glyph's control points for each slant s."""

    least: list[float]
    greatest: list[float]

    def is_apart(self, other: "SlantedReach", dx: float, dy: float) -> bool:
        """Tell whether a glyph is wholly to one side of another, moved by (dx, dy), at one slant at least."""
        for number, slant in enumerate(_SLANTS):
            moved = dx + slant * dy
            if (
                self.greatest[number] < other.least[number] + moved
                or self.least[number] > other.greatest[number] + moved
            ):
                return True
        return False


def measure_reach(path: pathops.Path) -> SlantedReach:
    """Return the reach of an outline with points, in its units."""
    x, y = np.array(path.points).T[:, :, None]
    places = x + y * np.array(_SLANTS)
    return SlantedReach(places.min(axis=0).tolist(), places.max(axis=0).tolist())
