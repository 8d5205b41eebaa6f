"""Glyph outlines to coverage, by HarfBuzz, straight at the size of each output."""

from PIL import Image
import uharfbuzz as hb

from rendering.engine.layout import TextLayer


def coverage(layer: TextLayer, zoom: float, height: int) -> tuple[Image.Image, int, int] | None:
    """Return a layer's coverage at `zoom` px a unit, `height` px high: an L mask and its left, top; None without ink."""
    glyphs = layer.line.glyphs
    if not glyphs:
        return None
    font, raster = layer.face.hb_font, hb.RasterDraw()
    scale = zoom * layer.size / layer.face.upem
    x, y = layer.x * zoom, height - layer.y * zoom
    for glyph, dx, dy in glyphs:
        raster.transform = (scale, 0.0, 0.0, scale, x + dx * scale, y + dy * scale)
        raster.draw_glyph(font, glyph)
    image = raster.render()
    box = image.extents
    # Rows run bottom up, and are padded to `stride`.
    mask = Image.frombuffer("L", (box.width, box.height), image.buffer, "raw", "L", box.stride, -1)
    return mask, box.x_origin, height - box.y_origin - box.height
