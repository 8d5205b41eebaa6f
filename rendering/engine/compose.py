"""Layers onto a canvas."""

from collections.abc import Callable, Sequence

from PIL import Image, ImageChops

from rendering.engine.flat import FlatCanvas
from rendering.engine.geometry import around
from rendering.engine.grounds import painted
from rendering.engine.layout import Layout, TextLayer, never
from rendering.engine.paint import put
from rendering.engine.raster import View, coverage, scanlines

Canvas = FlatCanvas | Image.Image


def compose(layout: Layout, size: int, check_stop: Callable[[], None] = never) -> Canvas:
    """Draw a layout, its longer side `size` px: as a flat canvas if it is one, else as an RGB or RGBA image.

    `check_stop` is called before each layer.
    """
    width, height = pixels(layout.width, layout.height, size)
    zoom = size / max(layout.width, layout.height)
    view = View(zoom, 0, 0, width, height)
    layers = [layer for layer in layout.layers if layer.block.runs and layer.source.opacity]
    if _is_flat(layout, layers):
        return _flat(layout, layers, view)
    picture = painted(layout.ground, width, height)
    for layer in layers:
        check_stop()
        put(picture, layer, view)
    return picture


def pixels(width: float, height: float, size: int) -> tuple[int, int]:
    """Return the width and height, px, of a frame of so many mm whose longer side is `size` px."""
    zoom = size / max(width, height)
    return max(1, round(width * zoom)), max(1, round(height * zoom))


def _is_flat(layout: Layout, layers: Sequence[TextLayer]) -> bool:
    """Tell whether there are two colours and what lies between them, no more."""
    if layout.ground.gradient is not None or len({layer.color for layer in layers}) > 1:
        return False
    if any(run.face.colored for layer in layers for run in layer.block.runs):
        return False
    plain = all(
        not (layer.source.outline or layer.source.shadow) and layer.source.blend == "normal" for layer in layers
    )
    return plain and (len(layers) <= 1 or all(layer.source.opacity == 1 for layer in layers))


def _flat(layout: Layout, layers: Sequence[TextLayer], view: View) -> FlatCanvas:
    def paint(top: int, rows: int) -> bytes:
        here = View(view.zoom, 0, top, view.width, rows)
        if len(layers) == 1:
            return scanlines(layers[0], layers[0].block.runs, here)
        band = Image.new("L", (view.width + 1, rows), 0)
        for layer in layers:
            if layer.shown is None or (part := here.around(layer.shown)) is None:
                continue
            at = (part.left + 1, part.top - top)
            beneath = band.crop((*at, at[0] + part.width, at[1] + part.height))
            # a + b - a b: one colour over itself
            band.paste(ImageChops.screen(beneath, coverage(layer, layer.block.runs, part)), at)
        return band.tobytes()

    ink = around([layer.shown for layer in layers if layer.shown])
    inked = view.around(ink) if ink else None
    return FlatCanvas(
        width=view.width,
        height=view.height,
        background=layout.ground.color,
        ink=layers[0].color if layers else (0, 0, 0),
        opacity=layers[0].source.opacity if layers else 1.0,
        top=inked.top if inked else 0,
        rows=inked.height if inked else 0,
        paint=paint,
    )
