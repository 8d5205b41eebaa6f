"""Rotation and translation of a layer within its frame."""

import math
from typing import NamedTuple

from rendering.engine.geometry.rect import Rect


class Transform(NamedTuple):
    """A turn about the origin, clockwise where y runs down, and then a move."""

    cos: float = 1.0
    sin: float = 0.0
    x: float = 0.0
    y: float = 0.0

    @classmethod
    def from_rotation(cls, center: tuple[float, float], degrees: float) -> "Transform":
        """Return the turn about a point."""
        if not degrees:
            return cls()
        cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
        x, y = center
        return cls(cos, sin, x - x * cos + y * sin, y - x * sin - y * cos)

    @property
    def is_unrotated(self) -> bool:
        """Tell whether nothing is turned."""
        return self.cos == 1 and self.sin == 0

    def then_translate(self, x: float, y: float) -> "Transform":
        """Return this and then a move."""
        return self._replace(x=self.x + x, y=self.y + y)

    def compose_after(self, inner: "Transform") -> "Transform":
        """Return what `first` and then this does."""
        cos = self.cos * inner.cos - self.sin * inner.sin
        sin = self.sin * inner.cos + self.cos * inner.sin
        return Transform(cos, sin, *self.map_point(inner.x, inner.y))

    def map_point(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point goes."""
        if self.is_unrotated:
            return x + self.x, y + self.y
        return x * self.cos - y * self.sin + self.x, x * self.sin + y * self.cos + self.y

    def map_rect(self, rect: Rect) -> Rect:
        """Return a box around where a box goes."""
        corners = [self.map_point(x, y) for x in (rect.left, rect.right) for y in (rect.top, rect.bottom)]
        xs, ys = zip(*corners, strict=True)
        return Rect(min(xs), min(ys), max(xs), max(ys))
