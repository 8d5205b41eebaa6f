"""The part of a frame that is drawn, in pixels."""

import math
from dataclasses import dataclass

from rendering.engine.geometry.rect import Rect


@dataclass(frozen=True, slots=True)
class Viewport:
    """What part of a frame is drawn, and how large: `zoom` px a mm; width × height px from `left`, `top` on."""

    zoom: float
    left: int
    top: int
    width: int
    height: int

    def crop_to_rect(self, rect: Rect, margin: float = 0.0) -> "Viewport | None":
        """Return the part of this view that a box, mm, and `more` mm around it cover; None if that is nothing."""
        left = max(self.left, math.floor((rect.left - margin) * self.zoom))
        top = max(self.top, math.floor((rect.top - margin) * self.zoom))
        right = min(self.left + self.width, math.ceil((rect.right + margin) * self.zoom))
        bottom = min(self.top + self.height, math.ceil((rect.bottom + margin) * self.zoom))
        return Viewport(self.zoom, left, top, right - left, bottom - top) if left < right and top < bottom else None

    def intersect_with(self, other: "Viewport") -> "Viewport | None":
        """Return what this view and another one share, None if that is nothing."""
        left, top = max(self.left, other.left), max(self.top, other.top)
        right = min(self.left + self.width, other.left + other.width)
        bottom = min(self.top + self.height, other.top + other.height)
        return Viewport(self.zoom, left, top, right - left, bottom - top) if left < right and top < bottom else None
