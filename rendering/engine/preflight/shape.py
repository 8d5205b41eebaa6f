"""Findings about shape layers."""

from collections.abc import Iterator
from functools import partial

from rendering.engine.layout.placed import Layout
from rendering.engine.layout.shape import ShapeLayer
from rendering.engine.values import Finding


def inspect_layer(layer: ShapeLayer, layout: Layout) -> Iterator[Finding]:
    """Yield a finding if a shape is invisible. Being cut off at the edge of the frame is not a finding."""
    finding = partial(Finding, layer=layer.index, placement=layout.placement)
    bounds = layer.visible_bounds
    if bounds is None:
        yield finding("not_visible", "warning", "The shape is not visible: it is too thin. Make it wider.")
    elif bounds.right <= 0 or bounds.bottom <= 0 or bounds.left >= layout.width or bounds.top >= layout.height:
        yield finding("not_visible", "warning", "The shape is not visible: it lies outside the frame. Move it in.")
