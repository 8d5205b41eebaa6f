"""What a layer of a shape is made of: its fill, and the line along its edge."""

from collections.abc import Iterator

from PIL import Image

from rendering.engine.color.srgb import parse_hex
from rendering.engine.geometry.bezier import Curves
from rendering.engine.geometry.rect import Pose
from rendering.engine.layout.shape import ShapeLayer
from rendering.engine.paint.fragment import Paint, Stroke
from rendering.engine.raster.background import ground_of, painted
from rendering.engine.raster.glyphs import View
from rendering.engine.raster.polygons import FINE, coverage
from rendering.engine.schema import Solid


def shape_strokes(layer: ShapeLayer, viewport: View) -> Iterator[Stroke]:
    """Yield a shape's strokes from the bottom up."""
    if layer.fill and layer.fill_bounds and (part := viewport.crop_to_rect(layer.fill_bounds)):
        yield _paint(layer, part), _coverage(layer.fill, layer, part), part
    if layer.stroke and layer.source.stroke and layer.stroke_bounds and (part := viewport.crop_to_rect(layer.stroke_bounds)):
        yield parse_hex(layer.source.stroke.color), _coverage(layer.stroke, layer, part), part


def _coverage(curves: Curves, layer: ShapeLayer, part: View) -> Image.Image:
    return coverage(curves.to_polygons(layer.frame_transform, part.zoom, FINE, part), part)


def _paint(layer: ShapeLayer, part: View) -> Paint:
    """Return the fill's colour, or what is seen of its gradient, which turns with the box that it is laid over."""
    fill, box = layer.source.fill, layer.box
    if fill is None or isinstance(fill, Solid):
        return parse_hex(fill.color) if fill else (0, 0, 0)
    onto = layer.transform.compose_after(Pose().then_translate(box.left, box.top))
    return painted(ground_of(fill, box.width, box.height), part, onto)
