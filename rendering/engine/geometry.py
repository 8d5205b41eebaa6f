"""Rectangles."""

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

    def moved(self, dx: float, dy: float) -> "Box":
        """Return the box shifted by (dx, dy)."""
        return Box(self.left + dx, self.bottom + dy, self.right + dx, self.top + dy)

    def union(self, other: "Box") -> "Box":
        """Return the smallest box around both."""
        return Box(
            min(self.left, other.left),
            min(self.bottom, other.bottom),
            max(self.right, other.right),
            max(self.top, other.top),
        )
