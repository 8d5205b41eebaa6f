"""Rotation and translation of a layer within its frame, in mm with y down."""

import math
from typing import NamedTuple

from rendering.engine.geometry.rect import Rect
from rendering.engine.geometry.trigonometry import cos_sin


class Transform(NamedTuple):
    """A rotation about the origin, clockwise, then a translation by (x, y)."""

    cos: float = 1.0
    sin: float = 0.0
    x: float = 0.0
    y: float = 0.0

    @classmethod
    def from_rotation(cls, center: tuple[float, float], degrees: float) -> "Transform":
        """Return the clockwise rotation about a point."""
        if not degrees:
            return cls()
        cos, sin = cos_sin(math.radians(degrees))
        x, y = center
        return cls(cos, sin, x - x * cos + y * sin, y - x * sin - y * cos)

    @property
    def is_unrotated(self) -> bool:
        """Tell whether there is no rotation."""
        return self.cos == 1 and self.sin == 0

    def then_translate(self, x: float, y: float) -> "Transform":
        """Return this transform followed by a translation."""
        return self._replace(x=self.x + x, y=self.y + y)

    def compose_after(self, inner: "Transform") -> "Transform":
        """Return the transform that applies `inner` first, then this one."""
        cos = self.cos * inner.cos - self.sin * inner.sin
        sin = self.sin * inner.cos + self.cos * inner.sin
        return Transform(cos, sin, *self.map_point(inner.x, inner.y))

    def map_point(self, x: float, y: float) -> tuple[float, float]:
        """Return the image of a point."""
        if self.is_unrotated:
            return x + self.x, y + self.y
        return x * self.cos - y * self.sin + self.x, x * self.sin + y * self.cos + self.y

    def map_rect(self, rect: Rect) -> Rect:
        """Return the bounding rectangle of a rectangle's image."""
        corners = [self.map_point(x, y) for x in (rect.left, rect.right) for y in (rect.top, rect.bottom)]
        xs, ys = zip(*corners, strict=True)
        return Rect(min(xs), min(ys), max(xs), max(ys))
