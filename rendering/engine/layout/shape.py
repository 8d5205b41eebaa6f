"""Placement of shape layers."""

from dataclasses import dataclass
from functools import cached_property

from rendering.engine.color.srgb import RGB, parse_hex
from rendering.engine.geometry.bezier import Curves
from rendering.engine.geometry.rect import Rect, bounding_rect
from rendering.engine.geometry.shape_paths import outline_fill, outline_stroke
from rendering.engine.geometry.transform import Transform
from rendering.engine.layout.context import LayoutContext
from rendering.engine.layout.placed import Part, PlacedLayer
from rendering.engine.schema import Shape, Solid


@dataclass(frozen=True)
class ShapeLayer(PlacedLayer):
    """A placed shape: the outlines of its fill and of its stroke, mm, with their origin at the centre of its box."""

    source: Shape
    transform: Transform
    box: Rect  # mm, before rotation
    fill: Curves | None
    stroke: Curves | None

    @cached_property
    def frame_transform(self) -> Transform:
        """Maps `fill` and `stroke` to the frame."""
        return self.transform.compose_after(Transform().then_translate(*self.box.center))

    @cached_property
    def fill_bounds(self) -> Rect | None:
        """The smallest upright rectangle around the rotated fill; None if there is none or it is empty."""
        return self.fill.bounding_rect(self.frame_transform) if self.fill else None

    @cached_property
    def stroke_bounds(self) -> Rect | None:
        """The smallest upright rectangle around the rotated stroke; None if there is none or it is empty."""
        return self.stroke.bounding_rect(self.frame_transform) if self.stroke else None

    @cached_property
    def visible_bounds(self) -> Rect | None:
        """The smallest upright rectangle around fill and stroke; None if both are empty."""
        return bounding_rect([bounds for bounds in (self.fill_bounds, self.stroke_bounds) if bounds])

    @property
    def solid_color(self) -> RGB | None:
        """The colour of the shape if fill and stroke have only one, else None."""
        fill, stroke = self.source.fill, self.source.stroke
        colors = {fill.color if isinstance(fill, Solid) else None} if fill else set()
        colors |= {stroke.color} if stroke else set()
        color = colors.pop() if len(colors) == 1 else None
        return parse_hex(color) if color else None

    @property
    def parts(self) -> list[Part]:
        """Fill and stroke."""
        fill, stroke = self.source.fill, self.source.stroke
        parts = []
        if fill and self.fill_bounds:
            colors = (fill.color,) if isinstance(fill, Solid) else (stop.color for stop in fill.stops)
            parts.append(Part(self.fill_bounds, tuple(map(parse_hex, colors))))
        if stroke and self.stroke_bounds:
            parts.append(Part(self.stroke_bounds, (parse_hex(stroke.color),)))
        return parts


def place_layer(
    path: tuple[int, ...],
    layer: Shape,
    context: LayoutContext,  # noqa: ARG001  all kinds share one signature
    transform: Transform,
) -> ShapeLayer:
    """Build the outlines of a shape's fill and stroke."""
    source_box = layer.box
    box = Rect(source_box.x, source_box.y, source_box.x + source_box.width, source_box.y + source_box.height)
    return ShapeLayer(
        path=path,
        source=layer,
        transform=transform.compose_after(Transform.from_rotation(box.center, layer.rotation)),
        box=box,
        fill=outline_fill(layer) if layer.fill else None,
        stroke=outline_stroke(layer, layer.stroke) if layer.stroke else None,
    )
