"""The soft shadow of a layer."""

import math

from PIL import Image, ImageChops, ImageFilter

from rendering.engine.geometry.rect import Rect
from rendering.engine.geometry.viewport import Viewport
from rendering.engine.layout.text import BLUR_REACH, TextLayer
from rendering.engine.raster.glyphs import rasterize_color_glyphs, rasterize_glyphs
from rendering.engine.schema import Shadow
from rendering.engine.text.shaping import GlyphRun

# px; a wider blur is made in a picture so much smaller and enlarged. What is so soft has no detail to lose, and neither
# work nor memory grows with the blur.
_BLUR_CEILING = 12.0


def split_by_color(layer: TextLayer) -> tuple[list[GlyphRun], list[GlyphRun]]:
    """Return the runs that take the layer's colour, and those that bring their own."""
    runs = layer.block.runs
    return [run for run in runs if not run.face.has_color_glyphs], [run for run in runs if run.face.has_color_glyphs]


def cast_shadow(layer: TextLayer, shadow: Shadow, viewport: Viewport) -> tuple[Image.Image, Viewport] | None:
    """Return a shadow's coverage, an L mask, and the part of the view that it covers; None where that is nothing."""
    shown = layer.visible_bounds
    if shown is None:
        return None
    box = Rect(shown.left + shadow.x, shown.top + shadow.y, shown.right + shadow.x, shown.bottom + shadow.y)
    more = (layer.source.outline.width if layer.source.outline else 0.0) + BLUR_REACH * shadow.blur
    seen = viewport.crop_to_rect(box, more)
    # A power of two, by which places divide without rounding: what is enlarged is the same in every view.
    smaller = 2.0 ** max(0, math.ceil(math.log2(max(1.0, shadow.blur * viewport.zoom / _BLUR_CEILING))))
    # What lies outside the picture throws its blur into it.
    part = _widen_viewport(viewport, smaller, shadow.blur).crop_to_rect(box, more + smaller / viewport.zoom)
    if seen is None or part is None:
        return None
    mask = _shadow_mask(layer, shadow, part)
    if shadow.blur:
        mask = mask.filter(ImageFilter.GaussianBlur(shadow.blur * part.zoom))
    left, top = seen.left / smaller - part.left, seen.top / smaller - part.top
    right, bottom = left + seen.width / smaller, top + seen.height / smaller
    if smaller == 1:
        return mask.crop((round(left), round(top), round(right), round(bottom))), seen
    left, right, top, bottom = max(0.0, left), min(right, part.width), max(0.0, top), min(bottom, part.height)
    # One way and then the other: which comes first would else go by the view's shape, and be seen in the rounding.
    wide = mask.resize((seen.width, part.height), Image.Resampling.BILINEAR, (left, 0, right, part.height))
    return wide.resize((seen.width, seen.height), Image.Resampling.BILINEAR, (0, top, seen.width, bottom)), seen


def _widen_viewport(viewport: Viewport, smaller: float, blur: float) -> Viewport:
    """Return a view at a zoom so much smaller, and so much wider on every side as a blur, mm, can reach in from."""
    zoom = viewport.zoom / smaller
    margin = round(BLUR_REACH * blur * zoom) + 4
    left, top = int(viewport.left / smaller) - margin, int(viewport.top / smaller) - margin
    width, height = round(viewport.width / smaller) + 2 * margin + 1, round(viewport.height / smaller) + 2 * margin + 1
    return Viewport(zoom, left, top, width, height)


def _shadow_mask(layer: TextLayer, shadow: Shadow, part: Viewport) -> Image.Image:
    """Return the coverage of letters, outline and coloured glyphs, moved as the shadow is."""
    plain, own = split_by_color(layer)
    moved = (shadow.x, shadow.y)
    mask = rasterize_glyphs(layer.origin, plain, part, moved)
    if layer.outline_runs:
        mask = ImageChops.lighter(mask, rasterize_glyphs(layer.origin, layer.outline_runs, part, moved))
    if own:
        mask = ImageChops.lighter(mask, rasterize_color_glyphs(layer.origin, own, part, moved).getchannel("A"))
    return mask
