"""A layer of one shape."""

from dataclasses import dataclass
from functools import cached_property

from rendering.engine.color.srgb import RGB, parse_hex
from rendering.engine.geometry.bezier import Curves
from rendering.engine.geometry.rect import Rect, bounding_rect
from rendering.engine.geometry.shape_paths import outline_fill, outline_stroke
from rendering.engine.geometry.transform import Transform
from rendering.engine.layout.context import LayoutContext
from rendering.engine.layout.placed import PlacedLayer
from rendering.engine.schema import Shape, Solid


@dataclass(frozen=True)
class ShapeLayer(PlacedLayer):
    """A placed shape: what its fill and its stroke cover, mm, about the middle of its box."""

    source: Shape
    transform: Transform
    box: Rect
    fill: Curves | None
    stroke: Curves | None

    @cached_property
    def frame_transform(self) -> Transform:
        """What takes its outlines to the frame."""
        return self.transform.compose_after(Transform().then_translate(*self.box.center))

    @cached_property
    def fill_bounds(self) -> Rect | None:
        """Return a box around the turned fill; None if it leaves no trace."""
        return self.fill.bounding_rect(self.frame_transform) if self.fill else None

    @cached_property
    def stroke_bounds(self) -> Rect | None:
        """Return a box around the turned stroke; None if it leaves no trace."""
        return self.stroke.bounding_rect(self.frame_transform) if self.stroke else None

    @cached_property
    def visible_bounds(self) -> Rect | None:
        """Return a box around all of it."""
        return bounding_rect([box for box in (self.fill_bounds, self.stroke_bounds) if box])

    @property
    def solid_color(self) -> RGB | None:
        """The one colour that all of the layer has, None where it has others."""
        fill, stroke = self.source.fill, self.source.stroke
        colors = {fill.color if isinstance(fill, Solid) else None} if fill else set()
        colors |= {stroke.color} if stroke else set()
        color = colors.pop() if len(colors) == 1 else None
        return parse_hex(color) if color else None


def place_layer(
    index: int,
    layer: Shape,
    context: LayoutContext,  # noqa: ARG001  every kind is called alike
    transform: Transform,
) -> ShapeLayer:
    """Return a shape with its fill and its stroke as curves."""
    given = layer.box
    box = Rect(given.x, given.y, given.x + given.width, given.y + given.height)
    return ShapeLayer(
        index=index,
        source=layer,
        transform=transform.compose_after(Transform.from_rotation(box.center, layer.rotation)),
        box=box,
        fill=outline_fill(layer) if layer.fill else None,
        stroke=outline_stroke(layer, layer.stroke) if layer.stroke else None,
    )
