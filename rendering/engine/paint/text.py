"""What a layer of text is made of: shadow, outline and letters."""

from collections.abc import Iterator

from rendering.engine.color.srgb import parse_hex
from rendering.engine.geometry.viewport import Viewport
from rendering.engine.layout.text import TextLayer
from rendering.engine.paint.fragment import Fragment, fade_mask
from rendering.engine.paint.shadow import cast_shadow, split_by_color
from rendering.engine.raster.glyphs import rasterize_color_glyphs, rasterize_glyphs, rasterize_scanlines
from rendering.engine.schema import Shadow


def paint_layer(layer: TextLayer, viewport: Viewport) -> Iterator[Fragment]:
    """Yield a text's strokes from the bottom up."""
    shown, source = layer.visible_bounds, layer.source
    if shown is None:
        return
    reach = source.outline.width if source.outline else 0.0
    if source.shadow and (drawn := _paint_shadow(layer, source.shadow, viewport)):
        yield drawn
    if source.outline and (part := viewport.crop_to_rect(shown, reach)):
        yield parse_hex(source.outline.color), rasterize_glyphs(layer.origin, layer.outline_runs, part), part
    if part := viewport.crop_to_rect(shown):
        plain, own = split_by_color(layer)
        if plain or not own:
            yield layer.color, rasterize_glyphs(layer.origin, plain, part), part
        if own:
            picture = rasterize_color_glyphs(layer.origin, own, part)
            yield picture.convert("RGB"), picture.getchannel("A"), part


def draw_scanlines(layer: TextLayer, viewport: Viewport) -> bytes:
    """Return the letters' coverage as rows of a palette PNG, without a mask in between."""
    return rasterize_scanlines(layer.origin, layer.block.runs, viewport)


def _paint_shadow(layer: TextLayer, shadow: Shadow, viewport: Viewport) -> Fragment | None:
    found = cast_shadow(layer, shadow, viewport)
    return found and (parse_hex(shadow.color), fade_mask(found[0], shadow.opacity), found[1])
