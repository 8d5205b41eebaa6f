"""What a layer of text is made of: shadow, outline and letters."""

from collections.abc import Iterator

from rendering.engine.color.srgb import parse_hex
from rendering.engine.layout.text import TextLayer
from rendering.engine.paint.fragment import Stroke, faded
from rendering.engine.paint.shadow import by_colour, cast_by
from rendering.engine.raster.glyphs import View, colored, coverage
from rendering.engine.schema import Shadow


def text_strokes(layer: TextLayer, view: View) -> Iterator[Stroke]:
    """Yield a text's strokes from the bottom up."""
    shown, source = layer.shown, layer.source
    if shown is None:
        return
    reach = source.outline.width if source.outline else 0.0
    if source.shadow and (drawn := _shadow(layer, source.shadow, view)):
        yield drawn
    if source.outline and (part := view.around(shown, reach)):
        yield parse_hex(source.outline.color), coverage(layer.spot, layer.outline, part), part
    if part := view.around(shown):
        plain, own = by_colour(layer)
        if plain or not own:
            yield layer.color, coverage(layer.spot, plain, part), part
        if own:
            picture = colored(layer.spot, own, part)
            yield picture.convert("RGB"), picture.getchannel("A"), part


def _shadow(layer: TextLayer, shadow: Shadow, view: View) -> Stroke | None:
    found = cast_by(layer, shadow, view)
    return found and (parse_hex(shadow.color), faded(found[0], shadow.opacity), found[1])
