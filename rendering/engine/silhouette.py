"""The outline that a picture is seen in, for HarfBuzz to draw exactly at any angle."""

import math
from collections.abc import Iterator

import numpy as np
import uharfbuzz as hb

from rendering.engine.fonts import Face
from rendering.engine.shaping import GlyphRun
from rendering.engine.strokes import Shape, _font, _glyph

_REACH = 16_000  # units from the middle: from one side to the other is as far as a glyph can say (32,767)
_ARCS = 16  # a quarter's parabolas, which are off a true ellipse by a millionth of it


def outline(width: float, height: float, across: float, down: float) -> tuple[GlyphRun, ...]:
    """Return a rectangle of so many mm about the origin, its corners quarters of ellipses; an em is a mm."""
    zoom = 2 * _REACH / max(width, height)
    points = np.array(list(_points(width / 2, height / 2, across, down))) * zoom
    font = hb.Font(hb.Face(hb.Blob(_font([_glyph(Shape(points, b"\1\0" * (len(points) // 2), [0]), 1.0)]))))
    return (GlyphRun(Face("silhouette", font, 1000), 1 / zoom, ((0, 0.0, 0.0, 1.0, 0.0),)),)


def _points(x: float, y: float, across: float, down: float) -> Iterator[tuple[float, float]]:
    """Yield points of the curve, and after each the one that the curve to the next bends to."""
    half = math.pi / 4 / _ARCS
    bent = 1 / math.cos(half)
    for number, (to_x, to_y) in enumerate(((1, 1), (-1, 1), (-1, -1), (1, -1))):
        mid_x, mid_y = to_x * (x - across), to_y * (y - down)
        for step in range(_ARCS):
            angle = (number + step / _ARCS) * math.pi / 2
            yield mid_x + across * math.cos(angle), mid_y + down * math.sin(angle)
            yield mid_x + across * bent * math.cos(angle + half), mid_y + down * bent * math.sin(angle + half)
        # The straight side to the next corner bends to where it begins.
        end = (number + 1) * math.pi / 2
        yield mid_x + across * math.cos(end), mid_y + down * math.sin(end)
        yield mid_x + across * math.cos(end), mid_y + down * math.sin(end)
