"""Rectangles, and turns."""

from collections.abc import Sequence
from typing import NamedTuple


class Rect(NamedTuple):
    """A rectangle by its edges; whether y runs up or down is its owner's to say."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Return right minus left."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Return top minus bottom."""
        return self.bottom - self.top

    @property
    def center(self) -> tuple[float, float]:
        """Return the middle, (x, y)."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def move(self, x: float, y: float) -> "Rect":
        """Return the rectangle moved to the right and down."""
        return Rect(self.left + x, self.top + y, self.right + x, self.bottom + y)

    def expand(self, margin: float) -> "Rect":
        """Return the rectangle with a margin added on every side."""
        return Rect(self.left - margin, self.top - margin, self.right + margin, self.bottom + margin)


def bounding_rect(rects: Sequence[tuple[float, float, float, float]]) -> Rect | None:
    """Return the smallest box around all of them, or None if there are none."""
    if not rects:
        return None
    lefts, bottoms, rights, tops = zip(*rects, strict=True)
    return Rect(min(lefts), min(bottoms), max(rights), max(tops))
