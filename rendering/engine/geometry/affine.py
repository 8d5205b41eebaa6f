"""The affine map from a picture to the pixels of a file: rotation, flips and scale of an image layer in one."""

import math
from typing import NamedTuple


class Affine(NamedTuple):
    """Maps a point of a picture (u, v: fractions of its width and height) to px: (a u + b v + c, d u + e v + f)."""

    a: float
    b: float
    c: float
    d: float
    e: float
    f: float

    def map_point(self, u: float, v: float) -> tuple[float, float]:
        """Return the point (u, v) in px."""
        return self.a * u + self.b * v + self.c, self.d * u + self.e * v + self.f

    @property
    def width_px(self) -> float:
        """The width of the whole picture, px of the file."""
        return math.hypot(self.a, self.d)

    @property
    def height_px(self) -> float:
        """The height of the whole picture, px of the file."""
        return math.hypot(self.b, self.e)
