"""Findings about shape layers."""

from collections.abc import Iterator
from functools import partial

from rendering.engine.layout.placed import Layout
from rendering.engine.layout.shape import ShapeLayer
from rendering.engine.values import Finding


def inspect_layer(layer: ShapeLayer, layout: Layout) -> Iterator[Finding]:
    """Yield the findings about a layer of a shape. That it is cut off at the frame's edge is none."""
    found = partial(Finding, layer=layer.index, placement=layout.placement)
    box = layer.visible_bounds
    if box is None:
        yield found("not_visible", "warning", "Nothing of the shape can be seen: it is too thin.")
    elif box.right <= 0 or box.bottom <= 0 or box.left >= layout.width or box.top >= layout.height:
        yield found("not_visible", "warning", "Nothing of the shape can be seen: it lies outside of the frame.")
