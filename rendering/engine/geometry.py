"""Rectangles."""

from collections.abc import Sequence
from typing import NamedTuple


class Box(NamedTuple):
    """A rectangle by its edges; whether y runs up or down is its owner's to say."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def width(self) -> float:
        """Return right minus left."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Return top minus bottom."""
        return self.top - self.bottom

    @property
    def center(self) -> tuple[float, float]:
        """Return the middle, (x, y)."""
        return (self.left + self.right) / 2, (self.bottom + self.top) / 2


def around(boxes: Sequence[tuple[float, float, float, float]]) -> Box | None:
    """Return the smallest box around all of them, or None if there are none."""
    if not boxes:
        return None
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    return Box(min(lefts), min(bottoms), max(rights), max(tops))
