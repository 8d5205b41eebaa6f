"""Rasterisation of glyphs by HarfBuzz, at the exact size of each file."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import uharfbuzz as hb
from PIL import Image

from rendering.engine.geometry.transform import Transform
from rendering.engine.geometry.viewport import Viewport
from rendering.engine.raster.rasterizer import find_raster
from rendering.engine.text.shaping import GlyphRun


class TextOrigin(NamedTuple):
    """Where a text block is drawn: its origin and em size in mm, y down, and the transform of the layer after that."""

    x: float
    y: float
    em: float
    transform: Transform = Transform()


def rasterize_glyphs(
    origin: TextOrigin, runs: Sequence[GlyphRun], viewport: Viewport, offset: tuple[float, float] = (0.0, 0.0)
) -> Image.Image:
    """Return the coverage of glyphs, an L mask of the viewport's size; `offset` moves them, mm."""
    image = _draw_runs(find_raster(viewport.left, viewport.top, viewport), origin, runs, viewport, offset)
    return Image.frombuffer("L", (viewport.width, viewport.height), image.buffer, "raw", "L", viewport.width, 1)


def rasterize_color_glyphs(
    origin: TextOrigin, runs: Sequence[GlyphRun], viewport: Viewport, offset: tuple[float, float] = (0.0, 0.0)
) -> Image.Image:
    """Return glyphs of colour fonts, an RGBA image of the viewport's size; `offset` moves them, mm."""
    raster = hb.RasterPaint()
    raster.extents = hb.RasterExtents(
        x_origin=viewport.left, y_origin=viewport.top, width=viewport.width, height=viewport.height
    )
    image = _draw_runs(raster, origin, runs, viewport, offset)
    return Image.frombuffer(
        "RGBA", (viewport.width, viewport.height), image.buffer, "raw", "BGRa", image.extents.stride, 1
    )


def rasterize_scanlines(origin: TextOrigin, runs: Sequence[GlyphRun], viewport: Viewport) -> bytes:
    """Return the coverage of glyphs in a viewport as PNG scanlines: each row after one zero byte, its filter.

    To save a copy, HarfBuzz draws one more column on the left, and that column becomes the zero bytes.
    """
    wider = Viewport(viewport.zoom, viewport.left - 1, viewport.top, viewport.width + 1, viewport.height)
    buffer: bytes = _draw_runs(find_raster(wider.left, wider.top, wider), origin, runs, wider, (0.0, 0.0)).buffer
    if buffer[:: wider.width].count(0) == wider.height:
        return buffer
    rows = np.frombuffer(buffer, np.uint8).reshape(wider.height, wider.width).copy()
    rows[:, 0] = 0  # letters reach beyond the left edge
    return rows.tobytes()


def _draw_runs(
    raster: hb.RasterDraw | hb.RasterPaint,
    origin: TextOrigin,
    runs: Sequence[GlyphRun],
    viewport: Viewport,
    offset: tuple[float, float],
) -> hb.RasterImage:
    """Draw glyphs. The raster's extents move with the viewport, the glyphs do not, and round alike in every band."""
    draw = raster.draw_glyph if isinstance(raster, hb.RasterDraw) else raster.paint_glyph
    em = origin.em * viewport.zoom
    turned, (turn_cos, turn_sin, _, _) = not origin.transform.is_unrotated, origin.transform
    origin_x, origin_y = origin.transform.map_point(origin.x, origin.y)
    x0, y0 = (origin_x + offset[0]) * viewport.zoom, (origin_y + offset[1]) * viewport.zoom
    for run in runs:
        font, unit = run.face.hb_font, em * run.scale  # px of a font unit
        for glyph, x, y, cos, sin in run.glyphs:
            if cos == 1 and sin == 0 and not turned:  # most glyphs
                raster.transform = (unit, 0, 0, -unit, x0 + x * em, y0 - y * em)
                draw(font, glyph)
                continue
            dx, dy = x * em, y * em
            if turned:
                cos, sin = cos * turn_cos - sin * turn_sin, sin * turn_cos + cos * turn_sin  # noqa: PLW2901
                dx, dy = dx * turn_cos + dy * turn_sin, dy * turn_cos - dx * turn_sin
            # Outlines have y up. HarfBuzz fills rows from the bottom up, so flipped glyphs come out upright, y down.
            raster.transform = (unit * cos, unit * sin, unit * sin, -unit * cos, x0 + dx, y0 - dy)
            draw(font, glyph)
    return raster.render()
