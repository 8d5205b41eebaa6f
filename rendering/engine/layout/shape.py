"""A layer of one shape."""

from dataclasses import dataclass
from functools import cached_property

from rendering.engine.color.srgb import RGB, parse_hex
from rendering.engine.geometry.bezier import Curves
from rendering.engine.geometry.rect import Box, Pose, around
from rendering.engine.geometry.shape_paths import filled, stroked
from rendering.engine.schema import Shape, Solid


@dataclass(frozen=True)
class ShapeLayer:
    """A placed shape: what its fill and its stroke cover, mm, about the middle of its box."""

    index: int
    source: Shape
    pose: Pose
    box: Box
    fill: Curves | None
    stroke: Curves | None

    @cached_property
    def onto(self) -> Pose:
        """What takes its outlines to the frame."""
        return self.pose.after(Pose().moved(*self.box.center))

    @cached_property
    def filled(self) -> Box | None:
        """Return a box around the turned fill; None if it leaves no trace."""
        return self.fill.around(self.onto) if self.fill else None

    @cached_property
    def stroked(self) -> Box | None:
        """Return a box around the turned stroke; None if it leaves no trace."""
        return self.stroke.around(self.onto) if self.stroke else None

    @cached_property
    def shown(self) -> Box | None:
        """Return a box around all of it."""
        return around([box for box in (self.filled, self.stroked) if box])

    @property
    def solid(self) -> RGB | None:
        """The one colour that all of the layer has, None where it has others."""
        fill, stroke = self.source.fill, self.source.stroke
        colors = {fill.color if isinstance(fill, Solid) else None} if fill else set()
        colors |= {stroke.color} if stroke else set()
        color = colors.pop() if len(colors) == 1 else None
        return parse_hex(color) if color else None


def shape_layer(index: int, layer: Shape, pose: Pose) -> ShapeLayer:
    """Place a shape; `pose` is that of the groups it is in."""
    given = layer.box
    box = Box(given.x, given.y, given.x + given.width, given.y + given.height)
    return ShapeLayer(
        index=index,
        source=layer,
        pose=pose.after(Pose.about(box.center, layer.rotation)),
        box=box,
        fill=filled(layer) if layer.fill else None,
        stroke=stroked(layer, layer.stroke) if layer.stroke else None,
    )
