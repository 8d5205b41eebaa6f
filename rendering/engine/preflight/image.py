"""Findings about image layers."""

import math
from collections.abc import Iterator
from functools import partial

from rendering.engine.layout.image import ImageLayer
from rendering.engine.layout.placed import Layout
from rendering.engine.values import Finding


def inspect_layer(layer: ImageLayer, layout: Layout) -> Iterator[Finding]:
    """Yield the findings about an image layer."""
    return inspect_picture(layer, layout, "photo")


def inspect_picture(layer: ImageLayer, layout: Layout, noun: str) -> Iterator[Finding]:
    """Yield the findings about what people call a `noun`: invisible, or too few dpi for print (unless it is pixelated).

    Being cut off at the edge of the frame is not a finding: photos that fill the frame always are. Nor is
    enlarging a picture in a preview.
    """
    finding = partial(Finding, layer=layer.index, placement=layout.placement)
    bounds = layer.visible_bounds
    if (
        bounds is None
        or bounds.right <= 0
        or bounds.bottom <= 0
        or bounds.left >= layout.width
        or bounds.top >= layout.height
    ):
        yield finding("not_visible", "warning", f"The {noun} is not visible: it lies outside the frame. Move it in.")
    elif layer.source.sampling != "pixelated" and layer.dpi < layout.min_dpi * (1 - 1e-9):
        measured = math.floor(layer.dpi * 10) / 10
        message = (
            f"This {noun} will print at {measured:g} dpi; {layout.min_dpi:g} dpi is needed. Make it smaller, crop less "
            "of it, or upload a larger one."
        )
        yield finding("low_resolution", "warning", message, measured=measured, required=layout.min_dpi)
