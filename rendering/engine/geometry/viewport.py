"""The part of a frame that is drawn, in pixels. A large canvas is drawn in bands, one viewport each."""

import math
from dataclasses import dataclass

from rendering.engine.geometry.rect import Rect


@dataclass(frozen=True, slots=True)
class Viewport:
    """A rectangle, in px, of a frame drawn at `zoom` px per mm; `left` and `top` are from the frame's top left."""

    zoom: float
    left: int
    top: int
    width: int
    height: int

    def crop_to_rect(self, rect: Rect, margin: float = 0.0) -> "Viewport | None":
        """Return the part that a rectangle, mm, with `margin` mm around it touches; None if it is empty."""
        left = max(self.left, math.floor((rect.left - margin) * self.zoom))
        top = max(self.top, math.floor((rect.top - margin) * self.zoom))
        right = min(self.left + self.width, math.ceil((rect.right + margin) * self.zoom))
        bottom = min(self.top + self.height, math.ceil((rect.bottom + margin) * self.zoom))
        return Viewport(self.zoom, left, top, right - left, bottom - top) if left < right and top < bottom else None

    def intersect_with(self, other: "Viewport") -> "Viewport | None":
        """Return the part that two viewports of one zoom share; None if it is empty."""
        left, top = max(self.left, other.left), max(self.top, other.top)
        right = min(self.left + self.width, other.left + other.width)
        bottom = min(self.top + self.height, other.top + other.height)
        return Viewport(self.zoom, left, top, right - left, bottom - top) if left < right and top < bottom else None
