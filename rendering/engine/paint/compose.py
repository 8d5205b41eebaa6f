"""Layers onto a canvas."""

from collections.abc import Callable, Sequence
from typing import cast

from PIL import Image, ImageChops

from rendering.engine.color.srgb import RGB
from rendering.engine.geometry.rect import bounding_rect
from rendering.engine.geometry.viewport import Viewport
from rendering.engine.layout.placed import Layout, PlacedLayer
from rendering.engine.paint.canvas import Canvas, ColorCanvas
from rendering.engine.paint.flat_canvas import FlatCanvas
from rendering.engine.paint.layer import draw_layer, draw_scanlines, paint_layer
from rendering.engine.raster.background import paint_background
from rendering.engine.values import never_stop

Overlay = Callable[[Image.Image, Viewport], None]
"""Draws something over what is seen of a frame in a view."""


def compose_canvas(
    layout: Layout, size: int, check_stop: Callable[[], None] = never_stop, overlay: Overlay | None = None
) -> Canvas:
    """Return the canvas of a layout, its longer side `size` px: a flat one if there are but two colours.

    `over` is drawn last. `check_stop` is called before each layer of each band.
    """
    width, height = pixel_size(layout.width, layout.height, size)
    zoom = size / max(layout.width, layout.height)
    view = Viewport(zoom, 0, 0, width, height)
    layers = [layer for layer in layout.layers if layer.visible_bounds and layer.source.opacity]
    if overlay is None and _is_flat(layout, layers):
        return _compose_flat(layout, layers, view)

    def paint(top: int, rows: int) -> Image.Image:
        here = Viewport(zoom, 0, top, width, rows)
        picture = paint_background(layout.background, here)
        for layer in layers:
            check_stop()
            draw_layer(picture, layer, here)
        if overlay:
            overlay(picture, here)
        return picture

    return ColorCanvas(width, height, "RGBA" if layout.background.is_transparent else "RGB", paint)


def pixel_size(width: float, height: float, size: int) -> tuple[int, int]:
    """Return the width and height, px, of a frame of so many mm whose longer side is `size` px."""
    zoom = size / max(width, height)
    return max(1, round(width * zoom)), max(1, round(height * zoom))


def _is_flat(layout: Layout, layers: Sequence[PlacedLayer]) -> bool:
    """Tell whether there are two colours and what lies between them, no more."""
    colors = {layer.solid_color for layer in layers}
    if layout.background.gradient is not None or len(colors) > 1 or None in colors:
        return False
    plain = all(layer.source.blend == "normal" for layer in layers)
    return plain and (len(layers) <= 1 or all(layer.source.opacity == 1 for layer in layers))


def _compose_flat(layout: Layout, layers: Sequence[PlacedLayer], viewport: Viewport) -> FlatCanvas:
    def paint(top: int, rows: int) -> bytes:
        here = Viewport(viewport.zoom, 0, top, viewport.width, rows)
        if len(layers) == 1 and (scanlines := draw_scanlines(layers[0], here)) is not None:
            return scanlines
        band = Image.new("L", (viewport.width + 1, rows), 0)
        for _, mask, part in (stroke for layer in layers for stroke in paint_layer(layer, here)):
            at = (part.left + 1, part.top - top)
            beneath = band.crop((*at, at[0] + part.width, at[1] + part.height))
            # a + b - a b: one colour over itself
            band.paste(ImageChops.screen(beneath, mask), at)
        return band.tobytes()

    ink = bounding_rect([layer.visible_bounds for layer in layers if layer.visible_bounds])
    inked = viewport.crop_to_rect(ink) if ink else None
    return FlatCanvas(
        width=viewport.width,
        height=viewport.height,
        background=layout.background.color,
        ink=cast("RGB", layers[0].solid_color) if layers else (0, 0, 0),  # each has one: they are flat
        opacity=layers[0].source.opacity if layers else 1.0,
        ink_top=inked.top if inked else 0,
        ink_rows=inked.height if inked else 0,
        paint_scanlines=paint,
    )
