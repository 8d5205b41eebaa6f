"""Shape layers."""

from typing import Annotated, Literal

from pydantic import Field

from rendering.engine.schema.base import AboveZero, Box, Color, Fill, Layer, Strict

POINTS_CEILING = 64
DASHES_CEILING = 8


class Stroke(Strict):
    """A line along a shape's edge, half of its width on either side.

    Its corners are sharp. If a polygon or a star has a corner below 29 degrees, all its corners are round.
    """

    width: AboveZero = Field(gt=0, le=1_000, allow_inf_nan=False)
    """Width, mm."""
    color: Color
    dash: Annotated[
        tuple[Annotated[AboveZero, Field(gt=0, le=1_000, allow_inf_nan=False)], ...],
        Field(max_length=DASHES_CEILING, strict=False),
    ] = ()
    """Alternating lengths of dashes and gaps, mm, repeated along the edge: an even number of values. Empty: solid.

    Dashes run clockwise from the top left of a rectangle, from the top of other shapes, and from the left of a line.
    """
    cap: Literal["butt", "round"] = "butt"
    """Shape of the ends of dashes and lines."""


class Shape(Layer):
    """A layer of one shape, stretched to touch all four sides of its box."""

    type: Literal["shape"]
    shape: Literal["rectangle", "ellipse", "line", "polygon", "star", "heart"]
    """A `line` runs from left to right through the middle of its box; `rotation` turns it."""
    box: Box
    """Where the shape goes. Half of the stroke's width lies outside."""
    radius: float = Field(default=0, ge=0, le=5_000, allow_inf_nan=False)
    """Radius of a rectangle's corners, mm; limited to half its shorter side."""
    points: int = Field(default=5, ge=3, le=POINTS_CEILING)
    """Number of corners of a polygon, or of tips of a star; the first is at the top."""
    inner: float = Field(default=0.5, ge=0.05, le=1, allow_inf_nan=False)
    """Distance of a star's inner corners from its centre, as a fraction of that of its tips."""
    fill: Fill | None = None
    """A colour, or a gradient over the box, which rotates with it. Default: no fill, only the stroke."""
    stroke: Stroke | None = None


LAYER_MODEL = Shape
