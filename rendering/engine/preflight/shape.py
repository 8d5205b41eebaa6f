"""Findings about shape layers."""

from collections.abc import Iterator

from rendering.engine.layout.placed import Layout
from rendering.engine.layout.shape import ShapeLayer
from rendering.engine.preflight.position import inspect_art
from rendering.engine.preflight.strokes import inspect_shape
from rendering.engine.values import Finding


def inspect_layer(layer: ShapeLayer, layout: Layout) -> Iterator[Finding]:
    """Yield the findings about the geometry of a shape. Being cut off at the edge of the frame is not a finding."""
    if layer.visible_bounds is None:
        message = "The shape is not visible: it is too thin. Make it wider."
        yield Finding("empty_layer", "warning", message, layer=layer.index, placement=layout.placement)
        return
    yield from inspect_art(layer, layout)
    yield from inspect_shape(layer, layout)
