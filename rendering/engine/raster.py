"""Glyph outlines to coverage, by HarfBuzz, straight at the size of each output."""

import uharfbuzz as hb
from PIL import Image

from rendering.engine.layout import TextLayer


def coverage(layer: TextLayer, zoom: float, height: int) -> tuple[Image.Image, int, int] | None:
    """Return a layer's coverage at `zoom` px a unit on a canvas `height` px high: an L mask and its left, top.

    Returns None for a layer that leaves no ink there.
    """
    if not layer.line.runs:
        return None
    raster = hb.RasterDraw()
    scale = zoom * layer.size / layer.face.upem
    x, y = layer.x * zoom, height - layer.y * zoom
    for run in layer.line.runs:
        font, own = run.face.hb_font, scale * run.scale
        for glyph, dx, dy in run.glyphs:
            raster.transform = (own, 0.0, 0.0, own, x + dx * scale, y + dy * scale)
            raster.draw_glyph(font, glyph)
    image = raster.render()
    box = image.extents
    # Rows run bottom up, and are padded to `stride`.
    mask = Image.frombuffer("L", (box.width, box.height), image.buffer, "raw", "L", box.stride, -1)
    # HarfBuzz bounds the curves' control points, which may lie off the canvas; the ink itself never does.
    inked = mask.getbbox()
    if inked is None:
        return None
    return mask.crop(inked), box.x_origin + inked[0], height - box.y_origin - box.height + inked[1]
