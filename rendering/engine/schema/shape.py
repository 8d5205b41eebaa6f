"""Shapes."""

from typing import Annotated, Literal

from pydantic import Field

from rendering.engine.schema.base import Box, Color, Fill, Layer, Strict

POINTS_CEILING = 64
DASHES_CEILING = 8


class Stroke(Strict):
    """A line along a shape's edge, half of it to either side.

    Its corners are sharp; those of a polygon or a star with a corner below 29 degrees are round.
    """

    width: float = Field(gt=0, le=1_000, allow_inf_nan=False)
    """mm."""
    color: Color
    dash: Annotated[
        tuple[Annotated[float, Field(gt=0, le=1_000, allow_inf_nan=False)], ...],
        Field(max_length=DASHES_CEILING, strict=False),
    ] = ()
    """Lengths of dashes and gaps in turn, mm, over and over: an even number of them. None: a whole line.

    They run clockwise from the top left of a rectangle, from the top of other shapes, and from the left of a line.
    """
    cap: Literal["butt", "round"] = "butt"
    """How dashes, and the ends of a line, end."""


class Shape(Layer):
    """A layer of one shape, as large as its box: what is regular is stretched until it reaches all four sides."""

    type: Literal["shape"]
    shape: Literal["rectangle", "ellipse", "line", "polygon", "star", "heart"]
    """A `line` runs from the left to the right through the middle of its box; `rotation` turns it."""
    box: Box
    """Where the shape goes. Its stroke reaches half its width out of it."""
    radius: float = Field(default=0, ge=0, le=5_000, allow_inf_nan=False)
    """Of a rectangle's corners, mm; at most half its shorter side counts."""
    points: int = Field(default=5, ge=3, le=POINTS_CEILING)
    """Corners of a polygon, or tips of a star, the first at the top."""
    inner: float = Field(default=0.5, ge=0.05, le=1, allow_inf_nan=False)
    """Of a star: how far from the middle its inner corners are, its tips being at 1."""
    fill: Fill | None = None
    """A colour, or a gradient over the box, with which it turns. Without one: the stroke alone."""
    stroke: Stroke | None = None


LAYER_MODEL = Shape
