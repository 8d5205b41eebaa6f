"""Painting of shape layers: fill and stroke."""

from collections.abc import Iterator

from PIL import Image

from rendering.engine.color.srgb import parse_hex
from rendering.engine.geometry.bezier import Curves
from rendering.engine.geometry.transform import Transform
from rendering.engine.geometry.viewport import Viewport
from rendering.engine.layout.shape import ShapeLayer
from rendering.engine.paint.fragment import Fragment, Paint
from rendering.engine.raster.background import paint_background, place_background
from rendering.engine.raster.polygons import FLATTEN_TOLERANCE, rasterize_polygons
from rendering.engine.schema import Solid


def paint_layer(layer: ShapeLayer, viewport: Viewport) -> Iterator[Fragment]:
    """Yield the fragments of a shape from bottom to top."""
    if layer.fill and layer.fill_bounds and (part := viewport.crop_to_rect(layer.fill_bounds)):
        yield _fill_paint(layer, part), _rasterize_curves(layer.fill, layer, part), part
    if (
        layer.stroke
        and layer.source.stroke
        and layer.stroke_bounds
        and (part := viewport.crop_to_rect(layer.stroke_bounds))
    ):
        yield parse_hex(layer.source.stroke.color), _rasterize_curves(layer.stroke, layer, part), part


def _rasterize_curves(curves: Curves, layer: ShapeLayer, part: Viewport) -> Image.Image:
    return rasterize_polygons(curves.to_polygons(layer.frame_transform, part.zoom, FLATTEN_TOLERANCE, part), part)


def _fill_paint(layer: ShapeLayer, part: Viewport) -> Paint:
    """Return the colour of the fill, or the part of its gradient, which covers the box and rotates with it."""
    fill, box = layer.source.fill, layer.box
    if fill is None or isinstance(fill, Solid):
        return parse_hex(fill.color) if fill else (0, 0, 0)
    box_transform = layer.transform.compose_after(Transform().then_translate(box.left, box.top))
    return paint_background(place_background(fill, box.width, box.height), part, box_transform)
