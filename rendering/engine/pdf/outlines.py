"""Areas of one paint: what outlines alone can say of a layer, for cutters and lasers."""

from collections.abc import Iterator
from typing import NamedTuple

from rendering.engine.color.srgb import RGB
from rendering.engine.pdf.paths import IDENTITY, Matrix
from rendering.engine.schema import LinearGradient, RadialGradient


class GradientPaint(NamedTuple):
    """A gradient over a frame of `width` × `height` mm; `onto` maps that to the frame of the placement."""

    gradient: LinearGradient | RadialGradient
    width: float
    height: float
    onto: Matrix = IDENTITY


class FilledPath(NamedTuple):
    """A path (PDF operators, mm with y down), and what it is filled with; `matrix` maps it to the placement's frame."""

    path: str
    paint: RGB | GradientPaint
    matrix: Matrix = IDENTITY


Outlines = Iterator[FilledPath]
"""The areas of a layer from bottom to top."""
