"""Whether the marks of a letter that a font composes are where they belong.

A font may have a letter and a mark without saying where the one goes on the other (OpenType feature mark): HarfBuzz
then puts the mark wherever the pen is, mostly beside the letter.
"""

import unicodedata
from collections.abc import Sequence

ALPHABETS = {"Latn", "Grek", "Cyrl"}  # elsewhere, vowel signs and their places vary
_RIGHT = {"\u0328", "\u031b", "J", "j"}  # ogonek and horn, and the letters with their stem at the right
_TOLERANCE = 0.06  # ems
_MIDDLE = 0.25  # of the letter's width, to either side of its middle; slanted letters carry their marks to the right


def are_marks_placed(cluster: str, spans: Sequence[tuple[float, float]]) -> bool:
    """Tell whether all marks of a composed letter lie over or under it.

    `spans` are left and right edge, ems, of the letter's ink and of that of its marks.
    """
    (left, right), *marks = spans
    is_right = not _RIGHT.isdisjoint(unicodedata.normalize("NFD", cluster))
    reach = (0.5 if is_right else _MIDDLE) * (right - left) + _TOLERANCE
    return all(abs((start + end) - (left + right)) / 2 <= reach for start, end in marks)
