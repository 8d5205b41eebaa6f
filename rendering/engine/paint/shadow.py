"""Soft shadows of text layers."""

import math

from PIL import Image, ImageChops, ImageFilter

from rendering.engine.geometry.rect import Rect
from rendering.engine.geometry.viewport import Viewport
from rendering.engine.layout.text import BLUR_REACH, TextLayer
from rendering.engine.paint.fragment import fade_mask
from rendering.engine.paint.wide_blur import blur_mask, enlarge_mask
from rendering.engine.raster.glyphs import rasterize_color_glyphs, rasterize_glyphs
from rendering.engine.schema import Shadow
from rendering.engine.text.shaping import GlyphRun

# Standard deviation, px. A wider blur is made in a smaller image, which is then enlarged: so soft a shadow has no
# detail to lose, and neither time nor memory grows with the blur.
_BLUR_CEILING = 12.0
_DITHERED_REDUCTION = 4  # from which the steps between levels are so wide that they are seen


def split_by_color(layer: TextLayer) -> tuple[list[GlyphRun], list[GlyphRun]]:
    """Return the runs drawn in the layer's colour, and those of fonts with colour glyphs."""
    runs = layer.letter_runs
    return [run for run in runs if not run.face.has_color_glyphs], [run for run in runs if run.face.has_color_glyphs]


def cast_shadow(layer: TextLayer, shadow: Shadow, viewport: Viewport) -> tuple[Image.Image, Viewport] | None:
    """Return the mask of a shadow with its opacity (mode L) and the part that it covers; None if it covers none."""
    bounds = layer.visible_bounds
    if bounds is None:
        return None
    box = Rect(bounds.left + shadow.x, bounds.top + shadow.y, bounds.right + shadow.x, bounds.bottom + shadow.y)
    margin = (layer.source.outline.width if layer.source.outline else 0.0) + BLUR_REACH * shadow.blur
    target = viewport.crop_to_rect(box, margin)
    # A power of two: positions divide by it without rounding, so that the result is the same in every viewport.
    fraction, octave = math.frexp(max(1.0, shadow.blur * viewport.zoom / _BLUR_CEILING))
    reduction = math.ldexp(1.0, octave - (fraction == 0.5))
    # The blur of what lies outside the viewport reaches into it.
    part = _widen_viewport(viewport, reduction, shadow.blur).crop_to_rect(box, margin + reduction / viewport.zoom)
    if target is None or part is None:
        return None
    mask = _shadow_mask(layer, shadow, part)
    if reduction >= _DITHERED_REDUCTION:
        blurred = blur_mask(mask, shadow.blur * part.zoom)
        return enlarge_mask(blurred, shadow.opacity, part, target, reduction), target
    if shadow.blur:
        mask = mask.filter(ImageFilter.GaussianBlur(shadow.blur * part.zoom))
    return fade_mask(_enlarge_plainly(mask, part, target, reduction), shadow.opacity), target


def _enlarge_plainly(mask: Image.Image, part: Viewport, target: Viewport, reduction: float) -> Image.Image:
    """Return the mask of `target` from that of `part`, a viewport `reduction` times as coarse."""
    left, top = target.left / reduction - part.left, target.top / reduction - part.top
    right, bottom = left + target.width / reduction, top + target.height / reduction
    if reduction == 1:
        return mask.crop((round(left), round(top), round(right), round(bottom)))
    left, right, top, bottom = max(0.0, left), min(right, part.width), max(0.0, top), min(bottom, part.height)
    # Horizontally, then vertically: in one call Pillow would choose the order by the sizes, and rounding would differ.
    widened = mask.resize((target.width, part.height), Image.Resampling.BILINEAR, (left, 0, right, part.height))
    return widened.resize((target.width, target.height), Image.Resampling.BILINEAR, (0, top, target.width, bottom))


def _widen_viewport(viewport: Viewport, reduction: float, blur: float) -> Viewport:
    """Return the viewport at a zoom divided by `reduction`, widened on every side by the reach of the blur (mm)."""
    zoom = viewport.zoom / reduction
    margin = round(BLUR_REACH * blur * zoom) + 4
    left, top = int(viewport.left / reduction) - margin, int(viewport.top / reduction) - margin
    width, height = (
        round(viewport.width / reduction) + 2 * margin + 1,
        round(viewport.height / reduction) + 2 * margin + 1,
    )
    return Viewport(zoom, left, top, width, height)


def _shadow_mask(layer: TextLayer, shadow: Shadow, part: Viewport) -> Image.Image:
    """Return the mask of letters, outline and colour glyphs, moved by the offset of the shadow."""
    plain_runs, color_runs = split_by_color(layer)
    offset = (shadow.x, shadow.y)
    # The outline fills its letters.
    mask = rasterize_glyphs(layer.origin, layer.outline_runs or plain_runs, part, offset)
    if color_runs:
        color_glyphs = rasterize_color_glyphs(layer.origin, color_runs, part, offset)
        mask = ImageChops.lighter(mask, color_glyphs.getchannel("A"))
    return mask
