"""What a person should know about the pictures of a design."""

import math
from collections.abc import Iterator
from functools import partial

from rendering.engine.layout.image import ImageLayer
from rendering.engine.layout.placed import Layout
from rendering.engine.values import Finding


def inspect_layer(layer: ImageLayer, layout: Layout) -> Iterator[Finding]:
    """Yield the findings about a layer of a picture.

    That it is larger than its copies in a preview is none, nor that it is cut off at the frame's edge: a photo that
    fills a frame must be.
    """
    found = partial(Finding, layer=layer.index, placement=layout.placement)
    box = layer.visible_bounds
    if box is None or box.right <= 0 or box.bottom <= 0 or box.left >= layout.width or box.top >= layout.height:
        yield found("not_visible", "warning", "Nothing of the picture can be seen: it lies outside of the frame.")
    elif layer.dpi < layout.min_dpi * (1 - 1e-9):
        measured = math.floor(layer.dpi * 10) / 10
        message = (
            f"The picture is printed at {measured:g} of its pixels an inch; {layout.min_dpi:g} are needed for it to be "
            "sharp. Make it smaller, crop less of it away, or upload a larger one."
        )
        yield found("low_resolution", "warning", message, measured=measured, required=layout.min_dpi)
