"""One layer onto a picture: shadow, outline and letters, blended as a group (W3C Compositing and Blending 1)."""

from collections.abc import Iterator

from PIL import Image, ImageChops

from rendering.engine.colors import RGB, parse_hex
from rendering.engine.layout import TextLayer
from rendering.engine.raster import View, colored, coverage
from rendering.engine.schema import Shadow
from rendering.engine.shadow import by_colour, cast_by

_MIXED = {"multiply": ImageChops.multiply, "screen": ImageChops.screen}

Stroke = tuple[RGB | Image.Image, Image.Image, View]
"""A colour or an RGB image, its coverage, and the part of the picture that this covers."""


def put(picture: Image.Image, layer: TextLayer, view: View) -> None:
    """Draw a layer on an RGB or RGBA picture of a view."""
    strokes = list(_strokes(layer, view))
    opacity, blend = layer.source.opacity, layer.source.blend
    if len(strokes) == 1 or (opacity == 1 and blend == "normal"):
        for color, mask, part in strokes:
            lay(picture, color, _faded(mask, opacity), (part.left, part.top), blend)
    elif strokes:
        # Faded one by one, the outline would show through the letters.
        _lay_group(picture, strokes, opacity, blend)


def lay(picture: Image.Image, paint: RGB | Image.Image, mask: Image.Image, at: tuple[int, int], blend: str) -> None:
    """Lay a colour or an RGB image over a picture through a mask."""
    if blend != "normal" or picture.mode == "RGBA":
        source = Image.new("RGB", mask.size, paint) if isinstance(paint, tuple) else paint
        if blend != "normal":
            beneath = picture.crop((*at, at[0] + mask.width, at[1] + mask.height))
            mixed = _MIXED[blend](beneath.convert("RGB"), source)
            # Over nothing there is nothing to mix with.
            source = Image.composite(mixed, source, beneath.getchannel("A")) if beneath.mode == "RGBA" else mixed
        if picture.mode == "RGBA":
            source = source.convert("RGBA")
            source.putalpha(mask)
            picture.alpha_composite(source, at)
            return
        paint = source
    picture.paste(paint, at, mask)


def _lay_group(picture: Image.Image, strokes: list[Stroke], opacity: float, blend: str) -> None:
    left, top = min(part.left for _, _, part in strokes), min(part.top for _, _, part in strokes)
    right = max(part.left + part.width for _, _, part in strokes)
    bottom = max(part.top + part.height for _, _, part in strokes)
    group = Image.new("RGBA", (right - left, bottom - top))
    for color, mask, part in strokes:
        lay(group, color, mask, (part.left - left, part.top - top), "normal")
    lay(picture, group.convert("RGB"), _faded(group.getchannel("A"), opacity), (left, top), blend)


def _strokes(layer: TextLayer, view: View) -> Iterator[Stroke]:
    """Yield what a layer is made of, from the bottom up."""
    shown, source = layer.shown, layer.source
    if shown is None:
        return
    reach = source.outline.width if source.outline else 0.0
    if source.shadow and (drawn := _shadow(layer, source.shadow, view)):
        yield drawn
    if source.outline and (part := view.around(shown, reach)):
        yield parse_hex(source.outline.color), coverage(layer, layer.outline, part), part
    if part := view.around(shown):
        plain, own = by_colour(layer)
        if plain or not own:
            yield layer.color, coverage(layer, plain, part), part
        if own:
            picture = colored(layer, own, part)
            yield picture.convert("RGB"), picture.getchannel("A"), part


def _shadow(layer: TextLayer, shadow: Shadow, view: View) -> Stroke | None:
    found = cast_by(layer, shadow, view)
    return found and (parse_hex(shadow.color), _faded(found[0], shadow.opacity), found[1])


def _faded(mask: Image.Image, opacity: float) -> Image.Image:
    return mask if opacity == 1 else mask.point([round(value * opacity) for value in range(256)])
