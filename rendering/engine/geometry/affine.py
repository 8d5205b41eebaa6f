"""The affine map from a picture to the pixels of a file."""

import math
from typing import NamedTuple


class Affine(NamedTuple):
    """Where a place of a picture (u, v: fractions of its width and height) lies, px: (a u + b v + c, d u + e v + f)."""

    a: float
    b: float
    c: float
    d: float
    e: float
    f: float

    def map_point(self, u: float, v: float) -> tuple[float, float]:
        """Return where a place lies, px."""
        return self.a * u + self.b * v + self.c, self.d * u + self.e * v + self.f

    @property
    def width_px(self) -> float:
        """How many px the whole picture's width takes."""
        return math.hypot(self.a, self.d)

    @property
    def height_px(self) -> float:
        """How many px the whole picture's height takes."""
        return math.hypot(self.b, self.e)
