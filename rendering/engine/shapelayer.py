"""A layer of one shape."""

from dataclasses import dataclass

from rendering.engine.colors import RGB, parse_hex
from rendering.engine.geometry import Box, Pose
from rendering.engine.raster import Spot
from rendering.engine.schema import Shape, Solid
from rendering.engine.shaping import GlyphRun


@dataclass(frozen=True)
class ShapeLayer:
    """A placed shape: its outlines as glyphs around the middle of its box, of which an em is a mm."""

    index: int
    source: Shape
    pose: Pose
    box: Box
    filled: tuple[GlyphRun, ...]
    stroked: tuple[GlyphRun, ...]

    @property
    def spot(self) -> Spot:
        """Where its glyphs stand."""
        return Spot(*self.box.center, 1.0, self.pose)

    @property
    def shown(self) -> Box | None:
        """Return a box around the turned shape and its stroke."""
        reach = self.source.stroke.width / 2 if self.source.stroke else 0.0
        box = self.box
        return self.pose.around(Box(box.left - reach, box.bottom - reach, box.right + reach, box.top + reach))

    @property
    def solid(self) -> RGB | None:
        """The one colour that all of the layer has, None where it has others."""
        fill, stroke = self.source.fill, self.source.stroke
        if fill is None:
            return parse_hex(stroke.color) if stroke else None
        return parse_hex(fill.color) if stroke is None and isinstance(fill, Solid) else None


def shape_layer(index: int, layer: Shape, pose: Pose) -> ShapeLayer:
    """Place a shape; `pose` is that of the groups it is in."""
    given = layer.box
    box = Box(given.x, given.y, given.x + given.width, given.y + given.height)
    return ShapeLayer(index, layer, pose.after(Pose.about(box.center, layer.rotation)), box, (), ())
