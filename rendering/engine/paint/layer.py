"""One layer onto a picture, blended as a group (W3C Compositing and Blending 1)."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from PIL import Image, ImageChops

from rendering.engine.geometry.viewport import Viewport
from rendering.engine.kinds import GROUP, load_kind_modules
from rendering.engine.layout.placed import GroupLayer, PlacedLayer
from rendering.engine.paint.fragment import Fragment, Paint, fade_mask

_BLENDERS = {"multiply": ImageChops.multiply, "screen": ImageChops.screen}


def draw_layer(picture: Image.Image, layer: PlacedLayer, viewport: Viewport) -> None:
    """Draw a layer on an RGB or RGBA picture of a view."""
    strokes = list(paint_layer(layer, viewport))
    opacity, blend = layer.source.opacity, layer.source.blend
    if len(strokes) == 1 or (opacity == 1 and blend == "normal"):
        for color, mask, part in strokes:
            composite_paint(
                picture, color, fade_mask(mask, opacity), (part.left - viewport.left, part.top - viewport.top), blend
            )
    elif strokes:
        # Faded one by one, the outline would show through the letters.
        paint, mask, part = _merge_fragments(strokes)
        composite_paint(
            picture, paint, fade_mask(mask, opacity), (part.left - viewport.left, part.top - viewport.top), blend
        )


def composite_paint(
    picture: Image.Image, paint: Paint, mask: Image.Image, position: tuple[int, int], blend: str
) -> None:
    """Lay a colour or an RGB image over a picture through a mask."""
    if blend == "normal" and isinstance(paint, Image.Image) and mask.getextrema() == (255, 255):
        picture.paste(paint, position)  # a photo that hides what is beneath: a quarter of what mixing takes
        return
    if blend != "normal" or picture.mode == "RGBA":
        source = Image.new("RGB", mask.size, paint) if isinstance(paint, tuple) else paint
        if blend != "normal":
            beneath = picture.crop((*position, position[0] + mask.width, position[1] + mask.height))
            mixed = _BLENDERS[blend](beneath.convert("RGB"), source)
            # Over nothing there is nothing to mix with.
            source = Image.composite(mixed, source, beneath.getchannel("A")) if beneath.mode == "RGBA" else mixed
        if picture.mode == "RGBA":
            source = source.convert("RGBA")
            source.putalpha(mask)
            picture.alpha_composite(source, position)
            return
        paint = source
    picture.paste(paint, position, mask)


def paint_layer(layer: PlacedLayer, viewport: Viewport) -> Iterator[Fragment]:
    """Yield what a layer is made of, from the bottom up, each within the view."""
    yield from _PAINTERS[layer.source.kind](layer, viewport)


def draw_scanlines(layer: PlacedLayer, viewport: Viewport) -> bytes | None:
    """Return the coverage of a one-colour layer as rows of a palette PNG; None if its kind has no such shortcut."""
    draw = _SCANLINE_DRAWERS.get(layer.source.kind)
    return draw(layer, viewport) if draw else None


def _paint_group(group: GroupLayer, viewport: Viewport) -> Iterator[Fragment]:
    """Draw a group's layers on nothing, and yield what comes of it."""
    part = viewport.crop_to_rect(group.visible_bounds) if group.visible_bounds else None
    if part is None:
        return
    picture = Image.new("RGBA", (part.width, part.height))
    for layer in group.layers:
        draw_layer(picture, layer, part)
    yield picture.convert("RGB"), picture.getchannel("A"), part


def _merge_fragments(strokes: Sequence[Fragment]) -> Fragment:
    left, top = min(part.left for _, _, part in strokes), min(part.top for _, _, part in strokes)
    right = max(part.left + part.width for _, _, part in strokes)
    bottom = max(part.top + part.height for _, _, part in strokes)
    group = Image.new("RGBA", (right - left, bottom - top))
    for color, mask, part in strokes:
        composite_paint(group, color, mask, (part.left - left, part.top - top), "normal")
    around = Viewport(strokes[0][2].zoom, left, top, right - left, bottom - top)
    return group.convert("RGB"), group.getchannel("A"), around


_MODULES = load_kind_modules("paint")
_PAINTERS: dict[str, Callable[[Any, Viewport], Iterator[Fragment]]] = {
    **{kind: module.paint_layer for kind, module in _MODULES.items()},
    GROUP: _paint_group,
}
_SCANLINE_DRAWERS: dict[str, Callable[[Any, Viewport], bytes]] = {
    kind: module.draw_scanlines for kind, module in _MODULES.items() if hasattr(module, "draw_scanlines")
}
