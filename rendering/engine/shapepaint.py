"""What a layer of a shape is made of."""

from collections.abc import Iterator

from rendering.engine.brush import Stroke
from rendering.engine.raster import View
from rendering.engine.shapelayer import ShapeLayer


def shape_strokes(layer: ShapeLayer, view: View) -> Iterator[Stroke]:
    """Yield a shape's strokes from the bottom up."""
    del layer, view
    yield from ()
