"""Composes the layers of a layout into a canvas."""

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
"""Draws over the image of a viewport."""


def compose_canvas(
    layout: Layout, size: int, check_stop: Callable[[], None] = never_stop, overlay: Overlay | None = None
) -> Canvas:
    """Return the canvas of a layout, `size` px along its longer side; a flat one if it has only two colours.

    `overlay` is drawn last. `check_stop` is called before each layer of each band.
    """
    width, height = pixel_size(layout.width, layout.height, size)
    zoom = size / max(layout.width, layout.height)
    viewport = Viewport(zoom, 0, 0, width, height)
    layers = [layer for layer in layout.layers if layer.visible_bounds and layer.source.opacity]
    if overlay is None and _is_flat(layout, layers):
        return _compose_flat(layout, layers, viewport)

    def paint_rows(top: int, rows: int) -> Image.Image:
        band_viewport = Viewport(zoom, 0, top, width, rows)
        band = paint_background(layout.background, band_viewport)
        for layer in layers:
            check_stop()
            draw_layer(band, layer, band_viewport)
        if overlay:
            overlay(band, band_viewport)
        return band

    return ColorCanvas(width, height, "RGBA" if layout.background.is_transparent else "RGB", paint_rows)


def pixel_size(width: float, height: float, size: int) -> tuple[int, int]:
    """Return the width and height in px of a frame, given in mm, whose longer side is `size` px."""
    zoom = size / max(width, height)
    return max(1, round(width * zoom)), max(1, round(height * zoom))


def _is_flat(layout: Layout, layers: Sequence[PlacedLayer]) -> bool:
    """Return whether the layout has only two colours, and mixtures of them."""
    colors = {layer.solid_color for layer in layers}
    if layout.background.gradient is not None or len(colors) > 1 or None in colors:
        return False
    all_normal = all(layer.source.blend == "normal" for layer in layers)
    return all_normal and (len(layers) <= 1 or all(layer.source.opacity == 1 for layer in layers))


def _compose_flat(layout: Layout, layers: Sequence[PlacedLayer], viewport: Viewport) -> FlatCanvas:
    def paint_scanlines(top: int, rows: int) -> bytes:
        band_viewport = Viewport(viewport.zoom, 0, top, viewport.width, rows)
        if len(layers) == 1 and (scanlines := draw_scanlines(layers[0], band_viewport)) is not None:
            return scanlines
        band = Image.new("L", (viewport.width + 1, rows), 0)
        for _, mask, part in (fragment for layer in layers for fragment in paint_layer(layer, band_viewport)):
            left, upper = part.left + 1, part.top - top
            beneath = band.crop((left, upper, left + part.width, upper + part.height))
            # Screen is a + b - a b, the coverage of one colour over itself.
            band.paste(ImageChops.screen(beneath, mask), (left, upper))
        return band.tobytes()

    ink = bounding_rect([layer.visible_bounds for layer in layers if layer.visible_bounds])
    ink_part = viewport.crop_to_rect(ink) if ink else None
    return FlatCanvas(
        width=viewport.width,
        height=viewport.height,
        background=layout.background.color,
        ink=cast("RGB", layers[0].solid_color) if layers else (0, 0, 0),  # set for every layer of a flat layout
        opacity=layers[0].source.opacity if layers else 1.0,
        ink_top=ink_part.top if ink_part else 0,
        ink_rows=ink_part.height if ink_part else 0,
        paint_scanlines=paint_scanlines,
    )
