"""What art covers, without its colours: where white ink goes beneath it, and what a cut line goes around."""

from collections.abc import Iterable

from PIL import Image, ImageChops

from rendering.engine.geometry.viewport import Viewport
from rendering.engine.layout.image import ImageLayer
from rendering.engine.layout.placed import GroupLayer, Layout, PlacedLayer, is_seen
from rendering.engine.paint import image as image_paint
from rendering.engine.paint.fragment import Fragment, fade_mask
from rendering.engine.paint.layer import paint_layer


def draw_coverage(layout: Layout, viewport: Viewport) -> Image.Image:
    """Return the alpha of a layout as it is drawn in a viewport, mode L; a photo without transparency is not decoded.

    Raises PictureError for a picture that cannot be used.
    """
    size = viewport.width, viewport.height
    if not layout.background.is_transparent:
        return Image.new("L", size, 255)
    return _cover(layout.layers, viewport)


def _cover(layers: Iterable[PlacedLayer], viewport: Viewport) -> Image.Image:
    covered = Image.new("L", (viewport.width, viewport.height))
    for layer in layers:
        if layer.visible_bounds is None or not is_seen(layer.source.opacity):
            continue
        part = viewport.crop_to_rect(layer.drawn_bounds) if layer.drawn_bounds else None
        if part is None:
            continue
        mask = fade_mask(_cover_layer(layer, part), layer.source.opacity)
        _lay_over(covered, mask, part, viewport)
    return covered


def _cover_layer(layer: PlacedLayer, part: Viewport) -> Image.Image:
    if isinstance(layer, GroupLayer):
        return _cover(layer.layers, part)
    covered = Image.new("L", (part.width, part.height))
    for _, mask, place in _paint(layer, part):
        _lay_over(covered, mask, place, part)
    return covered


def _paint(layer: PlacedLayer, part: Viewport) -> Iterable[Fragment]:
    if isinstance(layer, ImageLayer) and layer.image_cache.read_alpha(layer.picture.asset) is None:
        return image_paint.paint_coverage(layer, part)
    return paint_layer(layer, part)


def _lay_over(covered: Image.Image, mask: Image.Image, place: Viewport, whole: Viewport) -> None:
    """Add a mask to what is covered: of what was open there, its part is covered now."""
    left, top = place.left - whole.left, place.top - whole.top
    beneath = covered.crop((left, top, left + place.width, top + place.height))
    covered.paste(ImageChops.screen(beneath, mask), (left, top))
