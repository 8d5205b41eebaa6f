"""Axis-aligned rectangles."""

from collections.abc import Sequence
from typing import NamedTuple


class Rect(NamedTuple):
    """A rectangle by its edges: y runs down, so top <= bottom, in every unit and every part of the engine.

    Outlines and glyph positions have y up, as fonts do: whoever makes a Rect of them negates y.
    """

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Right minus left."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Bottom minus top."""
        return self.bottom - self.top

    @property
    def center(self) -> tuple[float, float]:
        """The middle, (x, y)."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def move(self, x: float, y: float) -> "Rect":
        """Return the rectangle moved to the right and down."""
        return Rect(self.left + x, self.top + y, self.right + x, self.bottom + y)

    def expand(self, margin: float) -> "Rect":
        """Return the rectangle with a margin added on every side."""
        return Rect(self.left - margin, self.top - margin, self.right + margin, self.bottom + margin)


def bounding_rect(rects: Sequence[tuple[float, float, float, float]]) -> Rect | None:
    """Return the smallest rectangle around all (left, top, right, bottom), None if there are none."""
    if not rects:
        return None
    lefts, tops, rights, bottoms = zip(*rects, strict=True)
    return Rect(min(lefts), min(tops), max(rights), max(bottoms))
