"""Findings about image layers."""

import math
from collections.abc import Iterator
from functools import partial

from rendering.engine.layout.image import ImageLayer
from rendering.engine.layout.placed import Layout
from rendering.engine.preflight.position import inspect_art, to_box_value
from rendering.engine.values import Finding, Fix

_TOLERANCE = 1e-9  # of a resolution
_SMALLEST = 0.25  # of its size: a picture that would have to be smaller than that needs more pixels instead


def inspect_layer(layer: ImageLayer, layout: Layout) -> Iterator[Finding]:
    """Yield the findings about an image layer.

    Being cut off at the edge of the frame is not a finding: photos that fill the frame always are.
    """
    yield from inspect_art(layer, layout)
    yield from inspect_picture(layer, layout, "photo")


def inspect_picture(layer: ImageLayer, layout: Layout, noun: str) -> Iterator[Finding]:
    """Yield the finding that what people call a `noun` has too few dpi for print, unless it is pixelated; at most one.

    The resolution is that of the part which is used, at its size in print. Enlarging a picture in a preview is no
    finding.
    """
    bounds = layer.visible_bounds
    if (
        bounds is None
        or bounds.right <= 0
        or bounds.bottom <= 0
        or bounds.left >= layout.width
        or bounds.top >= layout.height
        or layer.source.sampling == "pixelated"
    ):
        return
    finding = partial(Finding, layer=layer.index, placement=layout.placement)
    measured, recommended = math.floor(layer.dpi * 10) / 10, layout.area.recommended_dpi
    if layer.dpi < layout.min_dpi * (1 - _TOLERANCE):
        message = (
            f"This {noun} will look blurred in print: {measured:g} of its pixels go on an inch, {layout.min_dpi:g} are "
            "needed (dpi). Make it smaller, crop less of it, or upload a larger one."
        )
        fix = _shrink(layer, layout, layout.min_dpi)
        yield finding("low_resolution", "warning", message, measured=measured, required=layout.min_dpi, fix=fix)
    elif layer.dpi < recommended * (1 - _TOLERANCE):
        message = (
            f"This {noun} prints with {measured:g} dpi, which is enough; with {recommended:g} it would be as sharp as "
            "can be. A larger one would do that."
        )
        yield finding(
            "upscaled",
            "info",
            message,
            measured=measured,
            required=recommended,
            fix=_shrink(layer, layout, recommended),
        )


def _fills_frame(layer: ImageLayer, layout: Layout) -> bool:
    """Tell whether a picture is there to leave nothing blank, which a smaller one would."""
    bounds = layer.visible_bounds
    return bounds is not None and (
        bounds.left <= 0 and bounds.top <= 0 and bounds.right >= layout.width and bounds.bottom >= layout.height
    )


def _shrink(layer: ImageLayer, layout: Layout, dpi: float) -> Fix | None:
    """Return the box about the same centre in which the picture has the resolution; None if that is no cure."""
    factor = layer.dpi / dpi
    if layer.source.box is None or factor < _SMALLEST or _fills_frame(layer, layout):
        return None
    width = math.floor(layer.box.width * factor * 100) / 100
    height = math.floor(layer.box.height * factor * 100) / 100
    (x, y) = layer.box.center
    box = layer.box._replace(left=x - width / 2, top=y - height / 2, right=x + width / 2, bottom=y + height / 2)
    return Fix("box", to_box_value(box))
