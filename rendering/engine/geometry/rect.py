"""Rectangles, and turns."""

import math
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


class Pose(NamedTuple):
    """A turn about the origin, clockwise where y runs down, and then a move."""

    cos: float = 1.0
    sin: float = 0.0
    x: float = 0.0
    y: float = 0.0

    @classmethod
    def about(cls, center: tuple[float, float], degrees: float) -> "Pose":
        """Return the turn about a point."""
        if not degrees:
            return cls()
        cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
        x, y = center
        return cls(cos, sin, x - x * cos + y * sin, y - x * sin - y * cos)

    @property
    def upright(self) -> bool:
        """Tell whether nothing is turned."""
        return self.cos == 1 and self.sin == 0

    def moved(self, x: float, y: float) -> "Pose":
        """Return this and then a move."""
        return self._replace(x=self.x + x, y=self.y + y)

    def after(self, first: "Pose") -> "Pose":
        """Return what `first` and then this does."""
        cos = self.cos * first.cos - self.sin * first.sin
        sin = self.sin * first.cos + self.cos * first.sin
        return Pose(cos, sin, *self.apply(first.x, first.y))

    def apply(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point goes."""
        if self.upright:
            return x + self.x, y + self.y
        return x * self.cos - y * self.sin + self.x, x * self.sin + y * self.cos + self.y

    def around(self, box: Box) -> Box:
        """Return a box around where a box goes."""
        corners = [self.apply(x, y) for x in (box.left, box.right) for y in (box.bottom, box.top)]
        xs, ys = zip(*corners, strict=True)
        return Box(min(xs), min(ys), max(xs), max(ys))
