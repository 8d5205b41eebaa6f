"""What mixes with what is beneath it, in a file of inks: drawn as pixels by the engine, as the preview has it.

Inks mix otherwise than light: a soft shadow, a half-transparent layer or a blend mode would look different in every
printer's software. So such a layer becomes a picture of all that is seen within its bounds up to it. It lies over what
is drawn beneath, and where the ground is transparent its alpha is that of the art: what overlaps becomes one picture.
"""

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from PIL import Image

from rendering.engine.geometry.rect import Rect, bounding_rect
from rendering.engine.geometry.viewport import Viewport
from rendering.engine.layout.image import ImageLayer
from rendering.engine.layout.placed import GroupLayer, Layout, PlacedLayer, is_seen
from rendering.engine.layout.text import TextLayer
from rendering.engine.paint import layer as paint
from rendering.engine.paint.surroundings import overlap
from rendering.engine.pdf.content import SOFT_DPI, Content, place_viewport
from rendering.engine.pdf.objects import Ref
from rendering.engine.pdf.paths import write_matrix
from rendering.engine.pdf.pictures import add_bands
from rendering.engine.raster.background import paint_background
from rendering.engine.schema.units import INCH_MM

_PIXELS_CEILING = 40_000_000  # px of one picture; a larger one has fewer px to the mm
_BAND_PIXELS = 1 << 20
_SOFT_SHARE = 0.05  # of the px of a picture with some alpha: more than those of its edge
_CLEAR, _OPAQUE = 16, 239  # levels of alpha between which a px mixes


class MixedArea(NamedTuple):
    """A part of the frame, mm, that is drawn as pixels, with all layers up to the one at `last`."""

    bounds: Rect
    last: int


def find_mixed_areas(layout: Layout, room: Rect) -> dict[int, MixedArea]:
    """Return the areas of a layout that mix, by the position of their last layer; none overlaps another."""
    areas: list[MixedArea] = []
    for position, layer in enumerate(layout.layers):
        bounds = _clip(layer.drawn_bounds, room) if mixes(layer) else None
        if bounds is None:
            continue
        while overlapping := [area for area in areas if overlap(area.bounds, bounds)]:
            bounds = bounding_rect([bounds, *(area.bounds for area in overlapping)]) or bounds
            areas = [area for area in areas if area not in overlapping]
        areas.append(MixedArea(bounds, position))
    return {area.last: area for area in areas}


def mixes(layer: PlacedLayer) -> bool:
    """Tell whether a layer mixes with what is beneath it, by more than the px at its edges."""
    source = layer.source
    if isinstance(layer, GroupLayer) or source.blend != "normal" or source.opacity != 1:
        return is_seen(source.opacity)
    if isinstance(layer, TextLayer):
        shadow = layer.source.shadow
        return bool(shadow and is_seen(shadow.opacity) and (shadow.blur > 0 or shadow.opacity < 1))
    return isinstance(layer, ImageLayer) and _is_soft(layer)


def _is_soft(layer: ImageLayer) -> bool:
    alpha = layer.image_cache.read_alpha(layer.picture.asset)
    if alpha is None:
        return False
    levels = alpha.histogram()
    return sum(levels[_CLEAR:_OPAQUE]) > _SOFT_SHARE * sum(levels[1:])


def write_area(content: Content, layout: Layout, area: MixedArea) -> str:
    """Return the operators that paint an area. Raises PictureError for a picture that cannot be used."""
    viewport = _choose_viewport(content, area.bounds)
    if viewport is None:
        return ""
    layers = [layer for layer in layout.layers[: area.last + 1] if layer.visible_bounds and layer.source.opacity]
    for layer in layers:
        for leaf in layer.iter_leaves():
            leaf.expect_size(viewport.zoom)
    size = viewport.width, viewport.height
    is_photo = any(isinstance(leaf, ImageLayer) for layer in layers for leaf in layer.iter_leaves())
    ref: Ref = add_bands(
        content.writer,
        content.colors,
        size,
        paint_bands(layout, layers, viewport),
        is_transparent=layout.background.is_transparent,
        is_photo=is_photo,
    )
    return f"{write_matrix(place_viewport(viewport))}\n{content.place_object(ref)}"


def paint_bands(layout: Layout, layers: Sequence[PlacedLayer], viewport: Viewport) -> Iterator[Image.Image]:
    """Yield the px of a viewport from top to bottom: background and layers."""
    step = max(1, _BAND_PIXELS // viewport.width)
    for top in range(0, viewport.height, step):
        rows = min(step, viewport.height - top)
        part = Viewport(viewport.zoom, viewport.left, viewport.top + top, viewport.width, rows)
        band = paint_background(layout.background, part)
        for layer in layers:
            paint.draw_layer(band, layer, part)
        yield band


def _choose_viewport(content: Content, bounds: Rect) -> Viewport | None:
    zoom = min(SOFT_DPI / INCH_MM, math.sqrt(_PIXELS_CEILING / max(1e-9, bounds.width * bounds.height)))
    return content.soft_viewport(zoom).crop_to_rect(bounds)


def _clip(bounds: Rect | None, room: Rect) -> Rect | None:
    if bounds is None or not overlap(bounds, room):
        return None
    left, top = max(bounds.left, room.left), max(bounds.top, room.top)
    return Rect(left, top, min(bounds.right, room.right), min(bounds.bottom, room.bottom))
