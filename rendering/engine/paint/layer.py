"""One layer onto a picture, blended as a group (W3C Compositing and Blending 1)."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from PIL import Image, ImageChops

from rendering.engine.layout.image import ImageLayer
from rendering.engine.layout.page import GroupLayer, PlacedLayer
from rendering.engine.layout.qr import CodeLayer
from rendering.engine.layout.shape import ShapeLayer
from rendering.engine.layout.text import TextLayer
from rendering.engine.paint.fragment import Paint, Stroke, faded
from rendering.engine.paint.image import image_strokes
from rendering.engine.paint.qr import code_strokes
from rendering.engine.paint.shape import shape_strokes
from rendering.engine.paint.text import text_strokes
from rendering.engine.raster.glyphs import View

_MIXED = {"multiply": ImageChops.multiply, "screen": ImageChops.screen}


def put(picture: Image.Image, layer: PlacedLayer, viewport: View) -> None:
    """Draw a layer on an RGB or RGBA picture of a view."""
    strokes = list(strokes_of(layer, viewport))
    opacity, blend = layer.source.opacity, layer.source.blend
    if len(strokes) == 1 or (opacity == 1 and blend == "normal"):
        for color, mask, part in strokes:
            lay(picture, color, faded(mask, opacity), (part.left - viewport.left, part.top - viewport.top), blend)
    elif strokes:
        # Faded one by one, the outline would show through the letters.
        paint, mask, part = _together(strokes)
        lay(picture, paint, faded(mask, opacity), (part.left - viewport.left, part.top - viewport.top), blend)


def lay(picture: Image.Image, paint: Paint, mask: Image.Image, position: tuple[int, int], blend: str) -> None:
    """Lay a colour or an RGB image over a picture through a mask."""
    if blend == "normal" and isinstance(paint, Image.Image) and mask.getextrema() == (255, 255):
        picture.paste(paint, position)  # a photo that hides what is beneath: a quarter of what mixing takes
        return
    if blend != "normal" or picture.mode == "RGBA":
        source = Image.new("RGB", mask.size, paint) if isinstance(paint, tuple) else paint
        if blend != "normal":
            beneath = picture.crop((*position, position[0] + mask.width, position[1] + mask.height))
            mixed = _MIXED[blend](beneath.convert("RGB"), source)
            # Over nothing there is nothing to mix with.
            source = Image.composite(mixed, source, beneath.getchannel("A")) if beneath.mode == "RGBA" else mixed
        if picture.mode == "RGBA":
            source = source.convert("RGBA")
            source.putalpha(mask)
            picture.alpha_composite(source, position)
            return
        paint = source
    picture.paste(paint, position, mask)


def strokes_of(layer: PlacedLayer, viewport: View) -> Iterator[Stroke]:
    """Yield what a layer is made of, from the bottom up, each within the view."""
    yield from _WAYS[type(layer)](layer, viewport)


def _group_strokes(group: GroupLayer, viewport: View) -> Iterator[Stroke]:
    """Draw a group's layers on nothing, and yield what comes of it."""
    part = viewport.crop_to_rect(group.visible_bounds) if group.visible_bounds else None
    if part is None:
        return
    picture = Image.new("RGBA", (part.width, part.height))
    for layer in group.layers:
        put(picture, layer, part)
    yield picture.convert("RGB"), picture.getchannel("A"), part


def _together(strokes: Sequence[Stroke]) -> Stroke:
    left, top = min(part.left for _, _, part in strokes), min(part.top for _, _, part in strokes)
    right = max(part.left + part.width for _, _, part in strokes)
    bottom = max(part.top + part.height for _, _, part in strokes)
    group = Image.new("RGBA", (right - left, bottom - top))
    for color, mask, part in strokes:
        lay(group, color, mask, (part.left - left, part.top - top), "normal")
    around = View(strokes[0][2].zoom, left, top, right - left, bottom - top)
    return group.convert("RGB"), group.getchannel("A"), around


_WAYS: dict[type, Callable[[Any, View], Iterator[Stroke]]] = {
    TextLayer: text_strokes,
    ShapeLayer: shape_strokes,
    ImageLayer: image_strokes,
    CodeLayer: code_strokes,
    GroupLayer: _group_strokes,
}
