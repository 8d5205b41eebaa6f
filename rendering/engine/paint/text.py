"""What a layer of text is made of: shadow, outline and letters."""

from collections.abc import Iterator

from rendering.engine.color.srgb import parse_hex
from rendering.engine.layout.text import TextLayer
from rendering.engine.paint.fragment import Stroke, faded
from rendering.engine.paint.shadow import by_colour, cast_by
from rendering.engine.raster.glyphs import View, colored, coverage
from rendering.engine.schema import Shadow


def text_strokes(layer: TextLayer, viewport: View) -> Iterator[Stroke]:
    """Yield a text's strokes from the bottom up."""
    shown, source = layer.visible_bounds, layer.source
    if shown is None:
        return
    reach = source.outline.width if source.outline else 0.0
    if source.shadow and (drawn := _shadow(layer, source.shadow, viewport)):
        yield drawn
    if source.outline and (part := viewport.crop_to_rect(shown, reach)):
        yield parse_hex(source.outline.color), coverage(layer.origin, layer.outline_runs, part), part
    if part := viewport.crop_to_rect(shown):
        plain, own = by_colour(layer)
        if plain or not own:
            yield layer.color, coverage(layer.origin, plain, part), part
        if own:
            picture = colored(layer.origin, own, part)
            yield picture.convert("RGB"), picture.getchannel("A"), part


def _shadow(layer: TextLayer, shadow: Shadow, viewport: View) -> Stroke | None:
    found = cast_by(layer, shadow, viewport)
    return found and (parse_hex(shadow.color), faded(found[0], shadow.opacity), found[1])
