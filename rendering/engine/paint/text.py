"""Painting of text layers: shadow, outline and letters."""

from collections.abc import Iterator

from rendering.engine.color.srgb import parse_hex
from rendering.engine.geometry.viewport import Viewport
from rendering.engine.layout.text import TextLayer
from rendering.engine.paint.fragment import Fragment
from rendering.engine.paint.shadow import cast_shadow, split_by_color
from rendering.engine.raster.glyphs import rasterize_color_glyphs, rasterize_glyphs, rasterize_scanlines
from rendering.engine.schema import Shadow


def paint_layer(layer: TextLayer, viewport: Viewport) -> Iterator[Fragment]:
    """Yield the fragments of a text from bottom to top."""
    shadow = layer.source.shadow
    if layer.visible_bounds and shadow and (shadow_fragment := _paint_shadow(layer, shadow, viewport)):
        yield shadow_fragment
    yield from paint_ink(layer, viewport)


def paint_ink(layer: TextLayer, viewport: Viewport) -> Iterator[Fragment]:
    """Yield the fragments of outline and letters."""
    bounds, source = layer.visible_bounds, layer.source
    if bounds is None:
        return
    if source.outline and (part := viewport.crop_to_rect(bounds, source.outline.width)):
        yield parse_hex(source.outline.color), rasterize_glyphs(layer.origin, layer.outline_runs, part), part
    if part := viewport.crop_to_rect(bounds):
        plain_runs, color_runs = split_by_color(layer)
        if plain_runs or not color_runs:
            yield layer.color, rasterize_glyphs(layer.origin, plain_runs, part), part
        if color_runs:
            image = rasterize_color_glyphs(layer.origin, color_runs, part)
            yield image.convert("RGB"), image.getchannel("A"), part


def draw_scanlines(layer: TextLayer, viewport: Viewport) -> bytes:
    """Return the coverage of the letters as PNG scanlines, without an intermediate mask."""
    return rasterize_scanlines(layer.origin, layer.letter_runs, viewport)


def _paint_shadow(layer: TextLayer, shadow: Shadow, viewport: Viewport) -> Fragment | None:
    mask_and_part = cast_shadow(layer, shadow, viewport)
    if mask_and_part is None:
        return None
    mask, part = mask_and_part
    return parse_hex(shadow.color), mask, part
